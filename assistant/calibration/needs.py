"""About how many questions like these would be needed for a promise: advice, on which nothing rests."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from assistant.calibration.bounds import Counts, weighted_risk
from assistant.calibration.walk import flawed, holds

LARGEST = 64.0  # times as many; beyond that nobody writes them
STEP = 1.1


def fewest(levels: Sequence[Counts], risk: float, unanswerable: float, asked: int) -> int | None:
    """With no error at all: the least that could be enough."""
    return _least(levels, lambda counts: holds(flawed(counts, 0), risk, unanswerable), asked)


def most(levels: Sequence[Counts], risk: float, unanswerable: float, asked: int) -> int | None:
    """With errors as frequent as now; None where they are more frequent than may be at every level."""
    risks = [weighted_risk(counts, unanswerable) for counts in levels]
    able = [counts for counts, known in zip(levels, risks, strict=True) if known is not None and known < risk]
    return _least(able, lambda counts: holds(counts, risk, unanswerable), asked)


def _least(levels: Iterable[Counts], enough: Callable[[Counts], bool], asked: int) -> int | None:
    levels, factor = list(levels), 1.0
    while factor <= LARGEST and levels:
        if any(enough(_times(counts, factor)) for counts in levels):
            return math.ceil(asked * factor)
        factor *= STEP
    return None


def _times(counts: Counts, factor: float) -> Counts:
    return replace(
        counts,
        answerable=round(counts.answerable * factor),
        answered=round(counts.answered * factor),
        wrong=math.ceil(counts.wrong * factor),
        unanswerable=round(counts.unanswerable * factor),
        misled=math.ceil(counts.misled * factor),
    )
