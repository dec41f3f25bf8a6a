"""`ask --explain` tells a question's whole way, in lines that a terminal of 100 columns shows."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from assistant import REASONS, Answer, Assistant, Claim, Finding, create_home, open_assistant
from assistant.conversation.condense import Past
from assistant.nouns import Ended
from assistant.reading.model import ModelReader
from assistant.spec import DecisionSpec
from retrieval import ModelError, Where
from tests.assistant.making import Liar, Teller
from tests.conftest import ready
from tests.fakes import ScriptedModel, WordEncoder
from ui.explaining import ENDED, SCORES, WAYS, WIDTH, explanation, told

WARRANTY = "How long is the warranty from delivery?"
HEADS = ["Searched", "Found", "Read", "Decided", "Kept", "Ended", "Took"]


def heads(lines: str) -> list[str]:
    return [line.partition(":")[0] for line in lines.splitlines() if not line.startswith(" ")]


def answered(assistant: Assistant, question: str, past: Sequence[Past] = ()) -> Answer:
    events = list(assistant.stream(question, past=past))
    assert isinstance(events[-1], Ended)
    return events[-1].answer


def test_an_answers_way_is_told_in_order(ada: Assistant) -> None:
    lines = explanation(ada.ask(WARRANTY))
    assert heads(lines) == HEADS
    assert "Searched: by meaning and by words; at most" in lines
    assert "Decided: answers: passage 1, with confidence 0.7" in lines and "threshold 0.500" in lines
    assert "uncertified: the Spec sets a threshold of its own; on lead" in lines
    assert 'Kept: "The warranty lasts 24 months from delivery." [1] quoted' in lines
    assert "Ended: answered: 1 sentence with 1 citation" in lines


def test_an_abstention_says_why(ada: Assistant) -> None:
    lines = explanation(ada.ask("Who painted the zebra?"))
    assert heads(lines) == ["Searched", "Found", "Read", "Decided", "Ended", "Took"]
    assert "Decided: abstains" in lines and "Ended: off topic: nothing near it was found" in lines


def test_sentences_are_told_kept_or_removed_with_the_reason(ada: Assistant) -> None:
    reader = Teller(
        sentences=[
            Claim("The warranty lasts 24 months from delivery.", (0,)),
            Claim("The warranty lasts 99 months from delivery.", (0,)),
        ]
    )
    lines = explanation(replace(ada, reader=reader).ask(WARRANTY))
    assert 'Kept: "The warranty lasts 24 months from delivery." [1]' in lines
    assert 'Removed: "The warranty lasts 99 months from delivery." (unsupported)' in lines


def test_what_was_withdrawn_or_unavailable_is_told(ada: Assistant) -> None:
    assert "Ended: withdrawn: " in explanation(replace(ada, reader=Liar(Finding(0, 9999))).ask(WARRANTY))
    lines = explanation(replace(ada, reader=Liar(decision=ModelError("The server is gone."))).ask(WARRANTY))
    assert "Unavailable: ModelError: The server is gone." in lines


def test_what_was_dropped_for_room_is_told_by_its_place(ada: Assistant) -> None:
    narrow = ModelReader(ScriptedModel("1", "The warranty"), "You are Ada.", 180)
    answer = replace(ada, reader=narrow).ask(WARRANTY)
    assert answer.trace["dropped"], "nothing was dropped"
    assert "Dropped: 2. Kettle › Care: there was no room for it" in explanation(answer)


def test_a_follow_up_says_what_it_was_understood_as(ada: Assistant) -> None:
    answer = answered(ada, "And rinse it?", [Past("How often is the kettle descaled?", id="x")])
    first, *_ = explanation(answer).splitlines()
    assert first == 'Understood: "And rinse it?", after 1 answer before it, as "And rinse it (kettle descaled)?"'


def test_parts_are_told_one_by_one(ada: Assistant) -> None:
    lines = explanation(ada.ask(f"{WARRANTY} And how often is the kettle descaled?")).splitlines()
    assert [line.partition(":")[0] for line in lines].count("Part") == 2
    decided = [line for line in lines if line.startswith("Decided")]
    assert len(decided) == 2 and all("passage 1 of its own" in line for line in decided)


def test_filters_are_told(ada: Assistant) -> None:
    answer = ada.ask(WARRANTY, where=Where(media="markdown", since="2020"), without=["kettle.md"])
    assert "; media markdown; since 2020; without kettle.md" in explanation(answer)
    assert "Ended: nothing found: nothing was found" in explanation(answer)


@pytest.mark.parametrize("question", ["Hello", "Thanks"])
def test_small_talk_was_not_searched_for(ada: Assistant, question: str) -> None:
    lines = explanation(ada.ask(question))
    assert heads(lines) == ["Searched", "Ended"] and "nothing; code answers this" in lines


@pytest.mark.parametrize(
    "question", [WARRANTY, "zebra " * 300, "Compare the duration of the warranty and the kettle", "Hello"]
)
def test_no_line_is_longer_than_the_screen(ada: Assistant, question: str) -> None:
    assert max(map(len, explanation(ada.ask(question)).splitlines())) <= WIDTH


def test_as_json_it_tells_the_same(ada: Assistant) -> None:
    answer = ada.ask(WARRANTY)
    trace = json.loads(json.dumps(told(answer)))
    assert trace["kept"] == [{"text": answer.text, "citations": [[1, "quoted"]]}]
    assert trace["ended"] == "answered" and set(trace["seconds"]) == {"search", "decide", "read", "check"}
    assert trace["searched"]["how"] in WAYS
    assert {*trace["found"][0]} - {"passage", "place", "score"} <= {*SCORES}


def test_a_conflict_is_told_with_its_dates(tmp_path: Path) -> None:
    home = create_home(tmp_path / "home")
    for year, months in (("2024", 12), ("2026", 24)):
        text = f"---\ndate: {year}-01-01\n---\n# Warranty {year}\n\nThe warranty lasts {months} months from delivery.\n"
        (home.documents / f"{year}.md").write_text(text, encoding="utf-8")
    found = ready(open_assistant(home.root, WordEncoder()))
    found.spec = replace(found.spec, decision=DecisionSpec(threshold=0.1))
    answer = found.ask(WARRANTY)
    assert answer.conflict
    (line,) = (line for line in explanation(answer).splitlines() if line.startswith("Conflict"))
    assert "the newest first: 2026.md@" in line


def test_every_way_and_every_reason_has_words(ada: Assistant) -> None:
    assert set(ENDED) == set(REASONS)
    assert set(ada.library.searcher.ways) <= set(WAYS)
