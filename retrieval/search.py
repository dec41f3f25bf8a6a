"""A question becomes hits: dense ∥ lexical over what the asker may read → fused → fetched from the catalogue.

Where there is a reranker, it then puts the first of them in order.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Literal

from retrieval.catalogue import Catalogue
from retrieval.encoding import Encoder, Vectors
from retrieval.errors import HomeError, IndexDamaged, UsageError
from retrieval.fuse import found_by, fuse, ranked, rarity
from retrieval.home import Home
from retrieval.index.dense import BALANCED
from retrieval.index.generation import Generation, Partition, newest
from retrieval.index.lexical import subject
from retrieval.nouns import EVERYONE, Hit, Passage, Principal
from retrieval.reranking import RERANKED, Reranker, rerank
from retrieval.where import EVERYWHERE, Where

MOST_ALIKE = 1000  # passages that are looked at because they may score as the last one found
How = Literal["dense", "lexical", "hybrid", "reranked"]
Keys = frozenset[int]


@dataclass
class Candidates:
    """What each side thinks of the passages that either proposed, by key."""

    cosines: dict[int, float] = field(default_factory=dict)  # of all
    lexical: dict[int, float] = field(default_factory=dict)  # BM25 of those that words proposed
    shares: dict[int, float] = field(default_factory=dict)  # how much of the question's words, where any

    def ranked(self, how: How) -> dict[int, float]:
        if how == "dense":
            return ranked(self.cosines)
        return ranked(self.lexical) if how == "lexical" else fuse(self.cosines, self.shares)


class Searcher:
    """Searches the newest generation, and takes up a newer one as soon as it is sealed."""

    def __init__(
        self,
        home: Home,
        catalogue: Catalogue,
        encoder: Encoder,
        candidates: int = 50,
        reranker: Reranker | None = None,
        quality: str = BALANCED,
    ) -> None:
        self.home = home
        self.catalogue = catalogue
        self.encoder = encoder
        self.candidates = candidates
        self.reranker = reranker
        self.quality = quality
        self._generation: Generation | None = None
        self._opening = threading.Lock()

    def search(
        self,
        question: str,
        k: int,
        principal: Principal = EVERYONE,
        *,
        without: Collection[str] = (),
        where: Where = EVERYWHERE,
        how: How | None = None,
    ) -> list[Hit]:
        """The k best passages that the principal may read, none from the documents named in `without`.

        Only documents that `where` is about are searched; how rare a word is, all tell that the principal may read. So
        a passage has the score that it has without a filter.

        The way is the last of `ways` unless `how` names one. A score is comparable within its way: a cosine, a BM25,
        a fused score (see fuse.py), or what the reranker says, 0 to 1.
        """
        how = self._way(how)
        question = question.encode("utf-8", "replace").decode()  # half a character would stop the tokenizer
        if how == "reranked" and self.reranker:
            found = self._search(question, max(k, RERANKED), principal, without, where, "hybrid")
            return rerank(self.reranker, question, found)[:k]
        return self._search(question, k, principal, without, where, how)

    @property
    def ways(self) -> tuple[How, ...]:
        """In how many ways it can search, the best last."""
        return ("dense", "lexical", "hybrid", "reranked") if self.reranker else ("dense", "lexical", "hybrid")

    def _way(self, how: How | None) -> How:
        if how and how not in self.ways:
            raise UsageError(
                f"This Home can't search {how!r}: it has {', '.join(self.ways)}.",
                "Choose one of these; [retrieval] reranker in assistant.toml names a reranker.",
            )
        return how or self.ways[-1]

    def _search(
        self, question: str, k: int, principal: Principal, without: Collection[str], where: Where, how: How
    ) -> list[Hit]:
        partitions = self._partitions(principal)
        among = self._among(where, principal)
        vector = self.encoder.encode([question])[0]
        many, most = max(self.candidates, k), reach(partitions, among)
        while True:
            candidates = _candidates(partitions, question, vector, many, among)
            ranking = candidates.ranked(how)
            found = self._readable(ranking, k, principal, without)
            if enough(ranking, found, k, many) or many >= most:
                break
            many *= 4  # too many of them were hidden, have left since the index was sealed, or score alike
        sides = candidates.cosines, candidates.lexical, candidates.shares
        return [Hit(passage, ranking[key], found_by(key, *sides)) for key, passage in found]

    def _readable(
        self, ranking: Mapping[int, float], k: int, principal: Principal, without: Collection[str]
    ) -> list[tuple[int, Passage]]:
        """The first k that the catalogue still has for this principal; mostly those are the first k of all.

        Of equals the lower id comes first. A key would tell which came first into the Home, also of what the asker
        could not read then.
        """
        found: list[tuple[int, Passage]] = []
        keys = iter(ranking)
        while some := list(islice(keys, k + 1)):
            passages = self.catalogue.fetch(some, principal)
            self._compare(passages)
            found += [(key, passages[key]) for key in some if key in passages]
            found = [(key, passage) for key, passage in found if passage.document not in without]
            if len(found) > k and ranking[found[-1][0]] < ranking[found[k - 1][0]]:
                break
        return sorted(found, key=lambda one: (-ranking[one[0]], one[1].id))[:k]

    def _compare(self, passages: Mapping[int, Passage]) -> None:
        """What is about to be shown says what it said when it was indexed."""
        for key in self._generation.altered(passages) if self._generation else ():
            raise self.catalogue.database.altered(passages[key].document)

    def _among(self, where: Where, principal: Principal) -> Keys | None:
        """The passages to search; None: all of them."""
        return frozenset(self.catalogue.matching(where, principal)) if where.conditions else None

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
        if generation.manifest.parts and self.catalogue.empty:
            raise HomeError(
                f"{self.home.database} is empty, though an index was made of it.",
                f"Restore it from a backup, or read all documents again: groundsmith sync {self.home.root}",
            )
        if built_by != self.encoder.identity:
            raise IndexDamaged(
                f"The index was made by the encoder {built_by}, the Spec names {self.encoder.identity}.",
                f"Encode the documents anew: groundsmith sync {self.home.root}",
            )
        return generation

    def _whole(self, folder: Path) -> Generation:
        try:
            return Generation(folder, self.quality)
        except IndexDamaged:
            newer = newest(self.home)
            if newer is None or newer == folder:
                raise
            return self._whole(newer)  # a sync sealed it, and removed `folder`, just now


def enough(ranking: Mapping[int, float], found: Sequence[tuple[int, Passage]], k: int, many: int) -> bool:
    """Whether another one could not stand among the k found: none that was not proposed scores as the last of them."""
    if len(found) < k:
        return False
    return many >= MOST_ALIKE or ranking[found[-1][0]] > min(ranking.values())


def reach(partitions: list[Partition], among: Keys | None) -> int:
    """How many passages a search of one partition can find."""
    largest = max((partition.size for partition in partitions), default=0)
    return largest if among is None else min(largest, len(among))


def _candidates(
    partitions: list[Partition], question: str, vector: Vectors, many: int, among: Keys | None
) -> Candidates:
    words = _rarity(partitions, question)
    found = Candidates()
    for partition in partitions:
        lexical = partition.lexical(question, many, among)
        cosines = partition.cosines(vector, lexical) | partition.dense(vector, many, among)
        found.lexical |= lexical
        found.cosines |= cosines
        found.shares |= partition.shares(words, cosines.keys())
    return found


def _rarity(partitions: list[Partition], question: str) -> dict[str, float]:
    """Counted over all that the asker may read, and nothing else."""
    words = subject(question)
    held = Counter[str]()
    for partition in partitions:
        held.update(partition.held(words))
    return rarity(held, sum(partition.size for partition in partitions))
