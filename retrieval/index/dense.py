"""Which engine searches the vectors of a partition, and why: exact while that is fastest, then by codes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import Protocol

from retrieval.encoding import Vectors
from retrieval.index.approximate import Approximate
from retrieval.index.codes import QUANTISER, Codes
from retrieval.index.exact import FEW, Exact, faiss
from retrieval.index.gpu import LOOKS as GPU_LOOKS
from retrieval.index.gpu import OnGpu, gpus, kind_for
from retrieval.index.manifest import Part

FAST, BALANCED, EXACT = QUALITIES = ("fast", "balanced", "exact")
LOOKS = {FAST: 10, BALANCED: 40}  # passages looked at exactly, for each that is asked for


class Engine(Protocol):
    """Searches the vectors of one partition. Scores are cosines, bit for bit the same in every engine."""

    @property
    def size(self) -> int: ...

    def search(self, vector: Vectors, k: int, among: Collection[int] | None = None) -> dict[int, float]:
        """Key → cosine, the best first. Where there are k to be found `among` the given keys, k are found."""
        ...

    def cosines(self, vector: Vectors, keys: Iterable[int]) -> dict[int, float]: ...


def check_faiss() -> None:
    faiss()


def wants_codes(passages: int, dimension: int) -> bool:
    return passages > FEW and dimension % 2 == 0


def open_engine(folder: Path, part: Part, dimension: int, quality: str) -> Engine:
    exact = Exact.open([folder / leaf.vectors for leaf in part.leaves], dimension)
    if not part.trained or quality == EXACT:
        return exact
    if gpus():
        return Approximate(exact, OnGpu(exact, kind_for(exact.size)), GPU_LOOKS)
    codes = Codes(folder / QUANTISER, [folder / leaf.codes for leaf in part.leaves if leaf.codes])
    return Approximate(exact, codes, LOOKS[quality])


def explain(parts: Sequence[Part], quality: str) -> str:
    """In words for people, of the partitions that they may read."""
    large = sum(part.passages for part in parts if part.trained and quality != EXACT)
    small = sum(part.passages for part in parts) - large
    how = "proposed by the GPU and compared exactly" if gpus() else "proposed by codes and compared exactly"
    said = [f"exact over {small:,} passage{'' if small == 1 else 's'}"] if small or not large else []
    said += [f"{large:,} passages {how}"] if large else []
    until = "at any size, for quality is exact" if quality == EXACT else f"approximate from {FEW + 1:,} on"
    return f"{', '.join(said)}; {until}"
