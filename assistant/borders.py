"""Where an answer may begin and end: never inside a word, a number, or a character of several parts."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from unicodedata import category

# A minus belongs to its number, where it is no dash between two.
NUMBER = re.compile(r"(?:(?<![^\s(])[-−])?\d+(?:[.,]\d+)*")
# `can't` without its end says the opposite; `the owner's` without it still names the owner.
_WHOLE = re.compile(rf"{NUMBER.pattern}|n['’]t\b")
_JOINER = "\u200d"
_SKIN = range(0x1F3FB, 0x1F400)
_FLAG = range(0x1F1E6, 0x1F200)


@lru_cache(maxsize=1024)
def starts(text: str) -> tuple[int, ...]:
    return tuple(place for place in _cuts(text) if place < len(text) and not text[place].isspace())


@lru_cache(maxsize=1024)
def ends(text: str) -> tuple[int, ...]:
    return tuple(place for place in _cuts(text) if place and not text[place - 1].isspace())


def _cuts(text: str) -> Iterable[int]:
    within = {place for found in _WHOLE.finditer(text) for place in range(found.start() + 1, found.end())}
    inner = (place for place in range(1, len(text)) if not _joined(text[place - 1], text[place]))
    return [0, *(place for place in inner if place not in within), *([len(text)] if text else [])]


def _joined(left: str, right: str) -> bool:
    if left.isascii() and right.isascii():
        return _letter(left) and _letter(right)
    if _attached(right) or left == _JOINER:
        return True
    if ord(left) in _FLAG and ord(right) in _FLAG:
        return True
    return (_letter(left) or _attached(left)) and _letter(right)


def _letter(one: str) -> bool:
    return one.isalnum() or one == "_"


def _attached(one: str) -> bool:
    """Accents, vowel signs, joiners and the like: not to be torn from what they stand on."""
    return category(one) in ("Mn", "Mc", "Me", "Cf") or ord(one) in _SKIN
