"""Where on a PDF's page a quote stands: found again in the words of the page, for a text keeps no places of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from retrieval.readers.layout import Page, Word, columns
from retrieval.readers.pdf import page_of
from retrieval.readers.source import Source

_LEFT_OUT = re.compile(r"[\s\u00ad\u2010\u2011•◦▪-]+")  # what wrapping and joining change
_CELL = re.compile(r"; ")
_LEAST = 12  # letters of a quote at the end of a page that are worth looking for the rest on the next


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in parts of its page's width and height, from the top left corner."""

    page: int
    left: float
    top: float
    right: float
    bottom: float


class _Letters:
    """The letters of a page in reading order, and the word that each belongs to."""

    def __init__(self, page: Page) -> None:
        self.page = page
        lines = (line for column in columns(page.words, page.number) for line in column)
        self._words: list[Word] = []
        pieces: list[str] = []
        for word in (word for line in lines for word in line.words):
            letters = _letters(word.text)
            pieces.append(letters)
            self._words += [word] * len(letters)
        self.text = "".join(pieces)

    def words(self, start: int, end: int) -> list[Word]:
        return list(dict.fromkeys(self._words[start:end]))


def highlights(source: Source, page: int, quote: str) -> list[Box]:
    """Boxes, one a line, that cover a quote which begins on this page; none where it cannot be found there."""
    here = _Letters(page_of(source, page))
    wanted = _letters(quote)
    if not wanted:
        return []
    if (start := here.text.find(wanted)) >= 0:
        return _boxes(here, here.words(start, start + len(wanted)))
    return _over_the_page(source, here, wanted) or _boxes(here, _row(here, quote))


def _letters(text: str) -> str:
    return _LEFT_OUT.sub("", text).casefold()


def _over_the_page(source: Source, here: _Letters, wanted: str) -> list[Box]:
    """The beginning on this page, the rest on the next."""
    most = _longest_prefix(wanted, here.text)
    if most < _LEAST:
        return []
    there = _Letters(page_of(source, here.page.number + 1))
    rest = there.text.find(wanted[most:])
    if rest < 0:
        return []
    start = here.text.rfind(wanted[:most])
    first = _boxes(here, here.words(start, start + most))
    return first + _boxes(there, there.words(rest, rest + len(wanted) - most))


def _longest_prefix(wanted: str, text: str) -> int:
    """How many letters of it are there; if so many are, fewer are too."""
    low, high = 0, len(wanted)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if wanted[:middle] in text else (low, middle - 1)
    return low


def _row(here: _Letters, quote: str) -> list[Word]:
    """`Header: value; …`: the values, each where it stands nearest to the others in height."""
    values = [_letters(cell.partition(": ")[2] or cell) for cell in _CELL.split(quote)]
    found = [places for value in values if value and (places := list(_places(here, value)))]
    if not found:
        return []
    rarest = min(found, key=len)
    rows = [[min(places, key=lambda place: _apart(place, anchor)) for places in found] for anchor in rarest]
    best = min(rows, key=lambda row: sum(_apart(place, row[0]) for place in row))
    return [word for place in best for word in place]


def _places(here: _Letters, value: str) -> Iterator[list[Word]]:
    start = here.text.find(value)
    while start >= 0:
        yield here.words(start, start + len(value))
        start = here.text.find(value, start + 1)


def _apart(a: Sequence[Word], b: Sequence[Word]) -> float:
    return abs(a[0].middle - b[0].middle)


def _boxes(here: _Letters, words: Sequence[Word]) -> list[Box]:
    """Words that stand at one height, next to one another, share a box."""
    groups: list[list[Word]] = []
    for word in words:
        last = groups[-1][-1] if groups else None
        if last and abs(last.middle - word.middle) < last.size / 2 and 0 <= word.x0 - last.x1 + 1 < 2 * last.size:
            groups[-1].append(word)
        else:
            groups.append([word])
    return [_box(here.page, group) for group in groups]


def _box(page: Page, words: Sequence[Word]) -> Box:
    left, right = min(word.x0 for word in words), max(word.x1 for word in words)
    top, bottom = min(word.top for word in words), max(word.bottom for word in words)
    return Box(page.number, left / page.width, top / page.height, right / page.width, bottom / page.height)
