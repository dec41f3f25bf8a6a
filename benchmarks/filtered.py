"""Filters: `python -m benchmarks.filtered [--passages N] [--out FILE]`.

A hundredth of the passages may be found. Filtering first, as the engines do, against what is usual: asking for more and
more, and throwing away what may not be found, until enough are left. Both must find just the best that may be found:
that is asked first, and without it nothing is timed. One thread.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.large import SEED, K, directions
from retrieval import Vectors
from retrieval.index.dense import Engine
from retrieval.index.exact import Exact, faiss

VISIBLE = 100  # one passage in so many
QUESTIONS = 50
Found = dict[int, float]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--passages", type=int, default=200_000)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    faiss().omp_set_num_threads(1)
    found = measured(options.passages)
    print(json.dumps(found, indent=1))
    if options.out:
        options.out.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


def measured(passages: int) -> dict[str, Any]:
    random = np.random.default_rng(SEED)
    vectors = directions(random, passages)
    among = frozenset(random.choice(passages, passages // VISIBLE, replace=False).tolist())
    engine = Exact(np.arange(passages, dtype=np.int64), vectors)
    questions = directions(random, QUESTIONS)
    _gate(engine, vectors, questions, among)
    before = [_timed(partial(engine.search, question, K, among)) for question in questions]
    after = [_timed(partial(filtered_after, engine, question, K, among)) for question in questions]
    ratio = float(np.median(after) / np.median(before))
    return {
        "passages": passages,
        "visible": len(among),
        "exact": True,
        "filtering_first_ms": round(1000 * float(np.median(before)), 2),
        "filtering_after_ms": round(1000 * float(np.median(after)), 2),
        "ratio": round(ratio, 1),
    }


def filtered_after(engine: Engine, question: Vectors, k: int, among: frozenset[int]) -> Found:
    many = k * VISIBLE
    while True:
        found = engine.search(question, many)
        mine = {key: score for key, score in found.items() if key in among}
        if len(mine) >= k or many >= engine.size:
            return dict(list(mine.items())[:k])
        many *= 2


def _gate(engine: Engine, vectors: Vectors, questions: Vectors, among: frozenset[int]) -> None:
    """What both find is what double precision says, and nothing that may not be found."""
    keys = np.array(sorted(among))
    for question in questions:
        cosines = vectors[keys].astype(np.float64) @ question.astype(np.float64)
        right = keys[np.argsort(-cosines)[:K]].tolist()
        for way in (engine.search(question, K, among), filtered_after(engine, question, K, among)):
            if list(way) != right:
                raise SystemExit(f"Not exact: {list(way)} instead of {right}.")


def _timed(run: Callable[[], Found]) -> float:
    began = time.perf_counter()
    run()
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
