"""Near misses: what one document says, asked of another one by name, which says nothing of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random

from retrieval import terms
from tuning.drafting.corpus import content
from tuning.drafting.hard import HINTED, Swapped
from tuning.drafting.naming import Name, placed
from tuning.drafting.nouns import Draft
from tuning.examples.shelf import Shelf

TRIED = 4  # other documents for one draft, the nearest first


def misplaced(shelf: Shelf, drafts: Sequence[Draft], random: Random) -> Iterator[Swapped]:
    """Products are another matter: what is asked of them is asked of their like (drafting/hard.py)."""
    for nth, draft in enumerate(random.sample(drafts, len(drafts))):
        own = shelf.documents.get(draft.passage.document)
        if draft.way in ("faq", "heading") or own is None or own.product:
            continue
        for document, name in _others(shelf, draft):
            if not _hinted(shelf, draft, document):
                yield Swapped(placed(draft, name, nth, False), draft.said, draft, name.said, False)
                break


def _others(shelf: Shelf, draft: Draft) -> list[tuple[str, Name]]:
    found = dict.fromkeys(hit.passage.document for hit in shelf.find(draft.question))
    named = [(id, shelf.documents[id]) for id in found if id in shelf.documents and id != draft.passage.document]
    return [(id, name) for id, name in named if not name.product and not name.shared][:TRIED]


def _hinted(shelf: Shelf, draft: Draft, document: str) -> bool:
    keys = content(draft.question)
    return not keys or any(
        shelf.covered(keys, terms(f"{passage.place} {passage.quote(unit)}")) >= HINTED
        for passage in shelf.of(document)
        for unit in passage.units
    )
