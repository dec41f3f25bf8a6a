"""This project at its defaults: what `groundsmith sync` calls, its encoder, and the hybrid search."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from assistant import create_home, open_assistant
from benchmarks.large import SEED, directions
from benchmarks.peers.wire import clock, serve
from retrieval import EVERYONE, Encoder, Library, Passage, Vectors, open_encoder, precision
from retrieval.models.precision import processor
from retrieval.split import encoded_text

MODEL = "all-MiniLM-L6-v2"


class Given:
    """Passages have random directions, the question has the vector given: what is measured is the search."""

    def __init__(self, encoder: Encoder) -> None:
        self.identity, self.dimension, self.limit = encoder.identity, encoder.dimension, encoder.limit
        self.measure = encoder.measure
        self.vector: Vectors | None = None
        self._random = np.random.default_rng(SEED)

    def encode(self, texts: Sequence[str]) -> Vectors:
        return directions(self._random, len(texts)) if self.vector is None else self.vector


class Ours:
    encoder: Encoder
    library: Library
    given: Given
    shelved: Library

    def ready(self) -> dict[str, Any]:
        self.encoder = open_encoder(MODEL)
        self.encoder.encode(["warm"])
        has = processor()
        units = [name for name in ("amx", "avx512_bf16", "cuda") if getattr(has, name)]
        return {"processors": os.cpu_count(), "units": units, "precision": precision("encode")}

    def open(self, home: str) -> None:
        """A new Home; a later one takes the place of the one before."""
        self.library = open_assistant(create_home(Path(home)).root, self.encoder).library

    def ingest(self, folder: str) -> dict[str, Any]:
        before = self._keys()
        with clock() as taken:
            report = self.library.sync([Path(folder)])
        assert not report.problems, report.problems
        new = [passage for key, passage in self._passages().items() if key not in before]
        tokens = sum(min(size, self.encoder.limit) for size in self.encoder.measure([encoded_text(p) for p in new]))
        return {**taken, "passages": len(new), "tokens": tokens, "encoded": report.encoded}

    def search(self, questions: list[str], k: int) -> list[list[str]]:
        found = [self.library.searcher.search(question, k) for question in questions]
        return [[Path(hit.passage.document).name for hit in hits] for hits in found]

    def encode(self, texts: list[str]) -> dict[str, Any]:
        with clock() as taken:
            vectors = self.encoder.encode(texts)
        return {**taken, "vectors": vectors.tolist()}

    def shelve(self, folder: str, home: str) -> int:
        """Pages to be searched, without encoding them; answers how many passages they are."""
        self.given = Given(self.encoder)
        self.shelved = open_assistant(create_home(Path(home)).root, self.given).library
        self.shelved.sync([Path(folder)])
        return self.shelved.catalogue.counts(EVERYONE).passages

    def hybrid(self, questions: list[str], vectors: list[list[float]]) -> list[dict[str, float]]:
        return [self._timed(*asked) for asked in zip(questions, vectors, strict=True)]

    def _timed(self, question: str, vector: list[float]) -> dict[str, float]:
        self.given.vector = np.array([vector], dtype=np.float32)
        with clock() as taken:
            self.shelved.searcher.search(question, 10)
        return taken

    def _keys(self) -> set[int]:
        return {key for key, _ in self.library.catalogue.live_keys()}

    def _passages(self) -> Mapping[int, Passage]:
        return self.library.catalogue.fetch(sorted(self._keys()), EVERYONE)


if __name__ == "__main__":
    peer = Ours()
    names = ("ready", "open", "ingest", "search", "encode", "shelve", "hybrid")
    serve({name: getattr(peer, name) for name in names})
