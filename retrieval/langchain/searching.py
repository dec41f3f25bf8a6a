"""A search for documents: hits gathered by the document that they belong to, those that a filter refuses left out."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

import numpy as np
from langchain_core.documents import Document

from retrieval.encoding import Vectors
from retrieval.errors import UsageError
from retrieval.fuse import ranked
from retrieval.langchain.records import is_record
from retrieval.nouns import Hit, Principal
from retrieval.search import Searcher, enough, reach
from retrieval.where import EVERYWHERE, Where, where_of

# Or: key of the metadata → the value that it must have; `since` and `until` are compared with the `date`.
Filter = Callable[[Document], bool] | Mapping[str, Any] | Where
SPAN = ("since", "until")
Find = Callable[[str, Principal], Document | None]


class DocumentSearcher(Searcher):
    """Searches by a vector too, for one who has it already."""

    def nearest(
        self, vector: Vectors, k: int, principal: Principal, without: Collection[str], where: Where
    ) -> list[Hit]:
        partitions = self._partitions(principal)
        among = self._among(where, principal)
        many, most = max(self.candidates, k), reach(partitions, among)
        while True:
            found = [item for partition in partitions for item in partition.dense(vector, many, among).items()]
            cosines = ranked(dict(found))
            hits = self._readable(cosines, k, principal, without)
            if enough(cosines, hits, k, many) or many >= most:
                return [Hit(passage, cosines[key], {"dense": cosines[key]}) for key, passage in hits]
            many *= 4


class Refused(Collection[str]):
    """Documents that a search leaves out: what is no record of LangChain's, and what the filter says no to.

    A search asks of each document that it comes upon whether it is in here; nobody needs to know them all.
    """

    def __init__(self, filter: Filter | None, principal: Principal, find: Find) -> None:
        self.where, self._accepts = _read(filter)
        self._principal = principal
        self._find = find
        self._known: dict[str, bool] = {}

    def __contains__(self, id: object) -> bool:
        name = str(id)
        if name not in self._known:
            self._known[name] = not self._wanted(name)
        return self._known[name]

    def __iter__(self) -> Iterator[str]:
        return (id for id, refused in self._known.items() if refused)

    def __len__(self) -> int:
        return sum(self._known.values())

    def _wanted(self, id: str) -> bool:
        if not is_record(id) or self._accepts is None:
            return is_record(id)
        document = self._find(id, self._principal)
        return document is not None and self._accepts(document)


def by_document(search: Callable[[int], list[Hit]], k: int) -> list[Hit]:
    """The best hit of each of the k best documents."""
    many = k
    while True:
        hits = search(many)
        best: dict[str, Hit] = {}
        for hit in hits:
            best.setdefault(hit.passage.document, hit)
        if len(best) >= k or len(hits) < many:
            return list(best.values())[:k]
        many *= 2


def diverse(question: Vectors, vectors: Vectors, k: int, relevance: float) -> list[int]:
    """Maximal marginal relevance: near the question, and each far from those chosen before it."""
    near, alike = vectors @ question, vectors @ vectors.T
    chosen = [int(near.argmax())] if len(vectors) else []
    while 0 < len(chosen) < min(k, len(vectors)):
        worth = relevance * near - (1 - relevance) * alike[:, chosen].max(axis=1)
        worth[chosen] = -np.inf
        chosen.append(int(worth.argmax()))
    return chosen


def _read(filter: Filter | None) -> tuple[Where, Callable[[Document], bool] | None]:
    """What the catalogue can tell before the search, and what has to be asked of each document."""
    if isinstance(filter, Mapping):
        where = where_of({name: value for name, value in filter.items() if name in SPAN})
        wanted = {name: value for name, value in filter.items() if name not in SPAN}
        return where, _says(wanted) if wanted else None
    if isinstance(filter, Where):
        return filter, None
    if filter is None or callable(filter):
        return EVERYWHERE, filter
    raise UsageError(f"{filter!r} is not a filter.", 'Give a function of a document, or {"key": "value", …}.')


def _says(wanted: Mapping[str, Any]) -> Callable[[Document], bool]:
    return lambda document: all(
        key in document.metadata and document.metadata[key] == value for key, value in wanted.items()
    )
