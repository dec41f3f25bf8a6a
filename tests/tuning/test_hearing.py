"""What each of two readers counts: fitted on what they say, kept with the adapter, and used beside that pointer."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, replace

import pytest

from assistant.adapters import shipped
from assistant.language.embedded import READER
from assistant.opening import pointing_reader, reader_with
from assistant.reading.paired import PairedReader, Worth
from assistant.spec import Spec
from retrieval.pointing.opening import read_pointer_card
from tuning.nouns import Example, Question, Source
from tuning.pointing.hearing import Heard, example_of, fitted, mixed, told

SOURCES = (Source("a", "", "One."), Source("b", "", "Two."))


def logs(*shares: float) -> tuple[float, ...]:
    return tuple(math.log(share) for share in shares)


KNOWS, KNOWS_NONE = logs(0.05, 0.9, 0.05), logs(0.03, 0.07, 0.9)
SURE_OF_ALL = logs(0.9, 0.09, 0.01)  # it says the same of every question
DOUBTS = logs(0.3, 0.35, 0.35)


def rows(of_right: Sequence[float], of_none: Sequence[float], other: Sequence[float]) -> list[Heard]:
    """Pairs: the second source answers, and none does. `other` is what the first reader says of both."""
    found = []
    for number in range(20):
        right = Example(f"q{number}", "Which?", SOURCES, (1,), "Two")
        twin = Example(f"t{number}", "Which?", SOURCES, kind="twin", twin_of=right.id)
        found += [Heard(right, tuple(other), tuple(of_right)), Heard(twin, tuple(other), tuple(of_none))]
    return found


def test_who_says_the_same_of_everything_counts_nothing() -> None:
    found = fitted(rows(KNOWS, KNOWS_NONE, SURE_OF_ALL))
    assert found.first == 0 and found.second > 0
    assert told(rows(KNOWS, KNOWS_NONE, SURE_OF_ALL), found).switched == 1


def test_the_one_who_knows_is_heard_whichever_it_is() -> None:
    turned = [Heard(one.example, one.second, one.first) for one in rows(KNOWS, KNOWS_NONE, SURE_OF_ALL)]
    found = fitted(turned)
    assert found.second == 0 and found.first > 0


def test_the_threshold_parts_what_is_answered_from_what_is_not() -> None:
    heard = rows(KNOWS, logs(0.2, 0.4, 0.4), DOUBTS)  # both lean to an answer, the one less
    found = fitted(heard)
    assert 0 < found.threshold < 1
    assert told(heard, found).switched == 1


def test_with_answers_alone_the_usual_threshold_stands() -> None:
    assert fitted([one for one in rows(KNOWS, KNOWS_NONE, DOUBTS) if one.example.gold]).threshold == Worth().threshold


def test_a_question_is_a_row_where_it_brings_what_answers_it() -> None:
    asked = Question("q", "Which?", True, ("Two",), gold_ids=("b",), passages=SOURCES)
    row = example_of(asked)
    assert row is not None and row.gold == (1,)
    twin = example_of(replace(asked, id="t", answerable=False, kind="twin", twin_of="q"))
    assert twin is not None and (twin.gold, twin.kind, twin.twin_of) == ((), "twin", "q")
    assert example_of(replace(asked, gold_ids=("elsewhere",))) is None
    assert example_of(replace(asked, passages=None)) is None


def test_twins_stay_with_theirs_in_any_order() -> None:
    examples = [one.example for one in rows(KNOWS, KNOWS_NONE, DOUBTS)]
    found = mixed(examples[::-1])
    assert {one.id for one in found} == {one.id for one in examples}
    assert all({one.twin_of or one.id for one in pair} == {pair[0].twin_of or pair[0].id} for pair in pairs(found))


def pairs(found: Sequence[Example]) -> list[Sequence[Example]]:
    return [found[place : place + 2] for place in range(0, len(found), 2)]


@pytest.mark.models
def test_what_an_adapter_counts_holds_beside_the_pointer_that_it_was_found_with() -> None:
    ground, pointer = shipped(READER.name), pointing_reader().pointer.identity
    assert ground is not None
    own = Worth(0.25, 1.5, -0.5, 0.4)
    with_own = reader_with(Spec(), replace(ground, worth=asdict(own) | {"pointer": pointer}))
    with_another = reader_with(Spec(), replace(ground, worth=asdict(own) | {"pointer": "pointer-0"}))
    assert isinstance(with_own, PairedReader) and with_own.worth == own
    assert isinstance(with_another, PairedReader)
    assert with_another.worth == Worth(**read_pointer_card()["worth"])
