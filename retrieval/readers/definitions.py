"""Where the definitions of a program begin, by the looks of its lines: for languages without a parser at hand."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Definition:
    """Lines from `start` to `end`, the first being 1; code outside of any has no name."""

    name: str
    start: int
    end: int
    level: int = 1


_LONGEST = 300  # characters of a line that is looked at
_WORDS = (
    r"(?:(?:export|default|public|private|protected|internal|static|final|abstract|sealed|partial|open|data|inline"
    r"|declare|async|unsafe|override|virtual|const|pub(?:\([^()]*\))?)\s+)*"
)
_HOLDS = (
    r"(?:class|interface|struct|enum|trait|object|record|namespace|module|protocol|extension"
    r"|impl(?:<[^<>]*>)?(?:\s+\S+\s+for)?)"
)
_HOLDER = re.compile(_WORDS + _HOLDS + r"\s+(?P<name>[\w$:.]+)")
_PATTERNS = (
    _HOLDER,
    re.compile(_WORDS + r"(?:type|union|typedef)\s+(?P<name>[\w$]+)"),
    re.compile(_WORDS + r"(?:function\s*\*?|fn|fun|def|sub)\s+(?P<name>[\w$.?!]+)"),
    re.compile(_WORDS + r"func\s+(?:\([^()]*\)\s*)?(?P<name>\w+)"),
    re.compile(r"(?:export\s+)?(?:const|let|var)\s+(?P<name>[\w$]+)\b[^=]*=\s*(?:async\s*)?(?:\(.*|[\w$]+\s*)=>"),
    re.compile(r"(?P<name>[\w-]+)\s*\(\)\s*\{"),
    re.compile(
        r"create\s+(?:or\s+replace\s+)?(?:temp(?:orary)?\s+|unique\s+|materialized\s+)*(?:table|view|function|procedure"
        r"|trigger|index|type|schema|sequence)\s+(?:if\s+not\s+exists\s+)?(?P<name>[\w.\"`]+)",
        re.I,
    ),
    re.compile(_WORDS + r"(?:[\w:<>,\[\]~?]+[\s*&]+){1,4}(?P<name>[~\w:]+)\s*\([^;]*$"),
)
_METHOD = re.compile(_WORDS + r"(?:(?:get|set|readonly)\s+)?(?P<name>[\w$#]+)\s*\([^;]*\{\s*$")
_NO_NAMES = frozenset(("if", "for", "while", "switch", "catch", "return", "else", "new", "throw", "case", "do", "with"))
_ABOVE = re.compile(
    r"\s*(?://|/\*|\*|#(?!\s*(?:include|define|if|endif|pragma|import))|--|@|\[)"
)  # comments, annotations


def definitions(lines: Sequence[str]) -> list[Definition]:
    """Those at the margin, and within a class those that are indented once. Each goes on to where the next begins."""
    found: list[tuple[int, str, int]] = []
    inner: str | None = None  # the indentation within the class that is open
    holder = False
    for at, line in enumerate(lines):
        indent = line[: len(line) - len(line.lstrip())]
        if not indent:
            if name := _defined(line):
                found.append((_first(lines, at), name, 1))
                holder, inner = bool(_HOLDER.match(line)), None
        elif holder and line.strip():
            inner = indent if inner is None else inner
            if indent == inner and (name := _defined(line.strip(), within=True)):
                found.append((_first(lines, at), name, 2))
    return list(_until_next(found, len(lines)))


def _defined(line: str, within: bool = False) -> str:
    if len(line) > _LONGEST or line.partition(" ")[0] in _NO_NAMES:
        return ""
    matches = (pattern.match(line) for pattern in ((*_PATTERNS, _METHOD) if within else _PATTERNS))
    names = (match["name"].strip('"`:') for match in matches if match)
    return next((name for name in names if name not in _NO_NAMES), "")


def _first(lines: Sequence[str], at: int) -> int:
    """A definition begins with the comment above it."""
    while at > 0 and _ABOVE.match(lines[at - 1]):
        at -= 1
    return at


def _until_next(found: Sequence[tuple[int, str, int]], count: int) -> Iterator[Definition]:
    starts = [start for start, _, _ in found] + [count]
    for (start, name, level), following in zip(found, starts[1:], strict=True):
        if following > start:
            yield Definition(name, start + 1, following, level)
