"""Markdown: headings, paragraphs, nested lists, pipe tables, code, quotes, front matter."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from retrieval.nouns import Document
from retrieval.readers.canvas import Canvas
from retrieval.readers.decode import decode
from retrieval.readers.facts import Facts, finish
from retrieval.readers.frontmatter import split_front_matter
from retrieval.readers.inline import plain
from retrieval.readers.source import Source

_ATX = re.compile(r" {0,3}(#{1,6})(?:[ \t]+(.*?))?(?:[ \t]+#+)?[ \t]*$")
_SETEXT = re.compile(r" {0,3}(=+|-+)[ \t]*$")
_RULE = re.compile(r" {0,3}([-*_])(?:[ \t]*\1){2,}[ \t]*$")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})(.*)$")
_ITEM = re.compile(r"( {0,3})([-*+]|\d{1,9}[.)])([ \t]+|$)")
_QUOTE = re.compile(r" {0,3}>[ \t]?")
_DIVIDER = re.compile(r"[ \t]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$")
_CELL_END = re.compile(r"(?<!\\)\|")
_DEFINITION = re.compile(r" {0,3}\[(?!\^)([^\[\]]+)\]:[ \t]*\S+")
_NOTE = re.compile(r" {0,3}\[\^[^\[\]\s]+\]:[ \t]*")
_DEEPEST = 12  # containers inside one another; what is nested deeper is read as text


@dataclass(frozen=True)
class _Page:
    canvas: Canvas
    references: frozenset[str]


def read(source: Source) -> Document:
    matter, body = split_front_matter(decode(source).replace("\r\n", "\n").replace("\r", "\n"))
    lines = [line.expandtabs(4) for line in body.split("\n")]
    names = (match[1] for line in lines if (match := _DEFINITION.match(line)))
    page = _Page(Canvas(), frozenset(" ".join(name.casefold().split()) for name in names))
    _blocks(page, lines, 0)
    stated = Facts(matter.title or _first_heading(page.canvas), matter.date, matter.version, matter.language)
    return finish(source, page.canvas, "markdown", stated, metadata=matter.rest)


def _first_heading(canvas: Canvas) -> str | None:
    top = next((text for level, text in canvas.headings() if level == 1), None)
    return top or next((text for _, text in canvas.headings()), None)


def _blocks(page: _Page, lines: list[str], depth: int) -> None:
    """Every reader of a block says at which line it ends; one that ends where it began passed."""
    readers = _READERS if depth < _DEEPEST else (_blank, _paragraph)
    at = 0
    while at < len(lines):
        at = next(end for read_block in readers if (end := read_block(page, lines, at, depth)) > at)


def _blank(page: _Page, lines: list[str], at: int, depth: int) -> int:
    return at if lines[at].strip() else at + 1


def _comment(page: _Page, lines: list[str], at: int, depth: int) -> int:
    if not lines[at].lstrip().startswith("<!--"):
        return at
    end = next((i for i in range(at, len(lines)) if "-->" in lines[i]), None)
    if end is None or lines[end].partition("-->")[2].strip():
        return at
    return end + 1


def _fence(page: _Page, lines: list[str], at: int, depth: int) -> int:
    opening = _FENCE.match(lines[at])
    if not opening or (opening[1][0] == "`" and "`" in opening[2]):
        return at
    closing = re.compile(rf" {{0,3}}{re.escape(opening[1])}{opening[1][0]}*[ \t]*$")
    end = next((i for i in range(at + 1, len(lines)) if closing.match(lines[i])), len(lines))
    page.canvas.add("code", "\n".join(lines[at + 1 : end]))
    return end + 1


def _indented(page: _Page, lines: list[str], at: int, depth: int) -> int:
    end = at
    while end < len(lines) and (lines[end].startswith("    ") or not lines[end].strip()):
        end += 1
    if end > at:
        page.canvas.add("code", "\n".join(line[4:] for line in lines[at:end]))
    return end


def _heading(page: _Page, lines: list[str], at: int, depth: int) -> int:
    match = _ATX.match(lines[at])
    if not match:
        return at
    page.canvas.heading(plain(match[2] or "", page.references), len(match[1]))
    return at + 1


def _rule(page: _Page, lines: list[str], at: int, depth: int) -> int:
    return at + 1 if _RULE.match(lines[at]) else at


def _definition(page: _Page, lines: list[str], at: int, depth: int) -> int:
    return at + 1 if _DEFINITION.match(lines[at]) else at


def _quote(page: _Page, lines: list[str], at: int, depth: int) -> int:
    end = at
    while end < len(lines) and _QUOTE.match(lines[end]):
        end += 1
    if end > at:
        _blocks(page, [_QUOTE.sub("", line, count=1) for line in lines[at:end]], depth + 1)
    return end


def _table(page: _Page, lines: list[str], at: int, depth: int) -> int:
    if not _starts_table(lines, at):
        return at
    header = _cells(lines[at])
    page.canvas.apart()
    end = at + 2
    while end < len(lines) and "|" in lines[end] and lines[end].strip():
        page.canvas.row(_plain(page, header), _plain(page, _cells(lines[end])))
        end += 1
    if end == at + 2:
        page.canvas.row((), _plain(page, header))
    return end


def _starts_table(lines: list[str], at: int) -> bool:
    if at + 1 >= len(lines) or "|" not in lines[at] or not _DIVIDER.match(lines[at + 1]):
        return False
    return len(_cells(lines[at])) == len(_cells(lines[at + 1]))


def _cells(line: str) -> list[str]:
    row = line.strip().removeprefix("|")
    row = row[:-1] if row.endswith("|") and not row.endswith("\\|") else row
    return [cell.strip().replace("\\|", "|") for cell in _CELL_END.split(row)]


def _plain(page: _Page, cells: list[str]) -> list[str]:
    return [plain(cell, page.references) for cell in cells]


def _list(page: _Page, lines: list[str], at: int, depth: int) -> int:
    """One item and what it contains; the first paragraph is the item, the rest are blocks of their own."""
    match = _ITEM.match(lines[at])
    if not match:
        return at
    end = _item_end(lines, at, len(match[1]) + len(match[2]) + 1)
    inner = [lines[at][match.end() :], *(_dedent(line, match.end()) for line in lines[at + 1 : end])]
    lead = next((i for i, line in enumerate(inner) if not line.strip() or _begins(inner, i)), len(inner))
    number = "" if match[2] in "-*+" else match[2] + " "
    page.canvas.add("item", number + plain(" ".join(inner[:lead]), page.references))
    _blocks(page, inner[lead:], depth + 1)
    return end


def _item_end(lines: list[str], at: int, indent: int) -> int:
    """Indented lines belong to the item, and so does a line that goes on with its paragraph."""
    end = at + 1
    while end < len(lines):
        line = lines[end]
        inside = len(line) - len(line.lstrip()) >= indent
        lazy = bool(lines[end - 1].strip()) and not _interrupts(lines, end)
        if line.strip() and not inside and not lazy:
            break
        if not line.strip() and not any(later.strip() for later in lines[end : end + 3]):
            break
        end += 1
    return end


def _dedent(line: str, width: int) -> str:
    return line[min(width, len(line) - len(line.lstrip())) :]


def _note(page: _Page, lines: list[str], at: int, depth: int) -> int:
    match = _NOTE.match(lines[at])
    if not match:
        return at
    page.canvas.add("paragraph", plain(lines[at][match.end() :], page.references))
    return at + 1


def _begins(lines: list[str], at: int) -> bool:
    return _interrupts(lines, at) or _starts_table(lines, at)


def _interrupts(lines: list[str], at: int) -> bool:
    line = lines[at]
    return any(pattern.match(line) for pattern in (_ATX, _RULE, _FENCE, _ITEM, _QUOTE, _NOTE))


def _paragraph(page: _Page, lines: list[str], at: int, depth: int) -> int:
    end = at + 1
    while end < len(lines) and lines[end].strip():
        underline = _SETEXT.match(lines[end])
        if underline:
            page.canvas.heading(_joined(page, lines[at:end]), 1 if underline[1][0] == "=" else 2)
            return end + 1
        if _begins(lines, end):
            break
        end += 1
    page.canvas.add("paragraph", _joined(page, lines[at:end]))
    return end


def _joined(page: _Page, lines: list[str]) -> str:
    return plain("\n".join(line.strip().removesuffix("\\") for line in lines), page.references)


_READERS: tuple[Callable[[_Page, list[str], int, int], int], ...] = (
    *(_blank, _comment, _fence, _indented, _heading, _rule, _definition, _note, _quote, _table, _list),
    _paragraph,
)
