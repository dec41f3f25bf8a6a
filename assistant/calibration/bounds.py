"""How often it may be wrong, at most, given what was counted: exact one-sided bounds out of binomial tails.

`weighted_bound` is Clopper and Pearson's bound for two groups at once: the largest risk under which counts as good as
these would still come about with more than the error that is allowed. docs/decisions/0010 argues why it holds.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

HALVINGS = 36
LINE = 129  # points at which the worst case is looked for
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Counts:
    """What was answered at one threshold. Whatever is answered of the unanswerable is wrong."""

    answerable: int
    answered: int  # of the answerable
    wrong: int  # of these
    unanswerable: int
    misled: int  # of the unanswerable, answered


@lru_cache(maxsize=4096)
def upper(wrong: int, n: int, error: float) -> float:
    """Clopper-Pearson: a share above this makes so few wrong ones less likely than `error`."""
    if wrong >= n:
        return 1.0
    return _falling(lambda share: float(_binomial(n, wrong, np.array([share])).sum()), error)


def lower(hits: int, n: int, error: float) -> float:
    return 1.0 - upper(n - hits, n, error)


def weighted_risk(counts: Counts, unanswerable: float) -> float | None:
    """Wrong ÷ answered, were that share of all questions unanswerable; None where nothing is answered."""
    if not counts.answered + counts.misled:
        return None
    known = (1 - unanswerable) / counts.answerable if counts.answerable else 0.0
    unknown = unanswerable / counts.unanswerable if counts.unanswerable else 0.0
    answered = known * counts.answered + unknown * counts.misled
    return (known * counts.wrong + unknown * counts.misled) / answered if answered else None


def weighted_bound(counts: Counts, unanswerable: float, error: float, slack: float) -> float:
    """The risk above which counts as good as these have a chance of at most `error`."""
    if not counts.answered:
        return 1.0
    return _falling(lambda risk: chance(counts, unanswerable, risk, slack), error)


def chance(counts: Counts, unanswerable: float, risk: float, slack: float) -> float:
    """How likely counts as good as these are at most, where the risk is `risk` or more.

    The worst case lies on a line: the more of the unanswerable is answered, the fewer of the answerable are wrong.
    How many of the answerable are answered is taken to be the least that is likely: `slack` is the chance of fewer.
    """
    least = lower(counts.answered, counts.answerable, slack)
    known = (1 - unanswerable) * least
    misled = np.sin(np.linspace(0, math.pi / 2, LINE)) ** 2 * min(1.0, _most_misled(known, unanswerable, risk))
    wrong = np.clip(risk - (misled * unanswerable * (1 - risk) / known if known else 0.0), 0.0, 1.0)
    return float(_as_good(counts, unanswerable, wrong, misled).max())


def _most_misled(known: float, unanswerable: float, risk: float) -> float:
    """The share of the unanswerable at which the answers to them alone make up the risk."""
    weight = unanswerable * (1 - risk)
    return known * risk / weight if weight else 1.0


def _as_good(counts: Counts, unanswerable: float, wrong: Array, misled: Array) -> Array:
    """At each point, the chance of no more errors than were counted, weighed as the mix weighs them."""
    one = (1 - unanswerable) / counts.answerable
    other = unanswerable / counts.unanswerable if counts.unanswerable else 0.0
    total = one * counts.wrong + other * counts.misled + _ROUNDING * max(one, other)
    most = _times(total, one, counts.answered)
    left = [_times(total - one * errors, other, counts.unanswerable) for errors in range(most + 1)]
    others = np.cumsum(_binomial(counts.unanswerable, left[0], misled), axis=0)
    found: Array = (_binomial(counts.answered, most, wrong) * others[left]).sum(axis=0)
    return np.minimum(found, 1.0)


def _times(total: float, part: float, most: int) -> int:
    """How often the part fits; what weighs nothing fits as often as it is there."""
    return most if total >= part * most else math.floor(total / part)


def _binomial(n: int, most: int, share: Array) -> Array:
    """The probabilities of 0 to `most` hits, a column for each share."""
    hits = np.arange(most + 1)
    logs = _log_factorials(n)
    ways = (logs[n] - logs[hits] - logs[n - hits])[:, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        yes = np.where(hits[:, None] == 0, 0.0, hits[:, None] * np.log(share))
        no = np.where(hits[:, None] == n, 0.0, (n - hits)[:, None] * np.log1p(-share))
    found: Array = np.exp(ways + yes + no)
    return found


@lru_cache(maxsize=64)
def _log_factorials(n: int) -> Array:
    return np.array([math.lgamma(k + 1) for k in range(n + 1)])


def _falling(function: Callable[[float], float], to: float) -> float:
    """Where a falling function of 0 to 1 has come down to that value; on its safe side."""
    low, high = 0.0, 1.0
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if function(middle) > to else (low, middle)
    return high
