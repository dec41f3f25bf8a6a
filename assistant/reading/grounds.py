"""What a decision rests on, in numbers: every one finite, and each made so that more of it speaks for an answer.

What can't be told is left out, never filled in: a calibration that counts on it then does not count.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from retrieval import Hit

OFF_TOPIC = 0.30  # cosine of the nearest passage below which nothing near was found
SUREST = 30.0  # log-odds beyond which a model's certainty is rounding


def searched(hits: Sequence[Hit], cited: int | None) -> dict[str, float]:
    """How well the cited passage was found, and how far ahead of the next best."""
    if cited is None or cited not in range(len(hits)):
        return {}
    hit = hits[cited]
    others = [other.score for place, other in enumerate(hits) if place != cited]
    found = {"score": hit.score} | ({"ahead": hit.score - max(others)} if others else {})
    if "dense" in hit.found_by:
        found |= {"dense": hit.found_by["dense"], "words": hit.found_by.get("shared", 0.0)}  # none shared: none listed
    return {name: float(value) for name, value in found.items() if math.isfinite(value)}


def nearest(hits: Sequence[Hit]) -> float:
    """The cosine of the passage that lies nearest to the question."""
    return max((hit.found_by.get("dense", 0.0) for hit in hits), default=0.0)


def weighed(weights: Sequence[float]) -> dict[str, float]:
    """Of log-probabilities, a label each and `none` last: how likely it is that any answers, and the best alone."""
    *sources, none = weights
    best, *others = sorted(sources, reverse=True)
    some = -math.expm1(none)
    odds = math.log(some) - none if some > 0 else -math.inf
    found = {"some": clipped(odds)} | ({"margin": clipped(best - others[0])} if others else {})
    return {name: value for name, value in found.items() if not math.isnan(value)}


def clipped(odds: float) -> float:
    return odds if math.isnan(odds) else max(-SUREST, min(SUREST, odds))
