"""What a report draws: risk against coverage, how far confidence can be trusted, and how it lies over the kinds.

All thresholds are gone through as `aurc` and `ece` go: what was abstained from at the threshold counts as answered
with `forced`, where the system has that.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tuning.exam.figures import Row, array, flags, joined
from tuning.exam.statistics import BINS, Array, Flags, wilson
from tuning.nouns import KINDS, Metric, Outcome, Question

STEPS = 20  # of confidence, from 0 to 1
_ROUNDING = 1e-9


@dataclass(frozen=True)
class Point:
    """Answering whatever is at least this sure: the share of all questions that is, and of those the wrong ones."""

    threshold: float
    coverage: float
    risk: Metric


@dataclass(frozen=True)
class Bin:
    """Answers of about the same confidence, and how many of them are right."""

    low: float
    high: float
    confidence: float  # their mean
    right: Metric


@dataclass(frozen=True)
class Curves:
    risk_coverage: tuple[Point, ...]  # from the surest answer to all of them
    operating: Point | None  # what was answered in the exam; its threshold is the least sure answer
    reliability: tuple[Bin, ...]  # ten of equal mass or, where many rows share a confidence, fewer
    confidence: dict[str, tuple[int, ...]]  # by kind, how many rows in each twentieth from 0 to 1


def curves(questions: Sequence[Question], outcomes: Sequence[Outcome]) -> Curves:
    rows = joined(questions, outcomes)
    told = [row for row in rows if row.told]
    forces = any(row.outcome.forced is not None for row in rows)
    offered = [row for row in told if row.answered or (forces and row.held_back)]
    confidence, right = _judged(offered)
    return Curves(
        risk_coverage=_risk_coverage(confidence, right, len(told)),
        operating=_operating([row for row in told if row.answered], len(told)),
        reliability=_reliability(confidence, right),
        confidence={kind: _spread(rows, kind) for kind in KINDS if any(row.question.kind == kind for row in rows)},
    )


def _judged(rows: Sequence[Row]) -> tuple[Array, Flags]:
    return array(row.outcome.confidence for row in rows), flags(row.right_if_answered for row in rows)


def _risk_coverage(confidence: Array, right: Flags, asked: int) -> tuple[Point, ...]:
    """Rows of one confidence are answered together."""
    order = np.argsort(-confidence, kind="stable")
    wrong = np.cumsum(~right[order])
    last = np.flatnonzero(np.diff(confidence[order], append=-np.inf))
    return tuple(_point(float(confidence[order[end]]), int(end) + 1, int(wrong[end]), asked) for end in last)


def _operating(answered: Sequence[Row], asked: int) -> Point | None:
    if not answered:
        return None
    confidence, right = _judged(answered)
    return _point(float(confidence.min()), len(answered), int((~right).sum()), asked)


def _point(threshold: float, answered: int, wrong: int, asked: int) -> Point:
    return Point(threshold, answered / asked, _share(wrong, answered))


def _reliability(confidence: Array, right: Flags) -> tuple[Bin, ...]:
    """The bins of `ece`, the least sure first."""
    if not len(confidence):
        return ()
    _, level, mass = np.unique(-confidence, return_inverse=True, return_counts=True)
    middle = (np.cumsum(mass) - mass / 2) / mass.sum()
    place = np.minimum(np.floor(middle * BINS + _ROUNDING), BINS - 1)[level]
    return tuple(_bin(confidence[place == one], right[place == one]) for one in np.unique(place)[::-1])


def _bin(confidence: Array, right: Flags) -> Bin:
    low, high, mean = (float(value) for value in (confidence.min(), confidence.max(), confidence.mean()))
    return Bin(low, high, mean, _share(int(right.sum()), len(right)))


def _share(hits: int, n: int) -> Metric:
    found = wilson(hits, n)
    assert found is not None, "asked of some rows"
    return found


def _spread(rows: Sequence[Row], kind: str) -> tuple[int, ...]:
    """A confidence of 1 stands in the last step."""
    confidence = array(row.outcome.confidence for row in rows if row.question.kind == kind)
    place = np.clip(np.floor(confidence * STEPS + _ROUNDING), 0, STEPS - 1).astype(np.intp)
    return tuple(int(many) for many in np.bincount(place, minlength=STEPS))
