"""Whoever goes through the queue sees the evidence, and corrects only to what a source says."""

from __future__ import annotations

from dataclasses import replace

import pytest

from retrieval import Database, Home, UsageError
from tests.fakes import WordEncoder
from tuning.examples.review import accept, correct, corrected, queue, reject
from tuning.examples.store import counts, kept, put
from tuning.nouns import Example, Source
from tuning.opening import open_whole

WARRANTY = Source("w", "Warranty", "The warranty lasts 24 months from delivery. It covers the pump.")
RETURNS = Source("r", "Returns", "Returns are taken for 30 days. Used filters are never taken back.")
ROW = Example("a", "How long does the warranty last?", (RETURNS, WARRANTY), (1,), "24 months")
VERDICT = Example("b", "Are used filters taken back?", (RETURNS,), (0,), "Yes", evidence=(RETURNS.text[31:],))
TWIN = Example("c", "How long are returns taken?", (WARRANTY, RETURNS), kind="twin", twin_of="x")


@pytest.fixture
def database(home: Home) -> Database:
    database = open_whole(home.root, WordEncoder()).library.database
    put(database, [ROW, VERDICT, TWIN], "waiting", {"a": "doubtful", "b": "opposite"})
    return database


def test_the_queue_shows_where_the_evidence_stands(database: Database) -> None:
    row, verdict, twin = queue(database)
    assert (row.why, verdict.why, twin.why) == ("doubtful", "opposite", "")
    marked = [[shown.text[start:end] for start, end in shown.evidence] for shown in row.sources]
    assert marked == [[], ["The warranty lasts 24 months from delivery."]]
    assert [shown.gold for shown in row.sources] == [False, True]
    assert [verdict.sources[0].text[start:end] for start, end in verdict.sources[0].evidence] == [
        "Used filters are never taken back."
    ]
    assert [shown.evidence for shown in twin.sources] == [(), ()]
    assert row.to_json()["why"] == "doubtful"


def test_what_is_decided_leaves_the_queue(database: Database) -> None:
    accept(database, ["a"])
    reject(database, ["b", "c", "b"])
    assert (queue(database), kept(database)) == ([], [ROW])
    assert counts(database) == {"waiting": 0, "accepted": 1, "corrected": 0, "rejected": 2}


def test_where_one_is_not_known_none_is_decided(database: Database) -> None:
    with pytest.raises(UsageError, match="No example has the id 'z'"):
        accept(database, ["a", "z"])
    assert len(queue(database)) == 3


def test_a_correction_stands_in_a_source_and_brings_its_evidence(database: Database) -> None:
    found = correct(database, "a", " 24 months from delivery ").example
    assert (found.answer, found.evidence) == (
        "24 months from delivery",
        ("The warranty lasts 24 months from delivery.",),
    )
    assert correct(database, "b", "no").example == replace(VERDICT, answer="No")
    answered = correct(database, "c", "30 days").example
    assert (answered.gold, answered.kind, answered.twin_of) == ((1,), "answerable", None)
    assert [one.id for one in kept(database)] == ["a", "b", "c"]


def test_a_correction_may_move_to_another_source() -> None:
    found = corrected(ROW, "30 days")
    assert (found.gold, found.evidence) == ((0,), ("Returns are taken for 30 days.",))


@pytest.mark.parametrize(("row", "answer"), [(ROW, "36 months"), (ROW, "4 months"), (ROW, "Yes"), (TWIN, "soon")])
def test_a_correction_that_no_source_says_is_refused(row: Example, answer: str) -> None:
    with pytest.raises(UsageError, match=f"'{answer}' stands in none of the 2 sources of {row.id}"):
        corrected(row, answer)
    with pytest.raises(UsageError, match="is empty"):
        corrected(row, "  ")


def test_prose_is_corrected_in_its_last_message() -> None:
    said = ({"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello"})
    found = corrected(Example("p", "Hi", (), answer="Hello", messages=said), "Good day")
    assert (found.answer, found.messages[1]) == ("Good day", {"role": "assistant", "content": "Good day"})


def test_prose_on_sources_says_what_they_say_and_keeps_its_frame() -> None:
    said = ({"role": "user", "content": "…"}, {"role": "assistant", "content": "Cited:2\nAnswer: It lasts. [2]"})
    row = replace(ROW, answer="It lasts. [2]", messages=said)
    found = corrected(row, "The warranty lasts 24 months. It covers the pump.")
    assert found.answer == "The warranty lasts 24 months. [2] It covers the pump. [2]"
    assert found.messages[1]["content"] == f"Cited:2\nAnswer: {found.answer}"
    assert corrected(row, "It covers the pump. [2]").answer == "It covers the pump. [2]"
    with pytest.raises(UsageError, match="do not say all of"):
        corrected(row, "The warranty lasts 36 months.")
