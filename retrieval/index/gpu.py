"""Search on a GPU, where there is one and a build of FAISS for it. The files, and the exact engine, stay the master.

What is sealed is copied there when it is opened, in half precision; what a sync adds or deletes comes with the next
generation. Like every proposer it is given no filter: a GPU index would ignore it without a word.
"""

from __future__ import annotations

import threading
from typing import Any, Literal

import numpy as np

from retrieval.encoding import Vectors
from retrieval.errors import StorageError
from retrieval.index.exact import Exact, Keys, faiss

Kind = Literal["flat", "ivf", "cagra"]
FLAT_UP_TO = 5_000_000  # passages: every one is compared, which needs no clusters and misses nothing
REPLICATED_UP_TO = 8 * 2**30  # bytes on each GPU; what takes more is shared out among them
MOST = 2048  # passages that a GPU index can propose
LOOKS = 2  # for each that is asked for: half precision seldom swaps more than neighbours
LISTS_LOOKED_INTO = 1 / 16  # of the clusters of an inverted file
PER_LIST = 64  # vectors from which the middle of a cluster is learned


def gpus() -> int:
    """How many can be used, by this build of FAISS."""
    return int(faiss().get_num_gpus()) if hasattr(faiss(), "StandardGpuResources") else 0


def kind_for(passages: int) -> Kind:
    if passages <= FLAT_UP_TO:
        return "flat"
    return "cagra" if hasattr(faiss(), "GpuIndexCagra") and gpus() == 1 else "ivf"


class OnGpu:
    """Proposes rows of the exact engine's vectors."""

    def __init__(self, exact: Exact, kind: Kind) -> None:
        self.kind = kind
        self._searching = threading.Lock()  # a GPU's resources serve one at a time
        self._resources = [faiss().StandardGpuResources() for _ in range(gpus())]
        try:
            self._index = self._made(exact)
        except RuntimeError as error:
            raise StorageError(
                f"{exact.size:,} vectors could not be laid on the GPU: {error}.",
                "Free its memory, or search without it: set CUDA_VISIBLE_DEVICES to nothing.",
            ) from error

    def propose(self, vector: Vectors, many: int) -> Keys:
        with self._searching:
            many = min(many, MOST, self._index.ntotal)
            _, rows = self._index.search(vector.reshape(1, -1), many, **self._how(many))
        return np.asarray(rows[0][rows[0] >= 0], dtype=np.int64)

    def _made(self, exact: Exact) -> Any:
        if self.kind == "cagra":
            return _graph(exact.vectors, self._resources[0])
        if self.kind == "flat":
            return self._copied(exact.flat, exact.flat)
        index = self._copied(_clusters(exact.flat), exact.flat)
        index.train(exact.vectors)
        index.add(exact.vectors)
        return index

    def _copied(self, index: Any, master: Any) -> Any:
        """On every GPU: whole, so that each answers its own questions, or a share of it where all takes too much."""
        options = faiss().GpuMultipleClonerOptions()
        options.useFloat16 = True
        options.shard = len(self._resources) > 1 and master.ntotal * master.d * 2 > REPLICATED_UP_TO
        return faiss().index_cpu_to_gpu_multiple_py(self._resources, index, options)

    def _how(self, many: int) -> dict[str, Any]:
        """A graph is walked with at least as many in hand as are asked for."""
        if self.kind != "cagra":
            return {}
        parameters = faiss().SearchParametersCagra()
        parameters.itopk_size = max(64, -(-2 * many // 32) * 32)
        return {"params": parameters, "numeric_type": faiss().Float16}


def _clusters(master: Any) -> Any:
    """An inverted file, still empty."""
    lists = int(4 * master.ntotal**0.5)
    index = faiss().index_factory(master.d, f"IVF{lists},Flat", faiss().METRIC_INNER_PRODUCT)
    index.nprobe = max(1, min(MOST, int(lists * LISTS_LOOKED_INTO)))
    index.cp.max_points_per_centroid = PER_LIST
    return index


def _graph(vectors: Vectors, resources: Any) -> Any:
    metric, config = faiss().METRIC_INNER_PRODUCT, faiss().GpuIndexCagraConfig()
    index = faiss().GpuIndexCagra(resources, vectors.shape[1], metric, config)
    index.train(vectors, numeric_type=faiss().Float16)
    return index
