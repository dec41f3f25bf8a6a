"""What each passage said when it was indexed, as a checksum: a database does not notice a bit that flips in a text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import blake2b
from pathlib import Path

import numpy as np


def write_sums(path: Path, passages: Iterable[tuple[int, str, str]]) -> None:
    """Of passages, each (key, place, text), in ascending order of the keys."""
    rows = [(key, _sum(place, text)) for key, place, text in passages]
    path.write_bytes(np.array(rows, dtype=np.int64).tobytes())


class Sums:
    def __init__(self, paths: Sequence[Path]) -> None:
        rows = np.concatenate([np.frombuffer(path.read_bytes(), dtype=np.int64) for path in paths]).reshape(-1, 2)
        self._keys, self._sums = rows[:, 0].copy(), rows[:, 1].copy()

    def altered(self, key: int, place: str, text: str) -> bool:
        """Whether this passage, if it is one of these, says something else now."""
        row = int(np.searchsorted(self._keys, key))
        here = row < len(self._keys) and self._keys[row] == key
        return bool(here and self._sums[row] != _sum(place, text))


def _sum(place: str, text: str) -> int:
    digest = blake2b(f"{place}\n{text}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "little", signed=True)
