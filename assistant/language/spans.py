"""The constraint of small models: an answer is a span of its source, from word to word and within one line."""

from __future__ import annotations

import re
from collections.abc import Sequence

LONGEST = 64  # bytes looked ahead: longer than any token
_START = re.compile(r"(?<!\w)\S")
_END = re.compile(r"\S(?!\w)")


class SpanConstraint:
    """Spans of `text`, or one of `others`; each written after a space, as the frame has it."""

    def __init__(self, text: str, others: Sequence[str] = ()) -> None:
        lines = [line for line in text.split("\n") if line.strip()]
        self._lines = [(" " + line).encode() for line in lines]
        self._starts = [_bytes_before(line, _START, 0) for line in lines]
        self._ends = [set(_bytes_before(line, _END, 1)) for line in lines]
        self._others = [(" " + other).encode() for other in others]

    def rests(self, written: bytes) -> list[bytes]:
        from_spans = [line[at : at + LONGEST] for line, at in self._after(written)]
        from_others = [other[len(written) :] for other in self._others if other.startswith(written)]
        return [rest for rest in from_spans + from_others if rest]

    def may_end(self, written: bytes) -> bool:
        if not written.strip():
            return False
        if written in self._others:
            return True
        return any(at - 1 in ends for _, at, ends in self._reached(written))

    def _after(self, written: bytes) -> list[tuple[bytes, int]]:
        if not written:
            return [(b" " + line[start + 1 :], 0) for line, starts in self._with_starts() for start in starts]
        return [(line, at) for line, at, _ in self._reached(written)]

    def _with_starts(self) -> list[tuple[bytes, list[int]]]:
        return list(zip(self._lines, self._starts, strict=True))

    def _reached(self, written: bytes) -> list[tuple[bytes, int, set[int]]]:
        """Lines in which a word starts `written`, and where in them it has got to."""
        body = written[1:]
        return [
            (line, start + 1 + len(body), ends)
            for line, starts, ends in zip(self._lines, self._starts, self._ends, strict=True)
            for start in starts
            if written[:1] == b" " and line.startswith(body, start + 1)
        ]


def _bytes_before(line: str, pattern: re.Pattern[str], skip: int) -> list[int]:
    """Byte offsets of the pattern's places: starts of words with skip 0, ends with skip 1."""
    return [len(line[: found.start() + skip].encode()) for found in pattern.finditer(line)]
