"""Wrapped lines to one line: hyphens that the wrapping put in are taken out again."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

_LAST = re.compile(r"([^\W\d_]+)-$")
_FIRST = re.compile(r"[^\W\d_]+")
_COMPOUND = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)+")
_URL_GOES_ON = re.compile(r"://\S*[._?=&]$")
_BOUND = frozenset(["e", "ex", "non", "self", "all", "cross", "half", "quasi", "well"])  # written with one


class Joiner:
    """Knows how the document writes a word where no line ends in it."""

    def __init__(self, words: Iterable[str] = ()) -> None:
        self._compounds: set[str] = set()
        for word in words:
            if "-" in word:
                self._compounds.update(match.casefold() for match in _COMPOUND.findall(word))

    def join(self, lines: Sequence[str]) -> str:
        text = lines[0].strip() if lines else ""
        for line in lines[1:]:
            text = self._joined(text, line.strip())
        return text

    def _joined(self, text: str, line: str) -> str:
        if text.endswith("-") and text[-2:-1].isalnum() and line[:1].isalnum():
            return text + line if self._keeps_hyphen(text, line) else text[:-1] + line
        if _URL_GOES_ON.search(text) and re.match(r"[a-z0-9]", line):
            return text + line
        if text.endswith("/") and not text[-2:-1].isspace() and line[:1].isalnum():
            return text + line
        return f"{text} {line}" if text and line else text or line

    def _keeps_hyphen(self, text: str, line: str) -> bool:
        before, after = _LAST.search(text), _FIRST.match(line)
        if before is None or after is None or not after[0][0].islower():
            return True
        if before[1].casefold() in _BOUND or text[: before.start()].endswith("-"):
            return True
        return f"{before[1]}-{after[0]}".casefold() in self._compounds
