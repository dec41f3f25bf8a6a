"""Systems by name: each is what it says, with the threshold that is its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from assistant import Assistant
from assistant.format import parse
from assistant.reading.extractive import THRESHOLD
from retrieval import Hit, ModelError, bring
from tests.fakes import ScriptedModel
from tests.tuning.test_exam_run import BROUGHT, quiet
from tuning.exam.named import EXTRACTIVE, baselines, named, served, with_adapter
from tuning.exam.prompted import Prompt, PromptedReader, Worked, best_prompt, read_prompt, write_prompt
from tuning.exam.run import examine
from tuning.exam.systems import Examined

WORKED = (
    Worked((("Library", "It opens at 9."), ("Cards", "A card costs 3 euros.")), "When does it open?", 0, "at 9"),
    Worked((("Cards", "A card costs 3 euros."),), "When does it open?", None),
)
PROMPT = Prompt("Answer from the sources.", WORKED, 0.7, "scripted", "by hand")


def hits() -> list[Hit]:
    return [Hit(bring(source.id, source.title, source.text), 0.0, {}) for source in BROUGHT.passages or ()]


def test_the_extractive_baseline_keeps_its_own_threshold(assistant: Assistant) -> None:
    owners = replace(assistant.spec, decision=replace(assistant.spec.decision, threshold=0.99))
    system = named(replace(assistant, spec=owners), "extractive")
    assert isinstance(system, Examined)
    assert system.assistant.threshold == THRESHOLD


def test_what_is_served_goes_by_its_name_and_has_baselines_beside_it(assistant: Assistant) -> None:
    assert served(assistant).name == EXTRACTIVE
    assert [system.name for system in baselines(assistant)] == ["always abstain"]


def test_an_unknown_adapter_is_named_with_those_that_are_there(assistant: Assistant) -> None:
    with pytest.raises(ModelError, match=r"no adapter 'first'.*This Home has none yet"):
        with_adapter(assistant, "first")
    with pytest.raises(ModelError, match=r"no adapter.*Built in are `abstain` .*`none`"):
        named(assistant, "../elsewhere")


def test_worked_examples_stand_before_the_question_in_the_served_format() -> None:
    reader = PromptedReader(ScriptedModel(), "You are Ada.", 2048, PROMPT)
    messages = reader.messages("Which?", [hit.passage for hit in hits()])
    assert [message["role"] for message in messages] == ["system", *["user", "assistant"] * 2, "user"]
    assert messages[0]["content"] == "You are Ada. Answer from the sources."
    first, second = parse(messages[2]["content"], 2), parse(messages[4]["content"], 1)
    assert first is not None and (first.cited, first.answer) == (0, "at 9")
    assert second is not None and second.cited is None
    assert messages[-1]["content"].endswith("Question: Which?")


def test_the_prompt_is_part_of_the_identity_and_its_threshold_decides() -> None:
    reader = PromptedReader(ScriptedModel(), "", 2048, PROMPT)
    other = PromptedReader(ScriptedModel(), "", 2048, replace(PROMPT, task="Answer."))
    assert reader.identity != other.identity
    assert reader.threshold == 0.7


def test_a_prompt_survives_the_disk(tmp_path: Path) -> None:
    write_prompt(tmp_path / "prompt.json", PROMPT)
    assert read_prompt(tmp_path / "prompt.json") == PROMPT


def test_the_chosen_prompt_says_how_it_was_found_and_shows_only_what_the_format_can_write() -> None:
    chosen = best_prompt()
    assert "training rows" in chosen.how and chosen.found_for == "SmolLM2-135M-Instruct"
    assert 0 <= chosen.threshold <= 1
    for one in chosen.worked:
        assert one.cited is None or one.answer in ("Yes", "No") or one.answer in one.sources[one.cited][1]


def test_an_adapter_trained_again_is_another_system(assistant: Assistant, tmp_path: Path) -> None:
    """What was kept for one set of weights is not shown for the next."""

    class Trained(ScriptedModel):
        weights = "first"

        @property
        def identity(self) -> tuple[str, ...]:
            return ("trained", self.weights)

    def answers(weights: str, label: str) -> Sequence[bool]:
        language = Trained(label, "It lasts.")
        language.weights = weights
        reader = PromptedReader(language, "", 2048, PROMPT)
        system = Examined("served", replace(assistant, reader=reader))
        return [outcome.abstained for outcome in examine(system, [BROUGHT], tmp_path, quiet).outcomes]

    assert answers("first", "2") == [False]
    assert answers("first", "none") == [False]  # the kept one: nothing says that it has changed
    assert answers("second", "none") == [True]
