"""How a document is set: the size of its text, the distance of its lines, what its headings look like."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import pairwise
from statistics import median

from retrieval.readers.layout import Line

_LARGER = 1.08  # than the text: a heading
_LONGEST = 200  # characters of a heading
_LONGEST_BOLD = 90
_LEVELS = 6
_SENTENCE = re.compile(r"[.,;:]$")


class Looks:
    def __init__(self, lines: Sequence[Line]) -> None:
        letters: Counter[tuple[float, bool]] = Counter()
        for line in lines:
            letters[line.size, line.bold] += 0 if line.mono else len(line.text)
        self.size, self._bold = max(letters, key=lambda look: (letters[look], -look[0]), default=(10.0, False))
        self._sizes = _ranked({line.size for line in lines if self.is_large(line) and not line.mono})
        self._pitches = _pitches(lines)

    def is_large(self, line: Line) -> bool:
        return line.size > self.size * _LARGER

    def pitch(self, size: float) -> float:
        """From one line to the next."""
        return self._pitches.get(round(size), 1.2 * size)

    def level(self, lines: Sequence[Line], text: str) -> int:
        """Of a heading; 0: it is none. Headings are larger than the text, or bold and short."""
        first = lines[0]
        if first.mono or not any(c.isalpha() for c in text) or len(text) > _LONGEST:
            return 0
        if self.is_large(first):
            rank = next((n for n, size in enumerate(self._sizes) if first.size > size - 0.6), len(self._sizes))
            return min(rank + 1, _LEVELS)
        bold = not self._bold and all(line.bold for line in lines) and first.size > 0.9 * self.size
        if bold and len(text) <= _LONGEST_BOLD and not _SENTENCE.search(text):
            return min(len(self._sizes) + 1, _LEVELS)
        return 0


def _ranked(sizes: set[float]) -> list[float]:
    """Largest first; what differs by half a point is one size."""
    ranked: list[float] = []
    for size in sorted(sizes, reverse=True):
        if not ranked or ranked[-1] - size > 0.6:
            ranked.append(size)
    return ranked


def _pitches(lines: Sequence[Line]) -> dict[int, float]:
    steps: defaultdict[int, list[float]] = defaultdict(list)
    for before, line in pairwise(lines):
        step = line.bottom - before.bottom
        if before.page == line.page and abs(before.size - line.size) < 0.6 and 0 < step < 2.2 * line.size:
            steps[round(line.size)].append(step)
    return {size: median(found) for size, found in steps.items()}


def code_text(lines: Sequence[Line]) -> str:
    """Lines as they stand, with the spaces that their places tell."""
    left = min(line.x0 for line in lines)
    widths = [(word.x1 - word.x0) / len(word.text) for line in lines for word in line.words]
    width = max(median(widths), 0.1)
    return "\n".join(_spaced(line, left, width) for line in lines)


def _spaced(line: Line, left: float, width: float) -> str:
    text = ""
    for word in line.words:
        column = round((word.x0 - left) / width)
        text += " " * max(column - len(text), 1 if text else 0) + word.text
    return text
