"""What stands on every page at the same place: running headers, footers, page numbers."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace

from retrieval.readers.layout import Line, Page, lines_of

_AT_ENDS = re.compile(r"^\d{1,4}\b|\b\d{1,4}$")
_EDGE = 0.12  # of the page's height, at the top and at the bottom
_PLACES = 4.0  # points that count as one place
_NUMBER = re.compile(
    r"[\W_]*(?:(?:page|seite|p\.)\s*)?(?:\d{1,4}|[ivxlc]{1,7})(?:\s*(?:/|of|von)\s*\d{1,4})?[\W_]*$", re.I
)
_COUNTED = re.compile(r"\b(?:page|seite)\s+\d{1,4}(?:\s*(?:/|of|von)\s*\d{1,4})?$", re.I)

Mark = tuple[str, int]


def without_furniture(pages: list[Page]) -> tuple[list[Page], list[str]]:
    """The pages without it, and what it said once."""
    edges = {page.number: _edge_lines(page) for page in pages}
    seen = Counter(mark for page in pages for mark in {_mark(line) for line in edges[page.number]})
    places = _changing_places(pages, edges)
    running: dict[str, None] = {}
    bodies = []
    for page in pages:
        dropped = [line for line in edges[page.number] if _is_furniture(line, seen, places, len(pages))]
        running.update((line.text, None) for line in dropped)
        gone = {id(word) for line in dropped for word in line.words}
        bodies.append(replace(page, words=tuple(word for word in page.words if id(word) not in gone)))
    return bodies, list(running)[:8]


def _edge_lines(page: Page) -> list[Line]:
    top, bottom = page.height * _EDGE, page.height * (1 - _EDGE)
    return lines_of([word for word in page.words if word.bottom < top or word.top > bottom], page.number)


def _mark(line: Line) -> Mark:
    """The same on every page where the number at its beginning or end counts the pages."""
    text = _AT_ENDS.sub(lambda m: f"#{int(m[0]) - line.page}", line.text)
    return text.casefold(), round(line.top / _PLACES)


def _is_furniture(line: Line, seen: Counter[Mark], places: set[int], pages: int) -> bool:
    text, place = _mark(line)
    often = max(seen[text, place + step] for step in (-1, 0, 1))
    repeated = pages > 1 and often >= max(2, pages * (0.3 if pages > 4 else 0.5))
    return bool(repeated or _NUMBER.match(line.text) or _COUNTED.search(line.text) or place in places)


def _changing_places(pages: list[Page], edges: dict[int, list[Line]]) -> set[int]:
    """Where most pages have a line that stands apart: running titles, which change by chapter.

    Slides have such a line too, but theirs is large: it is a heading.
    """
    usual = _usual_size(pages)
    apart: Counter[int] = Counter()
    for page in pages:
        found = (line for line in edges[page.number] if line.size <= 1.05 * usual and _stands_apart(line, page))
        apart.update({round(line.top / _PLACES) for line in found})
    return {place for place, count in apart.items() if len(pages) > 4 and count >= 0.5 * len(pages)}


def _usual_size(pages: list[Page]) -> float:
    letters: Counter[float] = Counter()
    for page in pages:
        for word in page.words:
            letters[word.size] += len(word.text)
    return max(letters, key=lambda size: letters[size], default=10.0)


def _stands_apart(line: Line, page: Page) -> bool:
    """The first or the last line of a page, with a gap between it and the rest."""
    above = max((word.bottom for word in page.words if word.middle < line.top), default=None)
    below = min((word.top for word in page.words if word.middle > line.bottom), default=None)
    if above is None and below is not None:
        return below - line.bottom > 0.8 * line.size
    return below is None and above is not None and line.top - above > 0.8 * line.size
