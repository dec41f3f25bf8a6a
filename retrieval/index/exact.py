"""The door to FAISS: unit vectors as they are, searched exactly. Every other engine is measured by this one.

A cosine is computed by one kernel, row by row: the same two vectors give the same bits, whatever they lie among.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from retrieval.encoding import Vectors
from retrieval.errors import MissingExtra

FEW = 20_000  # passages that are compared one by one within a millisecond or two, sooner than any other way pays
SPARE = 8  # proposed beyond those asked for, so that rounding and equals decide nothing
ROUNDED = 1e-5

Keys = npt.NDArray[np.int64]


def faiss() -> Any:
    if find_spec("faiss") is None:
        raise MissingExtra(
            "FAISS is not installed, and there is no search without it.",
            "Install one of its builds: pip install 'groundsmith[cpu]' (or [gpu], or [gpu-cuda13]).",
        )
    import faiss

    return faiss


def write_vectors(path: Path, keys: Keys, vectors: Vectors) -> None:
    """In ascending order of the keys."""
    index = faiss().IndexIDMap2(faiss().IndexFlatIP(vectors.shape[1]))
    index.add_with_ids(vectors, keys)
    write_index(path, index)


def write_index(path: Path, index: Any) -> None:
    with path.open("wb") as file:  # FAISS would print that the disk is full, and go on
        faiss().write_index(index, faiss().PyCallbackIOWriter(file.write))


class Exact:
    """All vectors of a partition, in memory; their keys ascend."""

    def __init__(self, keys: Keys, vectors: Vectors) -> None:
        self.keys = keys
        self.flat = faiss().IndexFlatIP(vectors.shape[1])
        self.flat.add(vectors)

    @classmethod
    def open(cls, paths: Sequence[Path], dimension: int) -> Exact:
        exact = cls(np.empty(0, dtype=np.int64), np.empty((0, dimension), dtype=np.float32))
        for path in paths:
            exact._take(faiss().read_index(str(path)))
        return exact

    def _take(self, read: Any) -> None:
        self.flat.add(_view(faiss().downcast_index(read.index)))
        self.keys = np.concatenate([self.keys, faiss().vector_to_array(read.id_map)])

    @property
    def size(self) -> int:
        return len(self.keys)

    @property
    def vectors(self) -> Vectors:
        """A view, not a copy."""
        return _view(self.flat)

    def search(self, vector: Vectors, k: int, among: Collection[int] | None = None) -> dict[int, float]:
        """Key → cosine, the best first, of equals the lower key; of all, or of those `among` these keys."""
        if among is not None:
            return self.best(vector, k, self.rows(among))
        if not self.size:
            return {}
        many = min(k + SPARE, self.size)
        _, proposed = self.flat.search(vector.reshape(1, -1), many)
        rows = np.sort(proposed[0])
        scores = self._cosines(vector, rows)  # FAISS rounds in another way with each number of threads
        if many < self.size and np.partition(scores, -k)[-k] - scores.min() < ROUNDED:
            return self.best(vector, k, np.arange(self.size))
        return _ranked(self.keys[rows], scores, k)

    def cosines(self, vector: Vectors, keys: Iterable[int]) -> dict[int, float]:
        """The same measure for passages that another search proposed; of keys that are not here, nothing."""
        rows = self.rows(keys)
        return dict(zip(self.keys[rows].tolist(), self._cosines(vector, rows).tolist(), strict=True))

    def rows(self, keys: Iterable[int]) -> Keys:
        """Where these keys stand, as far as they are here; in ascending order, each once."""
        wanted = np.unique(np.fromiter(keys, dtype=np.int64))
        rows = np.searchsorted(self.keys, wanted)
        here = rows < self.size
        here[here] = self.keys[rows[here]] == wanted[here]
        return np.asarray(rows[here], dtype=np.int64)

    def best(self, vector: Vectors, k: int, rows: Keys) -> dict[int, float]:
        """Key → cosine of the best k of these rows."""
        scores = self._cosines(vector, rows)
        if len(rows) > k:
            within = scores >= np.partition(scores, -k)[-k]
            rows, scores = rows[within], scores[within]
        return _ranked(self.keys[rows], scores, k)

    def _cosines(self, vector: Vectors, rows: Keys) -> npt.NDArray[np.float32]:
        found = np.empty(len(rows), dtype=np.float32)
        asked = np.ascontiguousarray(vector, dtype=np.float32)
        out, to, of = (faiss().swig_ptr(array) for array in (found, asked, rows))
        faiss().fvec_inner_products_by_idx(out, to, self.flat.get_xb(), of, self.flat.d, 1, len(rows))
        return found


def _view(flat: Any) -> Vectors:
    return np.asarray(faiss().rev_swig_ptr(flat.get_xb(), flat.ntotal * flat.d)).reshape(flat.ntotal, flat.d)


def _ranked(keys: Keys, scores: npt.NDArray[np.float32], k: int) -> dict[int, float]:
    order = np.lexsort((keys, -scores))[:k]
    return dict(zip(keys[order].tolist(), scores[order].tolist(), strict=True))
