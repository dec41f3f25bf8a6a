"""The verdict on a trained adapter: planted cases, and that none is refused for being better."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tuning.exam import statistics
from tuning.exam.comparing import Comparison, comparison
from tuning.exam.run import Examination
from tuning.nouns import Cited, Metric, Outcome, Question
from tuning.teaching.verdict import GATES, Verdict, counts, judged, verdict

GOOD = {
    "pair_switch": Metric(0.2, 0.1, 0.3, 80),
    "refused_answerable": Metric(-0.05, -0.1, 0.0, 80),
    "forgetting": Metric(-0.005, -0.02, 0.01, 120),
}
RANKS = ("keep", "yours", "adopt")


def test_what_is_better_and_costs_nothing_is_adopted() -> None:
    found = judged(GOOD)
    assert found.decision == "adopt" and found.adopt
    assert "+20.0 points" in found.reasons[0] and "n = 80" in found.reasons[0]


@pytest.mark.parametrize(
    ("name", "change", "said"),
    [
        ("pair_switch", Metric(0.0, -0.02, 0.02, 80), "Not more questions answered rightly"),
        ("pair_switch", Metric(0.04, -0.06, 0.14, 80), "the limit is −5.0"),
        ("refused_answerable", Metric(0.01, -0.03, 0.06, 80), "more answerable questions refused"),
        ("forgetting", Metric(0.0, -0.031, 0.031, 120), "fewer general questions right"),
    ],
)
def test_one_gate_that_fails_keeps_what_serves(name: str, change: Metric, said: str) -> None:
    found = judged(GOOD | {name: change})
    assert found.decision == "keep" and not found.adopt
    assert said in " ".join(found.reasons)


@pytest.mark.parametrize(
    ("name", "edge"),
    [
        ("pair_switch", Metric(0.01, -0.05, 0.1, 80)),
        ("refused_answerable", Metric(0.02, 0.0, 0.05, 80)),
        ("forgetting", Metric(0.0, -0.03, 0.02, 120)),
    ],
)
def test_the_margin_itself_is_within(name: str, edge: Metric) -> None:
    assert judged(GOOD | {name: edge}).adopt


@pytest.mark.parametrize("gate", GATES, ids=lambda gate: gate.name)
def test_too_few_questions_leave_the_decision_to_the_owner(gate: object) -> None:
    for each in GATES:
        if each is gate:
            few = replace(GOOD[each.name], n=each.least - 1)
            assert judged(GOOD | {each.name: few}).decision == "yours"
            assert judged(GOOD | {each.name: replace(few, n=each.least)}).decision == "adopt"
            without = {name: one for name, one in GOOD.items() if name != each.name}
            assert judged(without).decision == "yours"


def test_the_counts_are_those_at_which_a_loss_of_the_margin_would_show() -> None:
    assert counts() == {
        "pairs of a question and its twin": 59,
        "answerable questions": 59,
        "multiple-choice probes": 99,
    }
    for gate in GATES:
        assert (1 - gate.margin) ** gate.least <= 0.05 < (1 - gate.margin) ** (gate.least - 1)


# From outcomes


def questions(many: int) -> list[Question]:
    asked = [Question(str(n), "Who?", True, ("Ada",), gold_ids=("a",)) for n in range(many)]
    return asked + [Question(f"t{n}", "Who?", False, kind="twin", twin_of=str(n)) for n in range(many)]


def outcome(id: str, answers: bool) -> Outcome:
    cited = (Cited("a", "a", "Ada", "Ada", True),) if answers else ()
    return Outcome(id, not answers, 0.9 if answers else 0.1, "Ada" if answers else "", cited, best="a")


def examined(name: str, answered: Sequence[bool], misled: Sequence[bool]) -> Examination:
    first = [outcome(str(n), flag) for n, flag in enumerate(answered)]
    return Examination(name, first + [outcome(f"t{n}", flag) for n, flag in enumerate(misled)], {})


def against(after: tuple[Sequence[bool], Sequence[bool]], before: tuple[Sequence[bool], Sequence[bool]]) -> Comparison:
    asked = questions(len(after[0]))
    return comparison(asked, examined("new", *after), examined("old", *before))


def by_outcomes(compared: Comparison) -> Verdict:
    return judged({name: compared.differences[name] for name in ("pair_switch", "refused_answerable")} | FORGOT)


FORGOT = {"forgetting": GOOD["forgetting"]}
ALL, NONE = [True] * 60, [False] * 60


def test_the_same_as_before_is_kept_and_without_the_probes_it_is_the_owners() -> None:
    same = against((ALL, NONE), (ALL, NONE))
    assert by_outcomes(same).decision == "keep"
    assert verdict(same, None).decision == "yours"


def test_one_that_answers_everything_or_nothing_is_not_taken_for_better() -> None:
    half = [n % 2 == 0 for n in range(60)]
    for always in (ALL, NONE):
        assert by_outcomes(against((always, always), (half, NONE))).decision == "keep"


def test_one_that_learned_to_refuse_twins_is_adopted() -> None:
    assert by_outcomes(against((ALL, NONE), (ALL, [n % 2 == 0 for n in range(60)]))).adopt


def drawn(chance: np.random.Generator) -> list[bool]:
    return [bool(flag) for flag in chance.random(60) < chance.random()]


@settings(max_examples=6, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(0, 59), st.booleans())
def test_a_better_adapter_is_never_refused_for_being_better(seed: int, place: int, answerable: bool) -> None:
    chance = np.random.default_rng(seed)
    before, after = ((drawn(chance), drawn(chance)) for _ in range(2))
    improved = (list(after[0]), list(after[1]))
    improved[0 if answerable else 1][place] = answerable  # answered where the answer is, refused where it is not
    worse, better = (by_outcomes(against(side, before)).decision for side in (after, improved))
    assert RANKS.index(better) >= RANKS.index(worse)


def metric(values: Sequence[float]) -> Metric:
    weights = statistics.resamples([str(n) for n in range(len(values))])
    found = statistics.bootstrap(statistics.mean(np.array(values, dtype=np.float64)), weights, len(values))
    assert found is not None
    return found


@settings(max_examples=25, deadline=None)
@given(st.lists(st.sampled_from([-1.0, 0.0, 0.0, 0.0, 1.0]), min_size=99, max_size=120), st.integers(0, 98))
def test_remembering_one_more_never_hurts(changes: list[float], place: int) -> None:
    better = [*changes[:place], min(1.0, changes[place] + 1), *changes[place + 1 :]]
    first, second = (judged(GOOD | {"forgetting": metric(each)}).decision for each in (changes, better))
    assert RANKS.index(second) >= RANKS.index(first)
    assert math.isfinite(metric(changes).low)
