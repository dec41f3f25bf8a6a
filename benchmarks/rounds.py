"""What is measured round after round: how much is the same comes first, then each round's ratio, and the middle one."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Round:
    """One pass over all that is asked, of both sides."""

    ours: float  # seconds
    theirs: float
    same: float  # share of the same answers

    @property
    def ratio(self) -> float:
        return self.theirs / self.ours


def timed(call: Callable[[], T]) -> tuple[T, float]:
    began = time.perf_counter()
    found = call()
    return found, time.perf_counter() - began


def equal(ours: Any, theirs: Any) -> float:
    return float(ours == theirs)


def share(ours: Sequence[Any], theirs: Sequence[Any]) -> float:
    return sum(bool(one == other) for one, other in zip(ours, theirs, strict=True)) / len(ours)


def in_turn(
    number: int, ours: Callable[[], T], theirs: Callable[[], T], alike: Callable[[T, T], float] = equal
) -> Round:
    """Who is first changes, so that what is left of one in the caches falls on both."""
    if number % 2:
        (their, theirs_took), (our, ours_took) = timed(theirs), timed(ours)
    else:
        (our, ours_took), (their, theirs_took) = timed(ours), timed(theirs)
    return Round(ours_took, theirs_took, alike(our, their))


def together(parts: Sequence[Round]) -> Round:
    """One round of what was asked one after the other."""
    same = statistics.mean(part.same for part in parts)
    return Round(sum(part.ours for part in parts), sum(part.theirs for part in parts), same)


def figures(rounds: Sequence[Round]) -> dict[str, Any]:
    """A ratio above 1 is how many times as fast ours was."""
    ratios = [each.ratio for each in rounds]
    return {
        "same": round(min(each.same for each in rounds), 3),
        "ratios": [round(ratio, 2) for ratio in ratios],
        "ratio": round(statistics.median(ratios), 2),
        "seconds": {
            "ours": [round(each.ours, 2) for each in rounds],
            "theirs": [round(each.theirs, 2) for each in rounds],
        },
    }
