"""Markdown's marks inside a line, taken off: `**24 months**` → `24 months`, `[text](url)` → `text`."""

from __future__ import annotations

import html
import re
from collections.abc import Set

_CODE = re.compile(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)", re.S)
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
_AUTOLINK = re.compile(r"<((?:https?|ftp|mailto):[^\s<>]+|[\w.+-]+@[\w.-]+\.\w+)>", re.I)
_TAG = re.compile(
    r"</?(?:a|abbr|b|big|br|center|cite|code|del|details|dfn|div|em|figcaption|figure|font|h[1-6]|hr|i|img|ins|kbd"
    r"|li|mark|ol|p|picture|pre|q|s|samp|section|small|source|span|strike|strong|sub|summary|sup|table|tbody|td|th"
    r"|thead|tr|tt|u|ul|var|wbr)(?:\s[^<>]*)?/?>",
    re.I,
)
_SPACING_TAG = re.compile(r"</?(?:br|p|div|li|td|th|tr|hr|h[1-6]|summary)\b", re.I)
_ADDRESS = r"(?:<[^<>\n]*>|[^\s()]*(?:\([^\s()]*\)[^\s()]*)*)"
_TARGET = rf"\(\s*{_ADDRESS}(?:\s+(?:\"[^\"]*\"|'[^']*'|\([^()]*\)))?\s*\)"
_LINK = re.compile(rf"!?\[((?:[^\[\]]|\[[^\[\]]*\])*)\]{_TARGET}")
_REFERENCE = re.compile(r"!?\[([^\[\]]+)\](?:[ ]?\[([^\[\]]*)\])?")
_FOOTNOTE = re.compile(r"\[\^[^\[\]\s]+\]")
_STARS = re.compile(r"(\*{1,3}|~~)(?=[^\s*~])(.{0,2000}?[^\s*~\\])\1(?!\*)", re.S)
_LINES = re.compile(r"(?<!\w)(_{1,3})(?=[^\s_])(.{0,2000}?[^\s_\\])\1(?!\w)", re.S)
_KEPT = re.compile("\x00(\\d+)\x00")


def plain(text: str, references: Set[str] = frozenset()) -> str:
    """The text that a reader of the rendered page sees. `references` are the link names that are defined."""
    kept: list[str] = []

    def keep(literal: str) -> str:
        kept.append(literal)
        return f"\x00{len(kept) - 1}\x00"

    text = _CODE.sub(lambda m: keep(m[2].strip()), text.replace("\x00", ""))
    text = _ESCAPE.sub(lambda m: keep(m[1]), text)
    text = _AUTOLINK.sub(lambda m: keep(m[1]), _without_comments(text))
    text = _TAG.sub(lambda m: " " if _SPACING_TAG.match(m[0]) else "", text)
    text = _without_links(_FOOTNOTE.sub("", text), references)
    text = html.unescape(_without_emphasis(text))
    return _KEPT.sub(lambda m: kept[int(m[1])] if int(m[1]) < len(kept) else "", text)


def _without_comments(text: str) -> str:
    kept: list[str] = []
    at = 0
    while (start := text.find("<!--", at)) >= 0 and (end := text.find("-->", start)) >= 0:
        kept.append(text[at:start])
        at = end + 3
    return "".join(kept) + text[at:]


def _without_links(text: str, references: Set[str]) -> str:
    def named(match: re.Match[str]) -> str:
        name = (match[2] or match[1]).casefold()
        return match[1] if " ".join(name.split()) in references else match[0]

    return _REFERENCE.sub(named, _LINK.sub(r"\1", _LINK.sub(r"\1", text)))


def _without_emphasis(text: str) -> str:
    """From the outside in; four rounds undo every nesting that people write."""
    for _ in range(4):
        bare = _LINES.sub(r"\2", _STARS.sub(r"\2", text))
        if bare == text:
            break
        text = bare
    return text
