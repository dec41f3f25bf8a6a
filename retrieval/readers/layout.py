"""Words on a page, and the lines that they make. Everything in points, from the top left corner."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

_SAME_LINE = 0.5  # of the smaller height that two words share
_JUMP = 3.0  # line heights upwards: the text goes on in another column
_CELL_GAP = 1.1  # of the size: wider than any space between words, even in justified text


@dataclass(frozen=True, slots=True)
class Word:
    text: str
    x0: float
    x1: float
    top: float
    bottom: float
    size: float
    bold: bool = False
    mono: bool = False

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2


@dataclass(frozen=True, slots=True)
class Rule:
    """A straight line, level or upright."""

    x0: float
    x1: float
    top: float
    bottom: float

    @property
    def level(self) -> bool:
        return self.x1 - self.x0 >= self.bottom - self.top


@dataclass(frozen=True)
class Line:
    words: tuple[Word, ...]
    page: int

    @property
    def x0(self) -> float:
        return self.words[0].x0

    @cached_property
    def x1(self) -> float:
        return max(word.x1 for word in self.words)

    @cached_property
    def top(self) -> float:
        return min(word.top for word in self.words)

    @cached_property
    def bottom(self) -> float:
        return max(word.bottom for word in self.words)

    @cached_property
    def text(self) -> str:
        return " ".join(word.text for word in self.words)

    @cached_property
    def size(self) -> float:
        """Of most of its letters."""
        letters: dict[float, int] = {}
        for word in self.words:
            letters[word.size] = letters.get(word.size, 0) + len(word.text)
        return max(letters, key=lambda size: letters[size])

    @cached_property
    def bold(self) -> bool:
        return all(word.bold for word in self.words)

    @cached_property
    def mono(self) -> bool:
        """But for a sign that its font does not have."""
        letters = sum(len(word.text) for word in self.words)
        return sum(len(word.text) for word in self.words if word.mono) > 0.8 * letters

    @cached_property
    def cells(self) -> list[Line]:
        """Parts with a gap between them that no space explains."""
        parts: list[list[Word]] = [[self.words[0]]]
        for before, word in zip(self.words, self.words[1:], strict=False):
            if word.x0 - before.x1 > _CELL_GAP * max(word.size, before.size):
                parts.append([])
            parts[-1].append(word)
        return [Line(tuple(part), self.page) for part in parts]


@dataclass(frozen=True)
class Page:
    number: int
    width: float
    height: float
    words: tuple[Word, ...]  # in the order in which the file draws them
    rules: tuple[Rule, ...] = ()


def columns(words: Iterable[Word], page: int) -> list[list[Line]]:
    """Lines in reading order. Files draw one column after the other, so a jump upwards begins another."""
    found: list[list[Word]] = []
    for word in words:
        if not found or _begins_column(found[-1], word):
            found.append([])
        found[-1].append(word)
    return [lines_of(column, page) for column in found]


def _begins_column(column: Sequence[Word], word: Word) -> bool:
    last = column[-1]
    height = max(word.bottom - word.top, last.bottom - last.top, 1.0)
    return last.middle - word.middle > _JUMP * height


def lines_of(words: Sequence[Word], page: int) -> list[Line]:
    """Words that stand at one height, from left to right; lines from top to bottom."""
    rows: list[list[Word]] = []
    for word in sorted(words, key=lambda word: word.middle):
        row = next((row for row in reversed(rows[-3:]) if _shares_height(row[0], word)), None)
        if row is None:
            rows.append([word])
        else:
            row.append(word)
    return [Line(tuple(sorted(row, key=lambda word: word.x0)), page) for row in rows]


def _shares_height(a: Word, b: Word) -> bool:
    shared = min(a.bottom, b.bottom) - max(a.top, b.top)
    return shared > _SAME_LINE * min(a.bottom - a.top, b.bottom - b.top)
