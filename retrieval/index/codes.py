"""Search by codes: every vector in short is looked through, and the most promising are looked at as they are.

Each pair of numbers is rounded to one of 16 pairs that were learned, so 384 numbers take 96 bytes instead of 1,536, and
a processor compares 32 vectors at once. Nothing is passed over for where it lies, as with clusters: what is found does
not hang on how the vectors are spread. Beside other kinds of index: docs/decisions/0008.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from retrieval.encoding import Vectors
from retrieval.index.exact import Keys, faiss, write_index

QUANTISER = "quantiser.faiss"
SAMPLE = 8192  # passages from which it is learned
BITS = 4


class Quantiser:
    def __init__(self, index: Any) -> None:
        self._index = index

    @classmethod
    def learned(cls, sample: Vectors) -> Quantiser:
        dimension = sample.shape[1]
        index = faiss().IndexPQ(dimension, dimension // 2, BITS, faiss().METRIC_INNER_PRODUCT)
        index.train(sample)
        return cls(index)

    @classmethod
    def read(cls, path: Path) -> Quantiser:
        return cls(faiss().read_index(str(path)))

    def save(self, path: Path) -> None:
        write_index(path, self._index)

    def write(self, path: Path, vectors: Vectors) -> None:
        path.write_bytes(self._index.sa_encode(vectors).tobytes())


class Codes:
    """Proposes rows of the exact engine's vectors, by their codes."""

    def __init__(self, quantiser: Path, codes: Sequence[Path]) -> None:
        index = faiss().read_index(str(quantiser))
        for path in codes:
            read = np.frombuffer(path.read_bytes(), dtype=np.uint8)
            index.add_sa_codes(read.reshape(-1, index.sa_code_size()))
        self._index = faiss().IndexPQFastScan(index)

    def propose(self, vector: Vectors, many: int) -> Keys:
        _, rows = self._index.search(vector.reshape(1, -1), min(many, self._index.ntotal))
        return np.asarray(rows[0][rows[0] >= 0], dtype=np.int64)
