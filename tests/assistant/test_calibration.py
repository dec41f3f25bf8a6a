"""The whole way from cases to a promise: certified where the data bears it, and nowhere else."""

from __future__ import annotations

import json
import math
import random
from dataclasses import asdict, replace

import pytest

from assistant.calibration.bounds import Counts
from assistant.calibration.calibrate import calibrate
from assistant.calibration.nouns import Calibration, Case, Confidence, Feature
from assistant.calibration.sides import one_of_each, sides
from assistant.calibration.walk import Scored, Step, counted, grid, holds, walk
from tests.assistant.calibrating import BACKEND, case, families


def perfect(many: int, errors: int = 0) -> list[Case]:
    """Answerable ones that are surely right, but for the surest, and as many unanswerable ones that look otherwise."""
    known = [case(f"k{n}", n >= errors, score=9.0 + (n < errors)) for n in range(many)]
    return known + [case(f"u{n}", False, False, score=-9.0) for n in range(many)]


def walked(cases: list[Case], risk: float, unanswerable: float) -> Calibration:
    return calibrate(cases, BACKEND, risk, unanswerable)


# The grid and the walk, by hand


def test_the_grid_is_where_a_share_of_the_answerable_is_answered() -> None:
    cases = [Scored(True, True, value / 40) for value in range(1, 41)] + [Scored(False, False, 0.99)] * 50
    steps = grid(cases)
    assert [step.coverage for step in steps] == pytest.approx([step / 20 for step in range(1, 21)])
    assert [step.threshold for step in steps[:3]] == [39 / 40, 37 / 40, 35 / 40]
    assert all(sum(one.answerable and one.confidence >= s.threshold for one in cases) == 40 * s.coverage for s in steps)


def test_what_no_threshold_answers_is_no_part_of_the_grid() -> None:
    cases = [Scored(True, True, 0.5)] * 10 + [Scored(True, False)] * 10
    assert grid(cases) == [Step(0.5, 0.5)]
    assert grid([]) == grid([Scored(False, False, 0.5)]) == []


def test_what_is_counted() -> None:
    cases = [Scored(True, True, 0.9), Scored(True, False, 0.8), Scored(True, True, 0.7), Scored(False, False, 0.8)]
    assert counted([*cases, Scored(False, False)], 0.8) == Counts(3, 2, 1, 2, 1)


def test_the_walk_ends_at_the_first_level_that_does_not_hold() -> None:
    """Hundred right ones, then twenty wrong ones, then a thousand right ones, at which the risk would be low again."""
    confidences = [0.9] * 100 + [0.5] * 20 + [0.1] * 1000
    cases = [Scored(True, value != 0.5, value) for value in confidences]
    steps = [Step(0.1, 0.9), Step(0.2, 0.5), Step(1.0, 0.1)]
    assert holds(counted(cases, 0.1), 0.05, 0.0)
    taken = walk(steps, cases, 0.05, 0.0)
    assert [step.threshold for step, _ in taken] == [0.9, 0.5]
    assert [holds(counts, 0.05, 0.0) for _, counts in taken] == [True, False]


# Certified exactly where the data bears it


@pytest.mark.parametrize(("risk", "least"), [(0.05, 59), (0.1, 29), (0.2, 14)])
def test_as_many_answers_are_needed_as_the_risk_asks_for(risk: float, least: int) -> None:
    for many in (least - 1, least):
        cases = [Scored(True, True, 0.9)] * many
        assert bool(walk([Step(1.0, 0.9)], cases, risk, 0.0)) == (many >= least)


def test_errorless_data_is_certified_exactly_when_there_is_enough_of_it() -> None:
    for many in range(20, 120, 3):
        tried = [one for one in one_of_each(sides(perfect(many))[1], 0.0) if one.answerable]
        found = walked(perfect(many), 0.1, 0.0)
        assert found.certified == (len(tried) >= 29) == (found.why == "") == (found.level is not None)


def test_too_few_questions_say_how_many_would_be_needed() -> None:
    few = [*perfect(20), case("odd", False, score=-9.0)]
    found = walked(few, 0.1, 0.2)
    assert not found.certified and found.level is None and found.levels == ()
    assert "Too few questions to promise 10 of 100" in found.why
    assert found.at_least is not None and found.at_least > len(few)
    assert walked([*perfect(math.ceil(found.at_least / 2 * 1.2)), case("odd", False, score=-9.0)], 0.1, 0.2).certified


def test_too_many_errors_are_no_matter_of_data() -> None:
    found = walked(families(400, seed=4, wrong=0.5, apart=0.1), 0.05, 0.2)
    assert not found.certified
    assert "Too many errors to promise 5 of 100" in found.why
    assert found.needed is None
    assert len(found.levels) == 1 and found.levels[0].bound > 0.05


def test_enough_good_data_is_certified_and_its_counts_bear_it() -> None:
    found = walked(families(400, seed=5), 0.1, 0.2)
    level = found.level
    assert found.certified and level is not None and found.confidence is not None
    assert level.bound <= 0.1 and level.coverage >= 0.8
    assert [one.coverage for one in found.levels] == sorted(one.coverage for one in found.levels)
    assert {one.name for one in found.confidence.features} >= {"score"}


@pytest.mark.parametrize(("kind", "why"), [(True, "do not answer, so"), (False, "that the documents answer")])
def test_without_both_kinds_of_questions_nothing_is_promised(kind: bool, why: str) -> None:
    found = walked([one for one in families(300, seed=6) if one.answerable is kind], 0.1, 0.2)
    assert not found.certified and why in found.why


def test_an_owner_without_unanswerable_questions_needs_none() -> None:
    cases = [one for one in families(200, seed=7, wrong=0.05) if one.answerable]
    assert walked(cases, 0.1, 0.0).certified


def test_nothing_to_tell_right_from_wrong_by() -> None:
    found = walked([case(f"{n}", score=float(n)) for n in range(90)], 0.1, 0.0)
    assert not found.certified and "Nothing can be fitted: all 30 answers" in found.why
    assert not walked([], 0.1, 0.2).certified


# Features


def test_a_missing_feature_is_never_filled_in() -> None:
    cases = families(300, seed=8)
    lacking = [replace(one, features={"noise": 0.0}) for one in cases[:60:2]]
    broken = [replace(one, features={**one.features, "score": math.nan}) for one in cases[60:90:2]]
    others = [one for one in cases if one.id not in {bad.id for bad in [*lacking, *broken]}]
    found = walked([*lacking, *broken, *others], 0.1, 0.2)
    assert found == walked(others, 0.1, 0.2)


def test_what_no_threshold_answers_needs_no_features() -> None:
    cases = families(300, seed=9)
    silent = [replace(one, answered=False, right=False, features={}) for one in cases[:40]]
    found = walked([*silent, *cases[40:]], 0.1, 0.2)
    assert found.certified
    assert found.level is not None and found.level.coverage <= 0.95


def test_the_order_of_the_cases_decides_nothing() -> None:
    cases = families(150, seed=10)
    mixed = random.Random(1).sample(cases, len(cases))
    one, other = walked(cases, 0.1, 0.2), walked(mixed, 0.1, 0.2)
    assert [level.counts for level in one.levels] == [level.counts for level in other.levels]
    assert one.certified == other.certified


def test_a_calibration_is_json() -> None:
    json.dumps(asdict(walked(families(200, seed=11), 0.1, 0.2)), allow_nan=False)


def test_the_confidence_by_hand() -> None:
    confidence = Confidence((Feature("a", 2.0, 4.0, 3.0),), -1.0)
    assert confidence.of({"a": 6.0}) == pytest.approx(1 / (1 + math.exp(-2)))
