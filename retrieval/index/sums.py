"""What each passage said when it was indexed, as a checksum: an older database beside a newer index is noticed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
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

    def altered(self, passages: Mapping[int, tuple[str, str]]) -> list[int]:
        """Keys of the passages, each (place, text), that are of these and say something else now."""
        keys = np.fromiter(passages, dtype=np.int64)
        rows = np.minimum(np.searchsorted(self._keys, keys), len(self._keys) - 1)
        sums = np.array([_sum(*said) for said in passages.values()], dtype=np.int64)
        altered: list[int] = keys[(self._keys[rows] == keys) & (self._sums[rows] != sums)].tolist()
        return altered


def _sum(place: str, text: str) -> int:
    digest = blake2b(f"{place}\n{text}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "little", signed=True)
