"""The quote is found by code: the units of the passage that carry the answer, whole and verbatim."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.borders import ends, starts
from assistant.format import neutralise
from assistant.nouns import Quote
from retrieval import Passage, Unit, terms


def shared(text: str, question: str) -> int:
    """How many of the question's words a text has; words that every text has do not count."""
    return len(set(terms(text)) & set(terms(question)))


def carrying(passage: Passage, start: int, end: int) -> list[Unit]:
    """The units that `passage.text[start:end]` lies in or runs through."""
    first, last = passage.start + start, passage.start + end
    return [unit for unit in passage.units if unit.start < last and unit.end > first]


def quote(passage: Passage, units: Sequence[Unit]) -> Quote:
    """Neighbouring units as one span, with whatever white space stands between them."""
    start, end = units[0].start, units[-1].end
    return Quote(passage.text[start - passage.start : end - passage.start], start, end)


def locate(passage: Passage, answer: str, question: str) -> tuple[int, int] | None:
    """Where the answer, worded as in the prompt, stands in the passage from word to word.

    Of several places the one whose units are closest to the question, and of these the first.
    """
    places = _places(neutralise(passage.text), answer)
    if not places:
        return None

    def closeness(place: tuple[int, int]) -> int:
        return shared(" ".join(passage.quote(unit) for unit in carrying(passage, *place)), question)

    return max(places, key=closeness)


def _places(text: str, answer: str) -> list[tuple[int, int]]:
    if not answer:
        return []
    found = [(match.start(), match.start() + len(answer)) for match in re.finditer(f"(?={re.escape(answer)})", text)]
    first, last = set(starts(text)), set(ends(text))
    return [(start, end) for start, end in found if start in first and end in last]
