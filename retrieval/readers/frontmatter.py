"""The `key: value` lines between two `---` at the head of a file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from retrieval.nouns import NO_METADATA
from retrieval.readers.canvas import tidy

_PAIR = re.compile(r"([A-Za-z][\w .-]*?)\s*:(?:\s+(.*))?$")
_LONGEST = 200  # lines
_DATE_KEYS = (
    "date",
    "effective",
    "effective_date",
    "valid_from",
    "updated",
    "last_updated",
    "modified",
    "published",
)


@dataclass(frozen=True)
class FrontMatter:
    title: str | None = None
    date: str | None = None
    version: str | None = None
    language: str | None = None
    rest: Mapping[str, str] = field(default_factory=lambda: NO_METADATA)


def split_front_matter(text: str) -> tuple[FrontMatter, str]:
    """What the front matter says, and the text below it. Text without one comes back whole."""
    lines = text.removeprefix("\ufeff").split("\n")
    if lines[0].rstrip() != "---":
        return FrontMatter(), text
    closing = (i for i, line in enumerate(lines[1:_LONGEST], 1) if line.rstrip() in ("---", "..."))
    end = next(closing, None)
    pairs = _pairs(lines[1:end]) if end else {}
    return (_matter(pairs), "\n".join(lines[end + 1 :])) if pairs and end else (FrontMatter(), text)


def _pairs(lines: list[str]) -> dict[str, str]:
    pairs: dict[str, str] = {}
    key = ""
    for line in lines:
        if match := _PAIR.match(line):
            key = match[1].lower().replace(" ", "_").replace("-", "_")
            pairs[key] = _value(match[2] or "")
        elif key and line.lstrip().startswith("- "):
            more = _value(line.lstrip()[2:])
            pairs[key] = f"{pairs[key]}, {more}" if pairs[key] else more
    return {key: value for key, value in pairs.items() if value}


def _value(raw: str) -> str:
    value = tidy(raw)
    quoted = len(value) > 1 and value[0] == value[-1] and value[0] in "\"'"
    return value[1:-1] if quoted else value.removeprefix("[").removesuffix("]")


def _matter(pairs: dict[str, str]) -> FrontMatter:
    title = pairs.pop("title", None)
    dates = [pairs.pop(key) for key in _DATE_KEYS if key in pairs]
    version = pairs.pop("version", None)
    language = pairs.pop("language", None) or pairs.pop("lang", None)
    return FrontMatter(title, dates[0] if dates else None, version, language, pairs)
