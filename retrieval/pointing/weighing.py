"""One softmax over all that may be said of all passages: which of them answers, how likely, and in which words."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence

import numpy as np
from numpy.typing import NDArray

from retrieval.pointing import Options

WIDEST = 64  # tokens of an answer
LEAST = 1e-12  # a share below which a logarithm says nothing


def answering(options: Sequence[Options], polar: bool) -> list[float]:
    """How likely each passage is to answer; what is missing to one is how likely none does."""
    return [(first + last) / 2 for first, last in zip(*(_shares(options, polar, end) for end in (0, 1)), strict=True)]


def logarithms(shares: Sequence[float]) -> tuple[float, ...]:
    """The log-probabilities of these, and last of none of them."""
    return tuple(math.log(max(share, LEAST)) for share in (*shares, 1 - sum(shares)))


def shares(weights: Sequence[float]) -> list[float]:
    """What each has of the whole, by these log-weights."""
    best = max(weights)
    said = [math.exp(weight - best) for weight in weights]
    return [each / sum(said) for each in said]


def _shares(options: Sequence[Options], polar: bool, end: int) -> list[float]:
    rows = [np.append(one.ends if end else one.starts, [one.yes, one.no] if polar else []) for one in options]
    best = max([one.none for one in options] + [float(row.max()) for row in rows if row.size])
    said = [float(np.exp(row.astype(np.float64) - best).sum()) for row in rows]
    none = sum(float(np.exp(one.none - best)) for one in options)
    return [each / (sum(said) + none) for each in said]


def likeliest(
    options: Options,
    starts: Collection[int] | None = None,
    ends: Collection[int] | None = None,
    breaks: Sequence[int] = (),
) -> tuple[int, int, float] | None:
    """The words most likely to answer, as places in the passage, and what speaks for them.

    With `starts` and `ends`, only from and to those places; over none of the `breaks`.
    """
    first, last = options.starts.astype(np.float64), options.ends.astype(np.float64)
    if starts is not None:
        first = np.where([start in starts for start, _ in options.places], first, -np.inf)
    if ends is not None:
        last = np.where([end in ends for _, end in options.places], last, -np.inf)
    if not np.isfinite(first).any() or not np.isfinite(last).any():
        return None
    line = np.searchsorted(breaks, [start for start, _ in options.places])
    both = np.where(line[:, None] == line[None, :], _within(first[:, None] + last[None, :]), -np.inf)
    begin, end = divmod(int(both.argmax()), len(last))
    if not np.isfinite(both[begin, end]):
        return None
    return options.places[begin][0], options.places[end][1], float(both[begin, end])


def _within(both: NDArray[np.float64]) -> NDArray[np.float64]:
    """Only what ends where it begins or later, and not too long."""
    place = np.arange(len(both))
    apart = place[None, :] - place[:, None]
    return np.where((apart >= 0) & (apart < WIDEST), both, -np.inf)
