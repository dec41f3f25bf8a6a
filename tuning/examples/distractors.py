"""What else a question is shown beside the passage that answers it: what the assistant itself finds, and siblings."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from random import Random

from retrieval import Passage
from tuning.drafting.corpus import RIVAL, words_of
from tuning.drafting.nouns import Draft
from tuning.examples.shape import Shape
from tuning.examples.shelf import Shelf
from tuning.examples.showing import source_of, worded

NEAREST = 9  # among so many near passages the sources of a row are drawn
_OF_ITS_SECTION = ("faq", "heading")  # ways whose question a whole section is about


@dataclass(frozen=True)
class Around:
    """The passages near a question: those that answer it, the draft's own first, and those that surely don't."""

    gold: tuple[Passage, ...]
    near: tuple[Passage, ...]


def around(shelf: Shelf, draft: Draft, asked: str) -> Around:
    """What may answer in other words, or contradicts, is neither; nor what says the same where another was named."""
    keys, named = shelf.keys(draft, asked), _names_its_document(shelf, draft, asked)
    gold, near = [draft.passage], list[Passage]()
    for passage in _found(shelf, draft.passage, asked):
        if shelf.holds(passage, draft, keys):
            if named and passage.document != draft.passage.document:
                continue
            if draft.polarity is None and worded(draft.span, source_of(passage), asked):
                gold.append(passage)
        elif not _may_answer(shelf, draft, keys, passage):
            near.append(passage)
    return Around(tuple(gold), tuple(near))


def _names_its_document(shelf: Shelf, draft: Draft, asked: str) -> bool:
    """A product is no document: whatever speaks of it may answer."""
    name = shelf.documents.get(draft.passage.document)
    return name is not None and not name.product and name.said in asked


def _found(shelf: Shelf, own: Passage, asked: str) -> Iterable[Passage]:
    passages = [hit.passage for hit in shelf.find(asked)] + shelf.beside(own)[:NEAREST]
    return [passage for passage in {one.id: one for one in passages}.values() if passage.id != own.id]


def _may_answer(shelf: Shelf, draft: Draft, keys: set[str], passage: Passage) -> bool:
    section = (passage.document, passage.heading) == (draft.passage.document, draft.passage.heading)
    if section and draft.way in _OF_ITS_SECTION:
        return True
    return len(keys) > 1 and shelf.covered(keys, words_of(passage)) >= RIVAL


def drawn(first: Passage, others: Sequence[Passage], shape: Shape, chance: Random) -> list[Passage]:
    """Some of the others, so many that with the first they are as many, and as long, as the shape says."""
    many = chance.choice(shape.sources)
    pool = list(others[:NEAREST])
    chance.shuffle(pool)
    found: list[Passage] = []
    words = len(first.text.split())
    for passage in pool:
        words += len(passage.text.split())
        if len(found) + 1 >= many or words > shape.words:
            break
        found.append(passage)
    return found
