"""Plain text: headings by their looks, bullets, paragraphs set apart by empty lines."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby

from retrieval.nouns import Document
from retrieval.readers.canvas import Canvas, clean
from retrieval.readers.contents import Chunk, heading_key, without_list_of_headings
from retrieval.readers.decode import decode
from retrieval.readers.facts import Facts, finish
from retrieval.readers.source import Source

_UNDERLINE = re.compile(r"\s*(={3,}|-{3,}|~{3,}|\*{3,}|_{3,}|\^{3,})\s*$")
_NUMBERED = re.compile(
    r"(?:(?:chapter|section|part|appendix)\s+\w{1,4}\.?|(\d{1,3}(?:\.\d{1,3})*)\.?|[A-Z]\.\d[\d.]*)\s+\S",
    re.I,
)
_BULLET = re.compile(r"(\s*)(?:([-*+•‣◦▪–]|·)|(\(?(?:\d{1,3}|[a-z])[.)]))\s+(?=\S)")
_OPEN_END = re.compile(r"[.;:,]\s*$")
_LONGEST_HEADING = 90
_WRAP = 120  # no one wraps lines by hand that wide: a longer line is a paragraph of its own


def read(source: Source) -> Document:
    canvas = Canvas()
    write_text(canvas, decode(source))
    return finish(source, canvas, "text", Facts())


def write_text(canvas: Canvas, text: str, titled: bool = True) -> None:
    """`titled`: the first line may be the title; a letter begins with a greeting instead."""
    chunks, listed = without_list_of_headings(list(_chunks(text)))
    width = max((len(line) for chunk in chunks for line in chunk if len(line) <= _WRAP), default=_WRAP)
    for number, chunk in enumerate(chunks):
        following = chunks[number + 1] if number + 1 < len(chunks) else []
        is_listed = heading_key(chunk) in listed
        level = _heading_level(chunk, following, first=titled and number == 0) or (
            is_listed and _level_of_number(chunk)
        )
        if level:
            canvas.heading(" ".join(chunk), level)
        else:
            _write_body(canvas, chunk, width)


def _chunks(text: str) -> Iterator[Chunk]:
    """Lines between empty lines; an underlined heading ends its chunk."""
    lines = clean(text.replace("\f", "\n\n")).expandtabs(8).split("\n")
    for filled, group in groupby(lines, key=lambda line: bool(line.strip())):
        if filled:
            yield from _at_underlines(list(group))


def _at_underlines(lines: Chunk) -> Iterator[Chunk]:
    start = 0
    for at, line in enumerate(lines):
        if not _UNDERLINE.match(line):
            continue
        if at > start and _underlines(lines[at - 1], line):
            yield from filter(None, (lines[start : at - 1], [lines[at - 1], line]))
        elif at > start:
            yield lines[start:at]
        start = at + 1
    if start < len(lines):
        yield lines[start:]


def _underlines(title: str, line: str) -> bool:
    width = len(title.strip())
    return width <= _LONGEST_HEADING and len(line.strip()) >= min(width, 4) and not _BULLET.match(title)


def _heading_level(chunk: Chunk, following: Chunk, first: bool) -> int:
    """0: no heading. An underline is taken off the chunk."""
    if len(chunk) == 2 and (line := _UNDERLINE.match(chunk[1])):
        del chunk[1]
        return max(_level_of_number(chunk), 1 if line[1][0] in "=*" else 2)
    title = " ".join(line.strip() for line in chunk)
    if len(title) > _LONGEST_HEADING * (2 if _NUMBERED.match(title) else 1) or _OPEN_END.search(title):
        return 0
    if numbered := _NUMBERED.match(title):
        return _numbered_level(title, numbered, chunk, following)
    if len(chunk) > 1 or _BULLET.match(chunk[0]):
        return 0
    return 1 if _is_capitals(title) or (first and following and len(title) <= 80) else 0


def _numbered_level(title: str, numbered: re.Match[str], chunk: Chunk, following: Chunk) -> int:
    number = numbered[1]
    if number is None:
        return 1
    steps = number.count(".") + 1
    is_sentence = title.endswith(("!", ".")) or (len(chunk) > 1 and steps == 1)
    in_list = steps == 1 and any(_BULLET.match(line) and line[:1].isdigit() for line in following[:1])
    is_value = not re.match(r"[\d.]+\s+[^\W\d_]", title) or title.lstrip("0123456789. ")[:1].islower()
    return 0 if is_sentence or in_list or is_value or chunk[0][0] == " " else steps


def _level_of_number(chunk: Chunk) -> int:
    numbered = _NUMBERED.match(chunk[0].strip())
    return numbered[1].count(".") + 1 if numbered and numbered[1] else 1


def _is_capitals(title: str) -> bool:
    letters = [c for c in title if c.isalpha()]
    return len(letters) >= 3 and len(title) <= 60 and all(c.isupper() for c in letters) and ":" not in title


def _write_body(canvas: Canvas, chunk: Chunk, width: int) -> None:
    """Paragraphs and items: a bullet begins an item, and so does a line that no hand wrapped."""
    unwrapped = any(len(line) > _WRAP for line in chunk)
    part: Chunk = []
    for line in chunk:
        if part and (unwrapped or _starts_item(line, part, width)):
            _write_part(canvas, part)
            part = []
        part.append(line)
    _write_part(canvas, part)


def _starts_item(line: str, part: Chunk, width: int) -> bool:
    """A wrapped line that happens to begin with a dash or "24." is below a full one, and indented like it."""
    bullet = _BULLET.match(line)
    if not bullet:
        return False
    first = _BULLET.match(part[0])
    led = part[-1].rstrip().endswith(":") or len(part[-1]) < 0.75 * width
    return first is not None or led or len(bullet[1]) > _indent(part[0])


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _write_part(canvas: Canvas, lines: Chunk) -> None:
    text = " ".join(line.strip() for line in lines)
    bullet = _BULLET.match(text)
    if bullet:
        number = f"{bullet[3]} " if bullet[3] else ""
        canvas.add("item", number + text[bullet.end() :])
    else:
        canvas.add("paragraph", text)
