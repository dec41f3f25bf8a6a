"""Approximate search: an index proposes, the exact engine decides, and a filter is never left to the index.

Some indexes ignore a filter without a word (FAISS on a GPU does), others refuse one, others find too little under it.
So none is given one: what an index proposes is filtered here. Where few may be found, all of them are searched exactly.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Protocol

import numpy as np

from retrieval.encoding import Vectors
from retrieval.index.exact import FEW, Exact, Keys

SHARE = 20  # one passage in so many, and fewer, are searched exactly too


class Proposer(Protocol):
    def propose(self, vector: Vectors, many: int) -> Keys:
        """About the nearest `many`, as rows of the exact engine's vectors."""
        ...


class Approximate:
    """The engine of a large partition. Every score is an exact cosine; only what comes last of k may be another."""

    def __init__(self, exact: Exact, proposer: Proposer, looks: int) -> None:
        """`looks`: how many are looked at for each that is asked for."""
        self.exact = exact
        self._proposer = proposer
        self._looks = looks

    @property
    def size(self) -> int:
        return self.exact.size

    def cosines(self, vector: Vectors, keys: Iterable[int]) -> dict[int, float]:
        return self.exact.cosines(vector, keys)

    def search(self, vector: Vectors, k: int, among: Collection[int] | None = None) -> dict[int, float]:
        if among is None:
            found = self._proposer.propose(vector, self._looks * k)
            return self.exact.best(vector, k, found) if len(found) >= k else self.exact.search(vector, k)
        permitted = self.exact.rows(among)
        return self.exact.best(vector, k, self._within(vector, self._looks * k, permitted))

    def _within(self, vector: Vectors, many: int, permitted: Keys) -> Keys:
        """Those to look at: all, where that costs less or where few of them are near."""
        if len(permitted) <= max(FEW, self.size // SHARE):
            return permitted
        found = self._proposer.propose(vector, many * self.size // len(permitted))
        mine = found[np.isin(found, permitted)]
        return mine if len(mine) >= many // 2 else permitted
