"""Curves, against an example done by hand, the metrics that sum them up, and other implementations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest
from sklearn.calibration import calibration_curve
from sklearn.metrics import precision_recall_curve

from tests.reported import OUTCOMES, QUESTIONS
from tuning.exam.curves import STEPS, Curves, curves
from tuning.exam.metrics import measure
from tuning.nouns import Outcome, Question

# By confidence: right, wrong, two unanswerable ones answered; kept back: right if forced, and two that can't be right.
BY_HAND = [
    (0.9, 1 / 7, 0), (0.8, 2 / 7, 1 / 2), (0.7, 3 / 7, 2 / 3), (0.6, 4 / 7, 3 / 4),
    (0.3, 5 / 7, 3 / 5), (0.2, 6 / 7, 4 / 6), (0.1, 1, 5 / 7),
]  # fmt: skip


def test_risk_and_coverage_by_hand() -> None:
    found = curves(QUESTIONS, OUTCOMES)
    points = [(point.threshold, point.coverage, point.risk.value) for point in found.risk_coverage]
    assert points == [pytest.approx(point) for point in BY_HAND]
    assert found.operating == found.risk_coverage[3]


def test_reliability_and_confidence_by_hand() -> None:
    found = curves(QUESTIONS, OUTCOMES)
    bins = [(one.low, one.high, one.right.value, one.right.n) for one in found.reliability]
    assert bins == [(score, score, right, 1) for score, right in
                    zip((0.1, 0.2, 0.3, 0.6, 0.7, 0.8, 0.9), (0, 0, 1, 0, 0, 0, 1), strict=True)]  # fmt: skip
    answerable = [0] * STEPS
    answerable[6] = answerable[16] = answerable[18] = 1
    assert found.confidence["answerable"] == tuple(answerable)
    assert list(found.confidence) == ["answerable", "twin", "hard"]


def test_a_system_that_never_answers_has_no_curve() -> None:
    silent = [Outcome(question.id, True, 0.0, "", (), "insufficient") for question in QUESTIONS]
    found = curves(QUESTIONS, silent)
    assert (found.risk_coverage, found.operating, found.reliability) == ((), None, ())
    assert found.confidence["hard"][0] == 2


def test_what_was_withdrawn_is_answered_at_no_threshold() -> None:
    withdrawn = [replace(OUTCOMES[0], abstained=True, answer="", citations=(), reason="withdrawn"), *OUTCOMES[1:]]
    found = curves(QUESTIONS, withdrawn)
    assert found.risk_coverage[0].threshold == 0.8
    assert found.risk_coverage[-1].coverage == pytest.approx(6 / 7)


def test_nothing_asked_draws_nothing() -> None:
    assert curves([], []) == Curves((), None, (), {})


# ------------------------------------------------------------------------------------- against others


def exam(rows: Sequence[tuple[float, bool]]) -> tuple[list[Question], list[Outcome]]:
    """Each row answered with this confidence, rightly or not."""
    questions = [Question(str(place), "?", True, ("yes",)) for place in range(len(rows))]
    said = [
        Outcome(str(place), False, score, "yes" if right else "no", ()) for place, (score, right) in enumerate(rows)
    ]
    return questions, said


ROWS = st.lists(st.tuples(st.sampled_from([0.0, 0.125, 0.25, 0.5, 0.55, 0.75, 0.9, 1.0]), st.booleans()), min_size=1)


@settings(max_examples=60, deadline=None)
@given(ROWS)
def test_aurc_and_ece_are_means_of_the_curves(rows: list[tuple[float, bool]]) -> None:
    asked, made = exam(rows)
    found, metrics = curves(asked, made), measure(asked, made)
    counts = [0, *(point.risk.n for point in found.risk_coverage)]
    areas = (
        point.risk.value * (point.risk.n - before) for point, before in zip(found.risk_coverage, counts, strict=False)
    )
    assert sum(areas) / len(rows) == pytest.approx(metrics["aurc"].value)
    gaps = (one.right.n * abs(one.confidence - one.right.value) for one in found.reliability)
    assert sum(gaps) / len(rows) == pytest.approx(metrics["ece"].value)
    assert sum(one.right.n for one in found.reliability) == len(rows)
    assert sum(map(sum, found.confidence.values())) == len(rows)


@settings(max_examples=40, deadline=None)
@given(ROWS)
def test_risk_is_one_less_precision(rows: list[tuple[float, bool]]) -> None:
    found = curves(*exam(rows))
    right, score = [right for _, right in rows], [score for score, _ in rows]
    if any(right):
        precision, _, thresholds = precision_recall_curve(right, score)
        points = {point.threshold: point.risk.value for point in found.risk_coverage}
        known = dict(zip(thresholds.tolist(), (1 - precision[:-1]).tolist(), strict=True))
        assert points == pytest.approx({score: known[score] for score in points})


def test_bins_are_those_of_another_implementation() -> None:
    random = np.random.default_rng(1)
    scores = random.permutation(np.linspace(0.01, 0.99, 200))
    rows = [(float(score), bool(random.random() < score)) for score in scores]
    found = curves(*exam(rows)).reliability
    right, mean = calibration_curve([right for _, right in rows], scores, n_bins=10, strategy="quantile")
    assert [one.confidence for one in found] == pytest.approx(mean.tolist())
    assert [one.right.value for one in found] == pytest.approx(right.tolist())
    spread = [
        binomtest(round(one.right.value * one.right.n), one.right.n).proportion_ci(method="wilson") for one in found
    ]
    assert [(one.right.low, one.right.high) for one in found] == [pytest.approx((one.low, one.high)) for one in spread]
    counts, _ = np.histogram(scores, bins=STEPS, range=(0, 1))
    assert curves(*exam(rows)).confidence == {"answerable": tuple(counts.tolist())}
