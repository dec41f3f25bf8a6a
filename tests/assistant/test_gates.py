"""Two gates: nothing shown before the first, nothing said before the second, and each refusal with its reason."""

from __future__ import annotations

import dataclasses
import math
import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from assistant import (
    REASONS,
    Answer,
    Assistant,
    Decision,
    Ended,
    Event,
    Evidence,
    Finding,
    Reason,
    Said,
    Searched,
    create_home,
    open_assistant,
)
from assistant.reading.model import ModelReader
from assistant.spec import RefusalSpec
from retrieval import EVERYONE, ModelError, Passage
from tests.assistant.making import SURE, Liar
from tests.fakes import ScriptedModel, WordEncoder

ASKED = "How long is the warranty from delivery?"
OWN_WORDS = RefusalSpec(**{field.name: f"My words: {field.name}." for field in dataclasses.fields(RefusalSpec)})


def kinds(events: Sequence[Event]) -> list[str]:
    return [type(event).__name__ for event in events]


def stream(assistant: Assistant, question: str = ASKED) -> tuple[list[str], Answer]:
    assistant.spec = replace(assistant.spec, refusals=OWN_WORDS)
    events = list(assistant.stream(question))
    assert isinstance(events[-1], Ended)
    return kinds(events), events[-1].answer


def check_abstention(answer: Answer, reason: Reason) -> None:
    assert answer.abstention is not None
    assert answer.abstention.reason == reason
    assert answer.text == answer.abstention.message == f"My words: {reason}."
    assert answer.citations == ()
    assert answer.to_json()["reason"] == reason


def test_an_answer_comes_in_order(assistant: Assistant) -> None:
    events = list(assistant.stream(ASKED))
    searched, evidence, said, ended = events
    assert isinstance(searched, Searched)
    assert isinstance(evidence, Evidence)
    assert isinstance(said, Said)
    assert isinstance(ended, Ended)
    assert said.text == ended.answer.text == "The warranty lasts 24 months from delivery."
    assert said.citations == ended.answer.citations
    assert said.citations[0].passage == evidence.passage == searched.hits[0].passage
    assert ended.answer.abstention is None
    assert ended.answer == replace(assistant.ask(ASKED), id=ended.answer.id)


def test_every_reason_has_its_sentence() -> None:
    assert {field.name for field in dataclasses.fields(RefusalSpec)} == set(REASONS)
    assert all(RefusalSpec().sentence(reason).endswith(".") for reason in REASONS)


# The reasons, each through the front door


def test_nothing_found_in_an_empty_home(tmp_path: Path) -> None:
    empty = open_assistant(create_home(tmp_path / "empty").root, WordEncoder())
    empty.library.sync()
    reader = Liar()
    empty.reader = reader
    events, answer = stream(empty)
    assert events == ["Searched", "Ended"]
    check_abstention(answer, "nothing_found")
    assert reader.asked == []
    assert answer.confidence == 0


@pytest.mark.parametrize(("off_topic", "reason"), [(True, "off_topic"), (False, "insufficient")])
def test_abstentions_at_gate_1_show_no_evidence(assistant: Assistant, off_topic: bool, reason: Reason) -> None:
    for decision in (Decision(0, 0.49, {}, off_topic), Decision(None, 0.9, {}, off_topic)):
        assistant.reader = Liar(decision=decision)
        events, answer = stream(assistant)
        assert events == ["Searched", "Ended"]
        check_abstention(answer, reason)


def test_off_topic_and_insufficient_by_the_extractive_reader(assistant: Assistant) -> None:
    check_abstention(stream(assistant, "Who won the cup?")[1], "off_topic")
    assistant.spec = replace(assistant.spec, decision=replace(assistant.spec.decision, threshold=1.0))
    check_abstention(stream(assistant)[1], "insufficient")


@pytest.mark.parametrize(
    "decision",
    [
        Decision(0, math.nan, {}),
        Decision(0, 1.5, {}),
        Decision(0, -0.1, {}),
        Decision(0, math.inf, {}),
        Decision(99, 0.9, {}),
        Decision(-1, 0.9, {}),
    ],
)
def test_a_decision_that_is_none_passes_nothing(assistant: Assistant, decision: Decision) -> None:
    assistant.reader = Liar(Finding(0, 9), decision)
    events, answer = stream(assistant)
    assert events == ["Searched", "Ended"]
    check_abstention(answer, "malformed")
    assert answer.confidence == 0


def test_malformed_where_nothing_can_be_read(assistant: Assistant) -> None:
    assistant.reader = Liar(None)
    events, answer = stream(assistant)
    assert events == ["Searched", "Evidence", "Withdrawn", "Ended"]
    check_abstention(answer, "malformed")


def test_malformed_where_the_model_leaves_the_frame(assistant: Assistant) -> None:
    assistant.reader = ModelReader(ScriptedModel("1", "five years"), "You are Ada.", 2048)
    events, answer = stream(assistant)
    assert events == ["Searched", "Evidence", "Withdrawn", "Ended"]
    check_abstention(answer, "malformed")


LIES = {
    "before the passage": lambda found: Finding(-9, -1),
    "from before into it": lambda found: Finding(-9, len(found.text)),
    "beyond the passage": lambda found: Finding(len(found.text), len(found.text) + 50),
    "out of it": lambda found: Finding(0, len(found.text) + 50),
    "empty": lambda found: Finding(4, 4),
    "backwards": lambda found: Finding(9, 2),
    "white space": lambda found: Finding(found.text.index(" "), found.text.index(" ") + 1),
    "half a number": lambda found: Finding(found.text.index("4 months"), found.text.index("4 months") + 8),
    "half a word": lambda found: Finding(found.text.index("ranty"), found.text.index("ranty") + 5),
    "a polarity for nothing": lambda found: Finding(3, 3, "Yes"),
}


@pytest.mark.parametrize("lie", LIES)
def test_gate_2_withdraws_a_lie_before_it_is_said(assistant: Assistant, lie: str) -> None:
    tell: Callable[[Passage], Finding] = LIES[lie]
    assistant.reader = Liar(tell(next(iter(assistant.library.searcher.search(ASKED, 1))).passage))
    events, answer = stream(assistant)
    assert events == ["Searched", "Evidence", "Withdrawn", "Ended"]
    check_abstention(answer, "withdrawn")


def test_gate_2_withdraws_what_the_document_says_no_more(assistant: Assistant) -> None:
    """Between search and answer the document got a new version: the catalogue has the last word."""
    assistant.reader = Liar(Finding(0, 12))
    events = assistant.stream(ASKED)
    seen: list[Event] = [next(events), next(events)]
    (assistant.library.home.documents / "warranty.md").write_text("# Warranty\n\nNone at all.\n", encoding="utf-8")
    assistant.library.sync()
    seen += events
    assert kinds(seen) == ["Searched", "Evidence", "Withdrawn", "Ended"]


def test_gate_2_withdraws_what_was_deleted_meanwhile(assistant: Assistant) -> None:
    assistant.reader = Liar(Finding(0, 3))
    events = assistant.stream(ASKED)
    seen: list[Event] = [next(events), next(events)]
    assert isinstance(seen[1], Evidence)
    (assistant.library.home.documents / "warranty.md").unlink()
    assistant.library.sync()
    seen += events
    assert kinds(seen) == ["Searched", "Evidence", "Withdrawn", "Ended"]


def test_gate_2_never_lets_a_lie_through(assistant: Assistant) -> None:
    """Three hundred findings at random: what is said is in the quote, from word to word, and the quote in the text."""
    chance = random.Random(1121)
    said = 0
    for _ in range(300):
        assistant.reader = Liar(Finding(chance.randint(-20, 90), chance.randint(-20, 120)))
        events = list(assistant.stream(ASKED))
        if kinds(events) == ["Searched", "Evidence", "Withdrawn", "Ended"]:
            continue
        assert kinds(events) == ["Searched", "Evidence", "Said", "Ended"]
        said += 1
        check_said(assistant, events[2])
    assert 0 < said < 300


def check_said(assistant: Assistant, event: Event) -> None:
    assert isinstance(event, Said)
    quote, passage = event.citations[0].quote, event.citations[0].passage
    text = assistant.library.catalogue.document(passage.document, EVERYONE)
    assert text is not None
    assert text[quote.start : quote.end] == quote.text
    assert f" {event.text}" in f" {quote.text}"
    assert (quote.start, quote.end) in {
        (first.start, last.end) for first in passage.units for last in passage.units if first.start <= last.start
    }


# The model is not there


@pytest.mark.parametrize(
    "error", [ModelError("/srv/secret/model is missing.", "Fetch it."), OSError(5, "I/O error", "/srv/secret/key")]
)
@pytest.mark.parametrize("late", [False, True])
def test_unavailable_ends_as_an_abstention(assistant: Assistant, error: Exception, late: bool) -> None:
    assistant.reader = Liar(error) if late else Liar(decision=error)
    conversation = assistant.memory.begin(EVERYONE)
    assistant.spec = replace(assistant.spec, refusals=OWN_WORDS)
    events = list(assistant.stream(ASKED, conversation=conversation))
    assert kinds(events) == ["Searched", *(["Evidence", "Withdrawn"] if late else []), "Ended"]
    assert isinstance(events[-1], Ended)
    answer = events[-1].answer
    check_abstention(answer, "unavailable")
    assert answer.trace["error"].startswith(f"{type(error).__name__}: ")
    assert "secret" not in str(answer)
    (turn,) = assistant.memory.turns(conversation, EVERYONE)
    assert turn.answer["reason"] == "unavailable"
    assert "secret" not in str(turn)


def test_other_faults_are_not_hidden(assistant: Assistant) -> None:
    assistant.reader = Liar(decision=ZeroDivisionError())
    with pytest.raises(ZeroDivisionError):
        assistant.ask(ASKED)


def test_the_next_question_is_answered_again(assistant: Assistant) -> None:
    reader = assistant.reader
    assistant.reader = Liar(decision=ModelError("gone"))
    assert assistant.ask(ASKED).abstention
    assistant.reader = reader
    assert not assistant.ask(ASKED).abstention


# The threshold


def test_the_threshold_is_the_readers_own_unless_the_spec_sets_one(assistant: Assistant) -> None:
    assistant.reader = Liar(Finding(0, 12), Decision(0, 0.6, {}), threshold=0.7)
    for own, answered in ((-1.0, False), (0.6, True), (0.61, False), (0.0, True)):
        assistant.spec = replace(assistant.spec, decision=replace(assistant.spec.decision, threshold=own))
        assert (assistant.ask(ASKED).abstention is None) == answered


def test_the_trace_tells_how_it_was_decided(assistant: Assistant) -> None:
    assistant.reader = Liar(Finding(0, 12), replace(SURE, features={"x": 1.0}, dropped=(1,)))
    answer = assistant.ask(ASKED)
    hits = assistant.library.searcher.search(ASKED, 6)
    assert [found["passage"] for found in answer.trace["found"]] == [hit.passage.id for hit in hits]
    assert answer.trace["dropped"] == [hits[1].passage.id]
    uncertified = {"certified": False, "why": "the Spec sets a threshold of its own"}
    decided = {"cited": 0, "confidence": 0.9, "threshold": 0.5, **uncertified, "features": {"x": 1.0}}
    assert answer.trace["decided"] == decided
    assert "error" not in answer.trace
