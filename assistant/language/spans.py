"""The constraint of small models: an answer is a span of its source, from word to word and within one line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate

from assistant.borders import ends, starts

LONGEST = 64  # bytes looked ahead: longer than any token


@dataclass(frozen=True)
class _Line:
    """One line as it would be written, after a space, with the bytes at which words start and end in it."""

    written: bytes
    starts: tuple[int, ...]
    ends: frozenset[int]


class SpanConstraint:
    """Spans of `text`, or one of `others`; each written after a space, as the frame has it."""

    def __init__(self, text: str, others: Sequence[str] = ()) -> None:
        self._others = [(" " + other).encode() for other in others]
        lines = [_line(line) for line in text.splitlines() if line.strip()]
        self._starts = [(line, start) for line in lines for start in line.starts]
        self._latest = (b" ", self._starts)  # what was asked about last is what the next goes on from

    def rests(self, written: bytes) -> list[bytes]:
        from_spans = self._begun(written) if written else self._beginnings()
        from_others = [other[len(written) :] for other in self._others if other.startswith(written)]
        return [rest for rest in [*from_spans, *from_others] if rest]

    def may_end(self, written: bytes) -> bool:
        if written in self._others:
            return True
        return bool(written.strip()) and any(at in line.ends for line, at in self._reached(written))

    def _beginnings(self) -> list[bytes]:
        return [b" " + line.written[start : start + LONGEST] for line, start in self._starts]

    def _begun(self, written: bytes) -> list[bytes]:
        return [line.written[at : at + LONGEST] for line, at in self._reached(written)]

    def _reached(self, written: bytes) -> list[tuple[_Line, int]]:
        """Lines in which a word starts `written`, and where in them it has got to."""
        if written[:1] != b" ":
            return []
        before, found = self._latest
        if not written.startswith(before):
            before, found = b" ", self._starts
        said = written[len(before) :]
        found = [(line, at + len(said)) for line, at in found if line.written.startswith(said, at)]
        self._latest = (written, found)
        return found


def _line(text: str) -> _Line:
    before = list(accumulate((len(letter.encode()) for letter in text), initial=1))  # the space is one byte
    return _Line((" " + text).encode(), _at(before, starts(text)), frozenset(_at(before, ends(text))))


def _at(before: Sequence[int], places: Iterable[int]) -> tuple[int, ...]:
    return tuple(before[place] for place in places)
