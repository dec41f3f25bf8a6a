"""Figures with their uncertainty. No input at all gives None, never a division by zero.

What is taken over rows is a function of how often each row counts: an array of weights, a line per resample, gives a
figure per line (nan where a resample can't tell). So a bootstrap is one call, and two systems are resampled together.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from tuning.nouns import Metric

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]
Statistic = Callable[[Array], Array]

Z = 1.959963984540054  # 95 %, two-sided
RESAMPLES = 1000
BINS = 10
_ROUNDING = 1e-9


def wilson(hits: float, n: int) -> Metric | None:
    """A share with its Wilson interval."""
    if n == 0:
        return None
    share = hits / n
    spread = Z * math.sqrt(share * (1 - share) / n + Z * Z / (4 * n * n))
    centre, size = share + Z * Z / (2 * n), 1 + Z * Z / n
    low = 0.0 if hits == 0 else (centre - spread) / size
    high = 1.0 if hits == n else (centre + spread) / size
    return Metric(share, low, high, n)


def resamples(keys: Sequence[str], seed: int = 0) -> Array:
    """How often each row counts in each resample. Flags of one key are drawn together, in whatever order they come."""
    names, cluster = np.unique(np.asarray(keys, dtype=str), return_inverse=True)
    size = len(names)
    drawn = np.random.default_rng(seed).integers(0, max(size, 1), (RESAMPLES, size))
    place = drawn + np.arange(RESAMPLES)[:, None] * size
    counts = np.bincount(place.ravel(), minlength=RESAMPLES * size).reshape(RESAMPLES, size)
    return counts[:, cluster].astype(np.float64)


def bootstrap(statistic: Statistic, weights: Array, n: int) -> Metric | None:
    """The figure over all rows, with the percentile interval over the resamples. It holds the figure itself."""
    if n == 0 or not weights.shape[1]:
        return None
    value = float(statistic(np.ones((1, weights.shape[1])))[0])
    if math.isnan(value):
        return None
    drawn = statistic(weights)
    drawn = drawn[~np.isnan(drawn)]
    low, high = np.percentile(drawn, (2.5, 97.5)) if len(drawn) else (value, value)
    return Metric(value, min(value, float(low)), max(value, float(high)), n)


def difference(after: Statistic, before: Statistic, weights: Array, n: int) -> Metric | None:
    """Paired: both systems answered the same rows, and are resampled together. Above 0, `after` is higher."""
    return bootstrap(lambda drawn: after(drawn) - before(drawn), weights, n)


def mcnemar(after: Sequence[bool], before: Sequence[bool]) -> float | None:
    """Exact two-sided p: how likely so uneven a split of the rows where only one of two is right would be by chance."""
    if not after:
        return None
    pairs = list(zip(after, before, strict=True))
    won = sum(one and not other for one, other in pairs)
    lost = sum(other and not one for one, other in pairs)
    tail = sum(math.comb(won + lost, k) for k in range(min(won, lost) + 1))
    doubled: float = 2 * tail / (1 << (won + lost))
    return min(1.0, doubled)


# What can be taken over rows.


def ratio(top: Array, bottom: Array) -> Statistic:
    return lambda weights: _divided(weights @ top, weights @ bottom)


def mean(values: Array) -> Statistic:
    """Of the rows that have a value."""
    return ratio(np.nan_to_num(values), (~np.isnan(values)).astype(np.float64))


def quantile(values: Array, share: float) -> Statistic:
    """Of the rows that have a value, straight lines between them."""
    rows = np.flatnonzero(~np.isnan(values))
    rows = rows[np.argsort(values[rows], kind="stable")]
    ordered = values[rows]

    def statistic(weights: Array) -> Array:
        up_to = np.cumsum(weights[:, rows], axis=1)
        place = (up_to[:, -1] - 1) * share
        low = _at(ordered, up_to, np.floor(place))
        high = _at(ordered, up_to, np.ceil(place))
        found: Array = np.where(up_to[:, -1] > 0, low + (high - low) * (place - np.floor(place)), np.nan)
        return found

    return statistic


def _at(ordered: Array, up_to: Array, place: Array) -> Array:
    """The value at a place counted from 0, each value standing there as often as it weighs."""
    found: Array = ordered[np.minimum((up_to <= place[:, None]).sum(axis=1), len(ordered) - 1)]
    return found


def auroc(scores: Array, positive: Flags, negative: Flags) -> Statistic:
    """How often a positive row scores above a negative one; a tie is half a win."""
    by_level = levels(scores)

    def statistic(weights: Array) -> Array:
        above, below = by_level(weights * positive), by_level(weights * negative)
        lower = below.sum(axis=1, keepdims=True) - np.cumsum(below, axis=1)
        wins = (above * (lower + below / 2)).sum(axis=1)
        return _divided(wins, above.sum(axis=1) * below.sum(axis=1))

    return statistic


def coverage(confidence: Array, right: Flags, offered: Flags, asked: Flags, risk: float) -> Statistic:
    """Right answers ÷ rows asked for, in the largest set above a threshold where wrong ÷ answered is at most `risk`.

    `offered` are the rows that some threshold answers.
    """
    by_level = levels(confidence)

    def statistic(weights: Array) -> Array:
        answered = np.cumsum(by_level(weights * offered), axis=1)
        correct = np.cumsum(by_level(weights * (offered & right)), axis=1)
        kept = np.where(answered - correct <= risk * answered + _ROUNDING, correct, 0.0)
        return _divided(kept.max(axis=1), weights @ asked)

    return statistic


def aurc(confidence: Array, right: Flags, offered: Flags) -> Statistic:
    """Area under risk against coverage: the mean, over offered rows, of the risk of answering down to that row."""
    by_level = levels(confidence)

    def statistic(weights: Array) -> Array:
        here = by_level(weights * offered)
        answered = np.cumsum(here, axis=1)
        wrong = answered - np.cumsum(by_level(weights * (offered & right)), axis=1)
        risk = wrong / np.maximum(answered, 1)
        return _divided((here * risk).sum(axis=1), answered[:, -1])

    return statistic


def ece(confidence: Array, right: Flags, offered: Flags) -> Statistic:
    """Expected calibration error over ten bins of equal mass; rows of one confidence share a bin."""
    by_level = levels(confidence)
    level = -np.unique(-confidence)

    def statistic(weights: Array) -> Array:
        here = by_level(weights * offered)
        gap = here * level - by_level(weights * (offered & right))
        total = here.sum(axis=1)
        middle = (np.cumsum(here, axis=1) - here / 2) / np.maximum(total, 1)[:, None]
        bins = np.minimum(np.floor(middle * BINS + _ROUNDING), BINS - 1)
        return _divided(sum(np.abs((gap * (bins == one)).sum(axis=1)) for one in range(BINS)), total)

    return statistic


def levels(scores: Array) -> Callable[[Array], Array]:
    """Adds up weights by score, the highest first: rows of one score stand or fall together."""
    order = np.argsort(-scores, kind="stable")
    starts = np.flatnonzero(np.diff(scores[order], prepend=np.inf))

    def by_level(weights: Array) -> Array:
        added: Array = np.add.reduceat(weights[:, order], starts, axis=1)
        return added

    return by_level


def harmonic(left: Array, right: Array) -> Array:
    """F1 of a precision and a recall; nothing of both is 0."""
    total = left + right
    found: Array = np.where(total == 0, 0.0, 2 * left * right / np.where(total == 0, 1.0, total))
    return found


def _divided(top: Array, bottom: Array) -> Array:
    found: Array = np.divide(top, bottom, out=np.full(np.shape(top), np.nan), where=bottom > 0)
    return found
