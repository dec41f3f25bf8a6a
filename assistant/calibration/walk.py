"""The threshold: walked along a fixed grid of coverage for as long as the bound on the risk holds.

Thresholds come from the documents that the confidence was fitted on, so those that the bound counts on had no part in
them. Which level is first depends on how many are answered there and never on how many are wrong. So the first false
level in the row is tested once, and the whole walk errs no more often than that one test.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from assistant.calibration.bounds import Counts, chance, weighted_bound
from assistant.calibration.nouns import Case, Confidence, Level

GRID = tuple(step / 20 for step in range(1, 21))  # of the answerable questions
ERROR = 0.05  # how often a promise may turn out wrong
GUARD = 0.001  # of it: that at some level a smaller share is answered than is taken for granted
EARLY = 0.5  # coverage up to which it is worth waiting for a level that forgives an error


@dataclass(frozen=True)
class Scored:
    """A case as the walk sees it; what no threshold answers has a confidence below all others."""

    answerable: bool
    right: bool
    confidence: float = -math.inf


@dataclass(frozen=True, slots=True)
class Step:
    coverage: float
    threshold: float


def scored(case: Case, confidence: Confidence) -> Scored:
    return Scored(case.answerable, case.right, confidence.of(case.features) if case.answered else -math.inf)


def grid(fitted: Sequence[Scored]) -> list[Step]:
    """The thresholds at which these answer 5 %, 10 % … of the answerable, as far as they go."""
    sure = sorted((one.confidence for one in fitted if one.answerable), reverse=True)
    found = {sure[math.ceil(share * len(sure)) - 1]: share for share in GRID} if sure else {}
    return [Step(share, threshold) for threshold, share in found.items() if threshold > -math.inf]


def counted(cases: Sequence[Scored], threshold: float) -> Counts:
    known = [one for one in cases if one.answerable]
    answered = [one for one in known if one.confidence >= threshold]
    return Counts(
        answerable=len(known),
        answered=len(answered),
        wrong=sum(not one.right for one in answered),
        unanswerable=len(cases) - len(known),
        misled=sum(one.confidence >= threshold for one in cases if not one.answerable),
    )


def holds(counts: Counts, risk: float, unanswerable: float) -> bool:
    """Were the risk `risk`, counts as good as these would be rarer than the error allowed."""
    return counts.answered > 0 and chance(counts, unanswerable, risk, GUARD / len(GRID)) <= ERROR - GUARD


def bound(counts: Counts, unanswerable: float) -> float:
    return weighted_bound(counts, unanswerable, ERROR - GUARD, GUARD / len(GRID))


def walk(steps: Sequence[Step], cases: Sequence[Scored], risk: float, unanswerable: float) -> list[tuple[Step, Counts]]:
    """The steps taken, the first that does not hold being the last; none where every level holds too few answers."""
    levels = [(step, counted(cases, step.threshold)) for step in steps]
    taken = []
    for step, counts in levels[_first(levels, risk, unanswerable) :]:
        taken.append((step, counts))
        if not holds(counts, risk, unanswerable):
            break
    return taken


def _first(levels: Sequence[tuple[Step, Counts]], risk: float, unanswerable: float) -> int:
    """Where one error would be forgiven, if that is early enough; else where none has to be."""
    forgiving = [
        place
        for place, (step, counts) in enumerate(levels)
        if step.coverage <= EARLY and holds(flawed(counts, 1), risk, unanswerable)
    ]
    able = [place for place, (_, counts) in enumerate(levels) if holds(flawed(counts, 0), risk, unanswerable)]
    return next(iter([*forgiving, *able]), len(levels))


def flawed(counts: Counts, errors: int) -> Counts:
    """As many answers, with so many errors."""
    return replace(counts, wrong=min(errors, counts.answered), misled=0)


def levels_of(taken: Sequence[tuple[Step, Counts]], unanswerable: float) -> tuple[Level, ...]:
    return tuple(Level(step.coverage, step.threshold, counts, bound(counts, unanswerable)) for step, counts in taken)
