"""Any LangChain text splitter in the place of our own: its chunks are found again, to the letter, where they stand."""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from retrieval.errors import UsageError
from retrieval.nouns import Document, Passage, Unit
from retrieval.split import BUDGET, LIMIT, Measure, below, cut_to_limit, without_title
from retrieval.units import Span, units

_WORD = re.compile(r"\w+")
_SETTINGS = (str, int, float, bool, list, tuple)
_REMEDY = "Use one that takes pieces out of the text as they are, such as RecursiveCharacterTextSplitter."


class TextSplitter(Protocol):
    def split_text(self, text: str) -> list[str]: ...


@dataclass(frozen=True)
class ChunkSplitter:
    """Called as `retrieval.split.split` is. How long a passage is, the text splitter decides; the budget does not.

    A chunk that is longer than the encoder reads is cut further, so that all of it can be found.
    """

    text_splitter: TextSplitter

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ChunkSplitter) and self.identity == other.identity

    def __hash__(self) -> int:
        return hash(self.identity)

    @property
    def name(self) -> str:
        return type(self.text_splitter).__name__

    @property
    def identity(self) -> str:
        """The class and its settings: with another one, passages may be others."""
        told = {name: _told(value) for name, value in sorted(vars(self.text_splitter).items())}
        return f"{self.name}-{hashlib.sha256(repr(told).encode()).hexdigest()[:12]}"

    def __call__(self, document: Document, measure: Measure, budget: int = BUDGET, limit: int = LIMIT) -> list[Passage]:
        passages = list(_passages(document, self._places(document, self._chunks(document.text))))
        return cut_to_limit(document, passages, measure, limit)

    def _chunks(self, text: str) -> list[str]:
        chunks = self.text_splitter.split_text(text)
        if not all(isinstance(chunk, str) for chunk in chunks):
            kind = type(next(chunk for chunk in chunks if not isinstance(chunk, str))).__name__
            raise UsageError(f"{self.name} makes {kind}s of a text, not texts.", _REMEDY)
        return [chunk for chunk in chunks if chunk.strip()]

    def _places(self, document: Document, chunks: Sequence[str]) -> list[Span]:
        for chunk in chunks:
            if chunk not in document.text:
                raise UsageError(f"{document.id}: {self.name} altered the text: {chunk[:40]!r}… is not in it.", _REMEDY)
        places = locate(document.text, chunks)
        if places is None:
            raise UsageError(f"{document.id}: {self.name} left out words, or changed their order.", _REMEDY)
        return places


def _told(value: object) -> str:
    """A setting in words that are the same in every process: of a function its name, of an object its kind."""
    if isinstance(value, _SETTINGS) or value is None:
        return repr(value)
    return str(getattr(value, "__qualname__", type(value).__qualname__))


def splitter(text_splitter: TextSplitter) -> ChunkSplitter:
    """Cuts documents where the text splitter cuts their text."""
    return ChunkSplitter(text_splitter)


def locate(text: str, chunks: Sequence[str]) -> list[Span] | None:
    """Where the chunks stand, in their order, together holding every word; None: nowhere.

    A chunk may occur more than once. Each place that can follow a place of the chunk before is kept, until the last
    chunk tells which of them led to the end.
    """
    words = [match.span() for match in _WORD.finditer(text)]
    starts, length = [-1], 1  # something before the text, which ends where the text begins
    ways: list[dict[int, int]] = []
    for chunk in chunks:
        ways.append(_ways(text, chunk, words, starts, length))
        if not ways[-1]:
            return None
        starts, length = sorted(ways[-1]), len(chunk)
    if _said(words, len(text)) > starts[-1] + length:
        return None
    return _walked_back(chunks, ways, starts[-1])


def _ways(text: str, chunk: str, words: Sequence[Span], starts: Sequence[int], length: int) -> dict[int, int]:
    """Start of this chunk → start of the one before, wherever no word stands between the two."""
    ways: dict[int, int] = {}
    for start in _occurrences(text, chunk, max(starts[0], 0)):
        said = _said(words, start)
        if said > starts[-1] + length:
            break
        latest = start - max(length - len(chunk), int(length == len(chunk)))  # begins and ends before this one does
        before = starts[max(bisect_right(starts, latest) - 1, 0)]
        if said <= before + length and before <= latest:
            ways[start] = before
    return ways


def _occurrences(text: str, chunk: str, start: int) -> Iterator[int]:
    while (start := text.find(chunk, start)) >= 0:
        yield start
        start += 1


def _said(words: Sequence[Span], at: int) -> int:
    """Where the last word that begins before this place ends, or the place itself within a word."""
    before = bisect_left(words, (at, 0)) - 1
    return min(words[before][1], at) if before >= 0 else 0


def _walked_back(chunks: Sequence[str], ways: Sequence[dict[int, int]], start: int) -> list[Span]:
    places: list[Span] = []
    for chunk, way in zip(reversed(chunks), reversed(ways), strict=True):
        places.append((start, start + len(chunk)))
        start = way[start]
    return places[::-1]


def _passages(document: Document, places: Sequence[Span]) -> Iterator[Passage]:
    """A passage a chunk; one that holds nothing but headings is none, for they stand above the others."""
    digest = hashlib.sha256(document.text.encode()).hexdigest()[:12]
    known, above = units(document), _Above(document)
    ends = [unit.end for unit in known]
    for start, end in places:
        following = (known[place] for place in range(bisect_left(ends, start + 1), len(known)))
        if inside := list(_within(document.text, following, start, end)):
            heading, page = above.of(inside[0].start)
            yield Passage(
                id=f"{document.id}@{digest}:{start}-{end}",
                document=document.id,
                title=document.title,
                heading=heading,
                page=page,
                start=start,
                end=end,
                text=document.text[start:end],
                units=tuple(inside),
                date=document.date,
                version=document.version,
            )


def _within(text: str, following: Iterable[Unit], start: int, end: int) -> Iterator[Unit]:
    """The units, or what of them lies in the chunk."""
    for unit in following:
        if unit.start >= end:
            return
        first, last = max(unit.start, start), min(unit.end, end)
        part = text[first:last]
        if part.strip():
            yield Unit(unit.kind, first + len(part) - len(part.lstrip()), first + len(part.rstrip()))


class _Above:
    """The path of headings above one place after another, and its page."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._next = 0
        self._path: list[tuple[int, str]] = []
        self._page: int | None = None

    def of(self, at: int) -> tuple[tuple[str, ...], int | None]:
        blocks, text = self._document.blocks, self._document.text
        while self._next < len(blocks) and blocks[self._next].start <= at:
            block = blocks[self._next]
            self._page = block.page
            if block.kind == "heading":
                self._path = below(self._path, block, text)
            self._next += 1
        return without_title(self._document.title, [heading for _, heading in self._path]), self._page
