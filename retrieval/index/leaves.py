"""How a partition is cut into leaves: files that are written once, and carried on while nothing in them changes.

A passage never changes under its key, so a leaf whose keys are all still wanted is still right. One that lost a passage
is written anew without it: there are no tombstones, and nothing of what was deleted is left, in no file and no score.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

LEAST = 1024  # passages in a leaf of a small partition
MOST_LEAVES = 64  # about as many as a partition has; leaves grow with it

Keys = npt.NDArray[np.int64]
Ranges = tuple[tuple[int, int], ...]  # first and last key of each run of neighbours


@dataclass(frozen=True)
class Piece:
    """Keys that share a leaf, and which leaf of before holds just them."""

    keys: Keys
    before: int | None = None


def leaf_size(passages: int) -> int:
    """The power of two that needs no more leaves than that."""
    size = LEAST
    while size * MOST_LEAVES < passages:
        size *= 2
    return size


def cut(wanted: Keys, before: Sequence[Ranges]) -> list[Piece]:
    """The wanted keys, which ascend, in pieces that ascend too; every leaf of before that can stay, stays.

    One less than half full stays only where it has nothing to be joined with, so that leaves never become too many.
    """
    size = leaf_size(len(wanted))
    kept = dict(_still_whole(wanted, before))
    full = sorted(span for span in kept if span[1] - span[0] >= size // 2)
    pieces: list[Piece] = []
    start = 0
    for span in [*full, (len(wanted), len(wanted))]:
        pieces += _run(wanted, (start, span[0]), kept, size)
        pieces += [Piece(wanted[slice(*span)], kept[span])] if span in kept else []
        start = span[1]
    return pieces


def _still_whole(wanted: Keys, before: Sequence[Ranges]) -> Iterator[tuple[tuple[int, int], int]]:
    """Where among the wanted the keys of a leaf stand, if all of them do and no other between them."""
    for number, ranges in enumerate(before):
        keys = expand(ranges)
        start, stop = np.searchsorted(wanted, (keys[0], keys[-1] + 1)).tolist()
        if np.array_equal(wanted[start:stop], keys):
            yield (start, stop), number


def _run(wanted: Keys, span: tuple[int, int], kept: dict[tuple[int, int], int], size: int) -> list[Piece]:
    """What lies between two leaves that stay, in parts of one length."""
    start, stop = span
    if start == stop:
        return []
    if span in kept:
        return [Piece(wanted[start:stop], kept[span])]
    parts = -(-(stop - start) // size)
    return [Piece(keys) for keys in np.array_split(wanted[start:stop], parts)]


def ranges_of(keys: Keys) -> Ranges:
    breaks = np.flatnonzero(np.diff(keys) > 1)
    firsts = keys[np.concatenate([[0], breaks + 1])].tolist()
    lasts = keys[np.concatenate([breaks, [len(keys) - 1]])].tolist()
    return tuple(zip(firsts, lasts, strict=True))


def expand(ranges: Ranges) -> Keys:
    return np.concatenate([np.arange(first, last + 1, dtype=np.int64) for first, last in ranges])
