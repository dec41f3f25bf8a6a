"""reStructuredText's marks inside a line, taken off: ``**24 months**`` → `24 months`, ``:ref:`text <x>``` → `text`."""

from __future__ import annotations

import re
from collections.abc import Mapping

_CODE = re.compile(r"``(.{1,2000}?)``", re.S)
_ESCAPE = re.compile(r"\\(.)", re.S)
_ROLE = re.compile(r"(?<!\w):[\w:+.-]{1,60}:`([^`]+)`|`([^`]+)`:[\w:+.-]{1,60}:")
_LINK = re.compile(r"`([^`<]{0,400}?)\s{0,9}<[^`<>]+>`_{0,2}")
_PHRASE = re.compile(r"`([^`]+)`_{0,2}")
_NAMED = re.compile(r"(?<!\w)([^\W_](?:[\w.-]{0,80}[^\W_])?)_{1,2}(?!\w)")
_NOTE = re.compile(r"\s?\[(?:\d+|#[\w-]*|\*|[A-Za-z][\w-]*)\]_(?!\w)")
_STRONG = re.compile(r"(?<![\w*])\*\*(?=\S)(.{1,300}?)(?<=\S)\*\*(?![\w*])", re.S)
_EMPHASIS = re.compile(r"(?<![\w*])\*(?=[^\s*])(.{1,300}?)(?<=[^\s*])\*(?![\w*])", re.S)
_REPLACED = re.compile(r"\|([^|\s](?:[^|]{0,80}[^|\s])?)\|_{0,2}")
_TARGET = re.compile(r"\s*<[^<>]+>$")
_KEPT = re.compile("\x00(\\d+)\x00")


def plain(text: str, replaced: Mapping[str, str]) -> str:
    """The text that a reader of the rendered page sees."""
    kept: list[str] = []

    def keep(literal: str) -> str:
        kept.append(literal)
        return f"\x00{len(kept) - 1}\x00"

    text = re.sub(r"::$", ":", text.replace("\x00", "").rstrip())
    text = _CODE.sub(lambda m: keep(m[1]), text)
    text = _ESCAPE.sub(lambda m: keep("" if m[1].isspace() else m[1]), text)
    text = _ROLE.sub(lambda m: keep(_TARGET.sub("", m[1] or m[2]).lstrip("~!")), text)
    text = _PHRASE.sub(r"\1", _LINK.sub(r"\1", text))
    text = _NAMED.sub(r"\1", _NOTE.sub("", text))
    text = _EMPHASIS.sub(r"\1", _STRONG.sub(r"\1", text))
    text = _REPLACED.sub(lambda m: replaced.get(m[1], m[0]), text)
    return _KEPT.sub(lambda m: kept[int(m[1])] if int(m[1]) < len(kept) else "", text)
