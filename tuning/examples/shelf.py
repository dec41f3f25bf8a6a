"""The documents of one side as rows are made from them: nothing else is drafted from, found, or shown."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from retrieval import EVERYONE, Hit, Library, Passage, Principal
from tuning.drafting.corpus import DEEP, Corpus, drawn
from tuning.examples.sides import Side, Sides, reader_of


@dataclass(frozen=True)
class Shelf(Corpus):
    reader: Principal = EVERYONE
    hidden: frozenset[str] = frozenset()  # documents of which nothing may be shown
    _found: dict[str, list[Hit]] = field(default_factory=dict, compare=False, repr=False)

    def find(self, question: str, without: Collection[str] = ()) -> list[Hit]:
        if question not in self._found:
            hits = self.library.searcher.search(question, DEEP, self.reader, without=self.hidden)
            self._found[question] = [hit for hit in hits if hit.passage.id in self._ids]
        return [hit for hit in self._found[question] if hit.passage.document not in without]

    def beside(self, passage: Passage) -> list[Passage]:
        """The other passages of its document, the nearest first."""
        siblings = self.of(passage.document)
        at = next(place for place, one in enumerate(siblings) if one.id == passage.id)
        order = sorted(range(len(siblings)), key=lambda place: (abs(place - at), place))
        return [siblings[place] for place in order[1:]]

    def of(self, document: str) -> Sequence[Passage]:
        return self._of[document]

    @cached_property
    def _ids(self) -> frozenset[str]:
        return frozenset(passage.id for passage in self.passages)

    @cached_property
    def _of(self) -> Mapping[str, Sequence[Passage]]:
        found: dict[str, list[Passage]] = defaultdict(list)
        for passage in self.passages:
            found[passage.document].append(passage)
        return found


def shelf(library: Library, sides: Sides, side: Side, domain: str | None, seed: int) -> Shelf:
    """Of several documents that say the same, one."""
    passages = drawn(_without_copies(sides.on(side)), seed)
    shown = {passage.document for passage in passages}
    hidden = frozenset(sides.documents.keys() - shown)
    return Shelf(library, passages, reader_of(domain), hidden)


def _without_copies(passages: Sequence[Passage]) -> list[Passage]:
    texts: dict[str, list[str]] = defaultdict(list)
    for passage in passages:
        texts[passage.document].append(passage.text)
    first: dict[str, str] = {}
    for document in sorted(texts):
        first.setdefault(hashlib.sha256("\n".join(texts[document]).encode()).hexdigest(), document)
    kept = set(first.values())
    return [passage for passage in passages if passage.document in kept]
