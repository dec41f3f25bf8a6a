"""A million passages, or as many as asked for: `python -m benchmarks.large [--passages N] [--out FILE]`.

Random directions, 384 numbers each: the hardest there are for an index that proposes, since nothing is near anything.
The files are those of a partition; how long they take, what is resident when they are open, how fast and how well each
quality of the dial finds what comparing all finds. One thread.
"""

from __future__ import annotations

import argparse
import json
import resource
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from retrieval import Vectors
from retrieval.index.codes import QUANTISER, SAMPLE, Quantiser
from retrieval.index.dense import QUALITIES, open_engine
from retrieval.index.exact import faiss, write_vectors
from retrieval.index.leaves import leaf_size, ranges_of
from retrieval.index.manifest import Leaf, Part

DIMENSION = 384
QUESTIONS = 200
SEED = 20261121
K = 10
PROPOSED = 50  # what a search asks each side for


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--passages", type=int, default=1_000_000)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    faiss().omp_set_num_threads(1)
    with tempfile.TemporaryDirectory() as folder:
        found = measured(Path(folder), options.passages)
    print(json.dumps(found, indent=1))
    if options.out:
        options.out.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


def measured(folder: Path, passages: int) -> dict[str, Any]:
    part, seconds = _written(folder, passages)
    questions = directions(np.random.default_rng(SEED + 1), QUESTIONS)
    engines, truth = {}, None
    for quality in reversed(QUALITIES):  # the exact one first: it tells what there is to be found
        began, before = time.perf_counter(), _resident()
        engine = open_engine(folder, part, DIMENSION, quality)
        opening = time.perf_counter() - began
        resident = _resident() - before
        times, answers = _asked(engine, questions)
        truth = truth or answers
        engines[quality] = {"open_s": round(opening, 1), "resident_mb": resident, **_figures(times, answers, truth)}
        del engine
    return {"passages": passages, "dimension": DIMENSION, "write": seconds, "mb_on_disk": _size(folder), **engines}


def directions(random: np.random.Generator, many: int) -> Vectors:
    vectors = random.standard_normal((many, DIMENSION), dtype=np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors


def _pieces(passages: int) -> Iterator[tuple[int, Vectors]]:
    random, size = np.random.default_rng(SEED), leaf_size(passages)
    for first in range(0, passages, size):
        yield first, directions(random, min(size, passages - first))


def _written(folder: Path, passages: int) -> tuple[Part, dict[str, float]]:
    seconds = {"learn_s": 0.0, "vectors_s": 0.0, "codes_s": 0.0}
    began = time.perf_counter()
    quantiser = Quantiser.learned(directions(np.random.default_rng(SEED + 2), SAMPLE))
    quantiser.save(folder / QUANTISER)
    seconds["learn_s"] = time.perf_counter() - began
    leaves = []
    for first, vectors in _pieces(passages):
        keys = np.arange(first, first + len(vectors), dtype=np.int64)
        leaf = Leaf(ranges_of(keys), f"vectors-{first}.faiss", "", f"codes-{first}.bin", ())
        began = time.perf_counter()
        write_vectors(folder / leaf.vectors, keys, vectors)
        between = time.perf_counter()
        quantiser.write(folder / str(leaf.codes), vectors)
        seconds["vectors_s"] += between - began
        seconds["codes_s"] += time.perf_counter() - between
        leaves.append(leaf)
    rounded = {name: round(value, 1) for name, value in seconds.items()}
    return Part("[]", folder.name, passages, passages, tuple(leaves)), rounded


Answers = list[list[int]]


def _asked(engine: Any, questions: Vectors) -> tuple[list[float], Answers]:
    times, answers = [], []
    for question in questions:
        began = time.perf_counter()
        found = engine.search(question, PROPOSED)
        times.append(time.perf_counter() - began)
        answers.append(list(found))
    return times, answers


def _figures(times: list[float], answers: Answers, truth: Answers) -> dict[str, float]:
    p50, p95 = (1000 * np.quantile(times, (0.5, 0.95))).tolist()
    recalls = {f"recall_at_{k}": _recall(answers, truth, k) for k in (K, PROPOSED)}
    return {"p50_ms": round(p50, 2), "p95_ms": round(p95, 2), **recalls}


def _recall(answers: Answers, truth: Answers, k: int) -> float:
    shares = [len(set(mine[:k]) & set(right[:k])) / k for mine, right in zip(answers, truth, strict=True)]
    return round(sum(shares) / len(shares), 4)


def _resident() -> int:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() // 2**20


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.iterdir()) // 2**20


if __name__ == "__main__":
    main()
