"""All of the GPU in one go: `python -m benchmarks.gpu [--passages N] [--out FILE]`.

For each kind of index that this build of FAISS has for a GPU, first whether its answers keep the contract: exact
cosines, k permitted ones under a filter, what was added found and what was deleted not. Then how long the copy takes,
how fast it answers, and how much it finds of what comparing all finds. One JSON; where there is no GPU, it says so.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.large import DIMENSION, PROPOSED, SEED, K, directions
from retrieval import Vectors
from retrieval.index.approximate import Approximate
from retrieval.index.exact import FEW, Exact, faiss
from retrieval.index.gpu import LOOKS, Kind, OnGpu, gpus

QUESTIONS = 200
KINDS: tuple[Kind, ...] = ("flat", "ivf", "cagra")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--passages", type=int, default=1_000_000)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    found = measured(options.passages) if gpus() else {"skipped": "There is no GPU here, or no build of FAISS for one."}
    print(json.dumps(found, indent=1))
    if options.out:
        options.out.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


def measured(passages: int) -> dict[str, Any]:
    vectors = directions(np.random.default_rng(SEED), passages)
    questions = directions(np.random.default_rng(SEED + 1), QUESTIONS)
    exact = Exact(np.arange(passages, dtype=np.int64), vectors)
    truth = [list(exact.search(question, PROPOSED)) for question in questions]
    there = [kind for kind in KINDS if kind != "cagra" or hasattr(faiss(), "GpuIndexCagra")]
    kinds: dict[str, Any] = {kind: _kind(exact, kind, questions, truth) for kind in there}
    return {"faiss": faiss().__version__, "gpus": gpus(), "passages": passages, "dimension": DIMENSION, **kinds}


def _kind(exact: Exact, kind: Kind, questions: Vectors, truth: list[list[int]]) -> dict[str, Any]:
    began = time.perf_counter()
    engine = Approximate(exact, OnGpu(exact, kind), LOOKS)
    copied = time.perf_counter() - began
    checks = {"filter": _filters(engine, questions), "changes": _changes(exact, kind, questions)}
    times, shares = [], []
    for question, right in zip(questions, truth, strict=True):
        began = time.perf_counter()
        found = engine.search(question, PROPOSED)
        times.append(time.perf_counter() - began)
        if found != exact.cosines(question, found):
            raise SystemExit(f"{kind}: scores are not the cosines.")
        shares.append(len(set(list(found)[:K]) & set(right[:K])) / K)
    p50, p95 = (1000 * np.quantile(times, (0.5, 0.95))).tolist()
    figures = {"copy_s": round(copied, 1), "p50_ms": round(p50, 2), "p95_ms": round(p95, 2)}
    return {**checks, **figures, f"recall_at_{K}": round(float(np.mean(shares)), 4)}


def _filters(engine: Approximate, questions: Vectors) -> str:
    """One in a hundred, exactly; and of more than are compared one by one, k permitted and no other."""
    few, many = engine.exact.keys[::100].tolist(), engine.exact.keys[: max(FEW + 1, engine.size // 2)].tolist()
    for question in questions[:20]:
        if engine.search(question, K, few) != engine.exact.search(question, K, few):
            raise SystemExit("The filter is not exact.")
        found = engine.search(question, K, many)
        if len(found) < K or not found.keys() <= set(many):
            raise SystemExit("The filter lets through what it must not, or too little.")
    return "kept"


def _changes(exact: Exact, kind: Kind, questions: Vectors) -> str:
    """A generation with some passages fewer and some more is another copy; it finds what was added, never what went."""
    size = min(exact.size, 50_000)
    vectors = np.concatenate([exact.vectors[10:size], questions[:10]])
    changed = Exact(np.arange(10, size + 10, dtype=np.int64), vectors)
    engine = Approximate(changed, OnGpu(changed, kind), LOOKS)
    for number, question in enumerate(questions[:10]):
        found = engine.search(question, K)
        if next(iter(found)) != size + number or min(found) < 10:
            raise SystemExit(f"{kind}: what was added is not found, or what was deleted is.")
    return "arrive"


if __name__ == "__main__":
    main()
