"""The quote is found by code: the units of the passage that carry the answer, whole and verbatim."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.nouns import Quote
from retrieval import Passage, Unit

_WORD = re.compile(r"\w+", re.UNICODE)


def words(text: str) -> set[str]:
    return {word.lower() for word in _WORD.findall(text)}


def carrying(passage: Passage, start: int, end: int) -> list[Unit]:
    """The units that `passage.text[start:end]` lies in or runs through."""
    first, last = passage.start + start, passage.start + end
    return [unit for unit in passage.units if unit.start < last and unit.end > first]


def quote(passage: Passage, units: Sequence[Unit]) -> Quote:
    """Neighbouring units as one span, with whatever white space stands between them."""
    start, end = units[0].start, units[-1].end
    return Quote(passage.text[start - passage.start : end - passage.start], start, end)


def locate(passage: Passage, answer: str, question: str) -> tuple[int, int] | None:
    """Where in the passage's text the answer stands; of several places the one in words closest to the question."""
    places = [found.start() for found in re.finditer(f"(?={re.escape(answer)})", passage.text)] if answer else []
    if not places:
        return None
    asked = words(question)

    def closeness(place: int) -> tuple[int, int]:
        around = carrying(passage, place, place + len(answer))
        shared = words(" ".join(passage.quote(unit) for unit in around)) & asked
        return len(shared), -place

    best = max(places, key=closeness)
    return best, best + len(answer)
