"""Who fits and who judges: no document on both sides, no question beside its twin."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.calibration.nouns import Case
from assistant.calibration.sides import FITTING, grouped, one_of_each, sides
from tests.assistant.calibrating import families


def about(id: str, *documents: str, pair: str = "", answerable: bool = True) -> Case:
    return Case(id, answerable, True, answerable, {}, frozenset(documents), pair or id)


@st.composite
def asked(draw: st.DrawFn) -> list[Case]:
    """Questions about one to three of twelve documents; a third are twins of another."""
    found: list[Case] = []
    for number in range(draw(st.integers(0, 40))):
        documents = draw(st.sets(st.sampled_from("abcdefghijkl"), max_size=3))
        pair = draw(st.sampled_from(["", *(one.id for one in found)])) if number % 3 == 2 else ""
        found.append(about(f"{number}", *documents, pair=pair, answerable=not pair))
    return found


def ids(cases: list[Case]) -> set[str]:
    return {case.id for case in cases}


def test_documents_and_twins_keep_questions_together() -> None:
    cases = [about("1", "a"), about("2", "a", "b"), about("3", "b"), about("4", "c"), about("5", pair="4")]
    assert {frozenset(ids(group)) for group in grouped(cases)} == {frozenset("123"), frozenset("45")}


@given(asked())
def test_no_document_and_no_pair_is_on_both_sides(cases: list[Case]) -> None:
    fitting, walking = sides(cases)
    assert sorted(ids(fitting) | ids(walking)) == sorted(ids(cases))
    assert len(fitting) + len(walking) == len(cases)
    assert not {name for one in fitting for name in one.documents} & {name for one in walking for name in one.documents}
    assert not {one.pair for one in fitting} & {one.pair for one in walking}


@given(asked(), st.randoms(use_true_random=False))
def test_the_order_of_the_file_decides_nothing(cases: list[Case], chance: random.Random) -> None:
    mixed = list(cases)
    chance.shuffle(mixed)
    assert [ids(side) for side in sides(mixed)] == [ids(side) for side in sides(cases)]
    assert ids(one_of_each(mixed, 0.3)) == ids(one_of_each(cases, 0.3))


def test_a_third_fits() -> None:
    fitting, _ = sides(families(200, seed=1))
    assert len(fitting) / 400 == pytest.approx(FITTING, abs=0.02)


@given(asked(), st.floats(0, 0.95))
def test_one_of_each_pair_stays(cases: list[Case], unanswerable: float) -> None:
    kept = one_of_each(cases, unanswerable)
    assert sorted(one.pair for one in kept) == sorted({one.pair for one in cases})


@pytest.mark.parametrize("unanswerable", [0.0, 0.2, 0.7])
def test_of_pairs_the_twin_stays_in_the_stated_share(unanswerable: float) -> None:
    kept = one_of_each(families(2000, seed=2), unanswerable)
    assert sum(not one.answerable for one in kept) / len(kept) == pytest.approx(unanswerable, abs=0.04)
