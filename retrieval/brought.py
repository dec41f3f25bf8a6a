"""Passages that a question brings along: scored as a search would, and left in the order in which they came."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from retrieval.encoding import Encoder
from retrieval.fuse import found_by, fuse, rarity
from retrieval.index.lexical import Lexical, subject
from retrieval.nouns import Block, Document, Hit, Passage
from retrieval.split import encoded_text
from retrieval.units import units


def bring(id: str, title: str, text: str) -> Passage:
    """A text as one passage, whole; what it says is verbatim what was brought."""
    document = Document(id=id, title=title, text=text, blocks=tuple(_lines(text)), media="text")
    return Passage(
        id=id,
        document=id,
        title=title,
        heading=(),
        page=None,
        start=0,
        end=len(text),
        text=text,
        units=tuple(units(document)),
    )


def score(question: str, passages: Sequence[Passage], encoder: Encoder) -> list[Hit]:
    if not passages:
        return []
    vectors = encoder.encode([question, *map(encoded_text, passages)])
    cosines = dict(enumerate((vectors[1:] @ vectors[0]).tolist()))
    words = Lexical.of((place, passage.title, passage.text) for place, passage in enumerate(passages))
    lexical = words.search(question, len(passages))
    shares = words.shares(rarity(words.held(subject(question)), len(passages)), cosines.keys())
    scores, sides = fuse(cosines, shares), (cosines, lexical, shares)
    return [Hit(passage, scores[place], found_by(place, *sides)) for place, passage in enumerate(passages)]


def _lines(text: str) -> Iterator[Block]:
    start = 0
    for line in text.split("\n"):
        if line.strip():
            first = start + len(line) - len(line.lstrip())
            yield Block("paragraph", first, start + len(line.rstrip()))
        start += len(line) + 1
