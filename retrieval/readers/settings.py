"""Settings (YAML, TOML, INI, properties): the text as it stands, comments and all, under the name of each section."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from retrieval.nouns import Document
from retrieval.readers.canvas import Canvas, clean
from retrieval.readers.decode import decode
from retrieval.readers.facts import Facts, finish
from retrieval.readers.source import Source

_TABLE = re.compile(r"\s*\[+\s*([^\[\]]+?)\s*\]+\s*(?:[#;].*)?$")
_KEY = re.compile(r"([\w\"'$][^\s:#]*(?: [^\s:#]+)*)\s*:(?:\s+[&!|>][^\s]*)*\s*(?:#.*)?$")
_LONGEST = 300  # characters of a line that names a section
_COMMENT = re.compile(r"\s*[#;]")


def read(source: Source) -> Document:
    lines = clean(decode(source)).split("\n")
    canvas = Canvas()
    is_yaml = source.path.suffix.lower() in (".yaml", ".yml")
    for name, part in _sections(lines, _KEY if is_yaml else _TABLE):
        if name and any(line.strip() for line in part):
            canvas.heading(name, 1)
        canvas.add("code", "\n".join(part))
    return finish(source, canvas, "settings", Facts(source.path.name))


def _sections(lines: Sequence[str], opening: re.Pattern[str]) -> Iterator[tuple[str, Sequence[str]]]:
    """Each from its name, and the comment above it, to the next; what stands before the first has none."""
    name, start = "", 0
    for at, line in enumerate(lines):
        match = opening.match(line) if len(line) <= _LONGEST else None
        if not match or not _holds_more(lines, at, opening):
            continue
        first = at
        while first > start and _COMMENT.match(lines[first - 1]):
            first -= 1
        yield name, lines[start:first]
        name, start = match[1].strip("\"'"), first
    yield name, lines[start:]


def _holds_more(lines: Sequence[str], at: int, opening: re.Pattern[str]) -> bool:
    """A key of YAML is a section where something is indented below it; a table of TOML always is one."""
    if opening is _TABLE:
        return True
    while at + 1 < len(lines) and (not lines[at + 1].strip() or _COMMENT.match(lines[at + 1])):
        at += 1
    return at + 1 < len(lines) and lines[at + 1][0] in " \t-"
