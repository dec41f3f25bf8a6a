"""A question becomes hits: dense ∥ lexical over what the asker may read → fused → fetched from the catalogue."""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterable, Mapping
from itertools import islice
from pathlib import Path
from typing import Literal

from retrieval.catalogue import Catalogue
from retrieval.encoding import Encoder, Vectors
from retrieval.errors import IndexDamaged
from retrieval.fuse import found_by, fuse
from retrieval.home import Home
from retrieval.index.generation import Generation, Partition, newest
from retrieval.nouns import EVERYONE, Hit, Passage, Principal

How = Literal["dense", "lexical", "hybrid"]
FETCH_AT_ONCE = 64  # passages


class Searcher:
    """Searches the newest generation, and takes up a newer one as soon as it is sealed."""

    def __init__(self, home: Home, catalogue: Catalogue, encoder: Encoder, candidates: int = 50) -> None:
        self.home = home
        self.catalogue = catalogue
        self.encoder = encoder
        self.candidates = candidates
        self._generation: Generation | None = None
        self._opening = threading.Lock()

    def search(
        self,
        question: str,
        k: int,
        principal: Principal = EVERYONE,
        *,
        without: Collection[str] = (),
        how: How = "hybrid",
    ) -> list[Hit]:
        """The k best passages that the principal may read, none from the documents named in `without`."""
        partitions = self._partitions(principal)
        question = question.encode("utf-8", "replace").decode()  # half a character would stop the tokenizer
        vector = self.encoder.encode([question])[0]
        many, most = max(self.candidates, k), max((partition.size for partition in partitions), default=0)
        while True:
            cosines, lexical = _candidates(partitions, question, vector, many)
            ranked = _rank(how, cosines, lexical)
            found = self._readable(ranked, k, principal, without)
            if len(found) == k or many >= most:
                break
            many *= 4  # too many of them were hidden, or have left since the index was sealed
        return [Hit(passage, ranked[key], found_by(key, cosines, lexical)) for key, passage in found]

    def _readable(
        self, ranked: Iterable[int], k: int, principal: Principal, without: Collection[str]
    ) -> list[tuple[int, Passage]]:
        """The first k that the catalogue still has for this principal."""
        found: list[tuple[int, Passage]] = []
        keys = iter(ranked)
        while len(found) < k and (some := list(islice(keys, FETCH_AT_ONCE))):
            passages = self.catalogue.fetch(some, principal)
            found += [(key, passages[key]) for key in some if key in passages]
            found = [(key, passage) for key, passage in found if passage.document not in without]
        return found[:k]

    def _partitions(self, principal: Principal) -> list[Partition]:
        with self._opening:
            folder = newest(self.home)
            if folder is None:
                return self._nothing(principal)
            if self._generation is None or self._generation.folder != folder:
                self._generation = self._open(folder)
            return self._generation.readable(principal)

    def _nothing(self, principal: Principal) -> list[Partition]:
        if self.catalogue.counts(principal).passages:
            raise IndexDamaged("There is no index yet.", f"Build it: groundsmith sync {self.home.root}")
        return []

    def _open(self, folder: Path) -> Generation:
        generation = self._whole(folder)
        built_by = generation.manifest.encoder
        if built_by != self.encoder.identity:
            raise IndexDamaged(
                f"The index was made by the encoder {built_by}, the Spec names {self.encoder.identity}.",
                f"Encode the documents anew: groundsmith sync {self.home.root}",
            )
        return generation

    def _whole(self, folder: Path) -> Generation:
        try:
            return Generation(folder)
        except IndexDamaged:
            newer = newest(self.home)
            if newer is None or newer == folder:
                raise
            return self._whole(newer)  # a sync sealed it, and removed `folder`, just now


def _candidates(
    partitions: list[Partition], question: str, vector: Vectors, many: int
) -> tuple[dict[int, float], dict[int, float]]:
    """Cosines of all candidates, and BM25 of those that share words with the question."""
    cosines: dict[int, float] = {}
    lexical: dict[int, float] = {}
    for partition in partitions:
        words = partition.lexical(question, many)
        cosines |= partition.cosines(vector, words)
        cosines |= partition.dense(vector, many)
        lexical |= words
    return cosines, lexical


def _rank(how: How, cosines: Mapping[int, float], lexical: Mapping[int, float]) -> dict[int, float]:
    if how == "hybrid":
        return fuse(cosines, lexical)
    scores = cosines if how == "dense" else lexical
    return dict(sorted(scores.items(), key=lambda item: (-item[1], item[0])))
