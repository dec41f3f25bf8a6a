"""Rows whose gold passage the retriever does not find: nobody would ever read it for that question."""

from __future__ import annotations

from collections.abc import Sequence

from retrieval import EVERYONE, Library, Principal
from tuning.examples.filters.sieve import Finds
from tuning.examples.showing import alone
from tuning.examples.store import document_of
from tuning.nouns import Example

NOT_FOUND = "its gold passage is not found by its question"


def searching(library: Library, reader: Principal = EVERYONE, many: int = 20) -> Finds:
    """The Home's own search, as the assistant would ask it. Rows of other documents can't be found here."""
    live = library.catalogue.titles(reader).keys()

    def finds(example: Example) -> Sequence[str] | None:
        if not {document_of(example.sources[place]) for place in example.gold} & live:
            return None
        return [hit.passage.id for hit in library.searcher.search(alone(example).question, many, reader)]

    return finds


def unfound(examples: Sequence[Example], finds: Finds, first: int) -> tuple[dict[str, str], int]:
    """Ids of rows whose gold is not found, and how many could not be searched for. Only rows with gold are."""
    hits = [(example, finds(example)) for example in examples if example.gold]
    missed = [one for one, found in hits if found is not None and not _gold_names(one) & set(found[:first])]
    return {one.id: NOT_FOUND for one in missed}, sum(found is None for _, found in hits)


def _gold_names(example: Example) -> set[str]:
    """A passage counts as found when its document is named, as in exams."""
    golden = [example.sources[place] for place in example.gold]
    return {name for source in golden for name in (source.id, document_of(source))}
