"""What drafting talks about: a section of a document, the statements in it, and a drafted question with its answer."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from assistant.quote import carrying
from retrieval import Passage, Unit

Way = Literal[
    "faq", "heading", "table", "date", "amount", "duration", "frequency", "number", "name", "place", "definition",
    "condition", "purpose", "reason", "yes_no", "subject", "object", "means",
]  # fmt: skip
Polarity = Literal["Yes", "No"]
_NUMBER = re.compile(
    r"^(?:(?:chapter|section|part|appendix|article)\s+[\dA-Z]+[.:)]*|§\s*\d+"
    r"|(?:\d+|[A-Z])(?:\.\d+)*[.)]|\d+(?:\.\d+)+)\s+",
    re.IGNORECASE,
)
_MARKER = re.compile(r"(?:\[[ xX]?\]|\(?(?:\d{1,2}(?:\.\d{1,2})*|[a-z])[.)]|\d{1,2}(?:\.\d{1,2})+|[-–•*·])\s+")
_BREAK = re.compile(r"(?<=[.!?])[\"”’)]*\s+(?=[A-Z\"“‘(])|;\s+")


@dataclass(frozen=True)
class Piece:
    """A unit, and the passage that it stands in."""

    passage: Passage
    unit: Unit

    @property
    def text(self) -> str:
        return self.passage.quote(self.unit)

    @property
    def start(self) -> int:
        return self.unit.start - self.passage.start


@dataclass(frozen=True)
class Statement:
    """A simple sentence within a unit; `start` counts in the passage's text."""

    piece: Piece
    text: str
    start: int


@dataclass(frozen=True)
class Section:
    """What stands under one heading of one document, over as many passages as it takes."""

    pieces: tuple[Piece, ...]

    @property
    def first(self) -> Passage:
        return self.pieces[0].passage

    @property
    def heading(self) -> str:
        """The heading nearest above, without its number; the document's title where there is none."""
        return unnumbered(self.first.heading[-1]) if self.first.heading else ""

    def statements(self) -> Iterator[Statement]:
        for piece in self.pieces:
            if piece.unit.kind in ("sentence", "item"):
                yield from _statements(piece)


@dataclass(frozen=True)
class Draft:
    """A question that the passage answers with `text[start:end]`, or with Yes or No because of what stands there.

    `alone` says that the wording can do without a word on the document it is asked of.
    """

    way: Way
    question: str
    passage: Passage
    start: int
    end: int
    polarity: Polarity | None = None
    alone: bool = True
    heading: str = ""  # of the section
    also: tuple[str, ...] = ()  # further wordings that are right
    about: str = ""  # the subject, as the question has it

    @property
    def span(self) -> str:
        return self.passage.text[self.start : self.end]

    @property
    def answer(self) -> str:
        return self.polarity or self.span

    @property
    def evidence(self) -> tuple[Unit, ...]:
        return tuple(carrying(self.passage, self.start, self.end))

    @property
    def said(self) -> str:
        """The units that carry the answer, as one text."""
        units = self.evidence
        return self.passage.text[units[0].start - self.passage.start : units[-1].end - self.passage.start]


def sections(passages: Sequence[Passage]) -> list[Section]:
    """The passages of the documents in their order, those under one heading together."""
    grouped = groupby(passages, key=lambda passage: (passage.document, passage.heading))
    found = [[Piece(passage, unit) for passage in some for unit in passage.units] for _, some in grouped]
    return [Section(tuple(pieces)) for pieces in found if pieces]


def unnumbered(heading: str) -> str:
    """`13.2. Refunds` and `Chapter 4. Refunds` are about refunds."""
    plain = _NUMBER.sub("", heading)
    return plain.strip() or heading


def _statements(piece: Piece) -> Iterator[Statement]:
    text, at = piece.text, 0
    marker = _MARKER.match(text)
    at = marker.end() if marker else 0
    for cut in [*_BREAK.finditer(text, at), None]:
        end = cut.start() if cut else len(text)
        said = text[at:end].rstrip()
        if said:
            yield Statement(piece, said, piece.start + at)
        at = cut.end() if cut else end
