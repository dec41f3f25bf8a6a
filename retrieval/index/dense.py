"""The door to FAISS: exact search over unit vectors, written aside and checked before it is loaded."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from retrieval.encoding import Vectors
from retrieval.errors import MissingExtra


def _faiss() -> Any:
    if find_spec("faiss") is None:
        raise MissingExtra(
            "FAISS is not installed, and there is no search without it.",
            "Install one of its builds: pip install 'groundsmith[cpu]' (or [gpu], or [gpu-cuda13]).",
        )
    import faiss

    return faiss


def check_faiss() -> None:
    _faiss()


def write_dense(path: Path, vectors: Mapping[int, bytes], dimension: int) -> None:
    faiss = _faiss()
    index = faiss.IndexIDMap2(faiss.IndexFlatIP(dimension))
    if vectors:
        matrix = np.frombuffer(b"".join(vectors.values()), dtype=np.float32).reshape(-1, dimension)
        index.add_with_ids(matrix, np.fromiter(vectors, dtype=np.int64))
    with path.open("wb") as file:  # FAISS would print that the disk is full, and go on
        faiss.write_index(index, faiss.PyCallbackIOWriter(file.write))


class Dense:
    def __init__(self, path: Path) -> None:
        self._index = _faiss().read_index(str(path))

    @property
    def size(self) -> int:
        return int(self._index.ntotal)

    def search(self, vector: Vectors, k: int) -> dict[int, float]:
        """Key → cosine, the best first."""
        scores, keys = self._index.search(vector.reshape(1, -1), min(k, max(self.size, 1)))
        return {int(key): float(score) for key, score in zip(keys[0], scores[0], strict=True) if key >= 0}

    def cosines(self, vector: Vectors, keys: Iterable[int]) -> dict[int, float]:
        """The same measure for passages that another search proposed."""
        return {key: float(self._index.reconstruct(key) @ vector) for key in keys}
