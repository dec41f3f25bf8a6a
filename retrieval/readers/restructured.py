"""reStructuredText: headings by their underline, lists, fields, tables, code; a directive is reduced to its content."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from retrieval.nouns import Document
from retrieval.readers import rsttables
from retrieval.readers.canvas import Canvas
from retrieval.readers.decode import decode
from retrieval.readers.facts import Facts, finish
from retrieval.readers.rstinline import plain
from retrieval.readers.source import Source
from retrieval.readers.table import lay_out, write_table

_ADORNMENT = re.compile(r"([!-/:-@\[-`{-~])\1{2,}\s*$")
_DIRECTIVE = re.compile(r"\.\. (?:\|[^|]+\| )?([\w:+.-]+)::(?: (.*))?$")
_REPLACED = re.compile(r"\.\. \|([^|]+)\| replace:: (.*)$")
_NOTE = re.compile(r"\.\. \[([^\]]+)\] ?")
_FIELD = re.compile(r":(?! )([^:]+(?::\S[^:]*)*?):(?:\s+(.*)|$)")
_BULLET = re.compile(r"([-*+•‣⁃])(?:\s+|$)")
_NUMBER = re.compile(r"(\(?(?:\d{1,4}|#|[A-Za-z]|[ivxlcIVXLC]{2,7})[.)])\s+(?=\S)")
_LINE = re.compile(r"\|(?: |$)")
_DROPPED = frozenset((
    "image", "contents", "toctree", "include", "literalinclude", "raw", "index", "meta", "highlight", "role",
    "default-role", "sectnum", "target-notes", "header", "footer", "tabularcolumns", "currentmodule", "module",
    "automodule", "autoclass", "autofunction", "unicode", "replace", "date", "graphviz", "digraph",
))  # fmt: skip
_CODE = frozenset((
    "code", "code-block", "sourcecode", "parsed-literal", "math", "doctest", "testcode", "testoutput", "prompt",
    "productionlist", "literal",
))  # fmt: skip
_FACTS = ("date", "version", "revision", "language")
_DEEPEST = 12

Lines = Sequence[str]


@dataclass
class _Page:
    canvas: Canvas = field(default_factory=Canvas)
    styles: list[str] = field(default_factory=list)  # of headings, in the order in which they appear
    replaced: dict[str, str] = field(default_factory=dict)
    facts: dict[str, str] = field(default_factory=dict)
    numbers: dict[int, int] = field(default_factory=dict)  # depth: of the last item

    def plain(self, text: str) -> str:
        return plain(text, self.replaced)


def read(source: Source) -> Document:
    lines = [line.expandtabs(8).rstrip() for line in decode(source).replace("\r\n", "\n").split("\n")]
    page = _Page(replaced={match[1]: match[2] for line in lines if (match := _REPLACED.match(line))})
    _blocks(page, lines, 0)
    said = page.facts
    stated = Facts(None, said.get("date"), said.get("version") or said.get("revision"), said.get("language"))
    return finish(source, page.canvas, "rst", stated)


def _blocks(page: _Page, lines: Lines, depth: int) -> None:
    """Every reader of a block says at which line it ends; one that ends where it began passed."""
    readers = _READERS if depth < _DEEPEST else (_blank, _paragraph)
    at = 0
    while at < len(lines):
        at = next(end for read_block in readers if (end := read_block(page, lines, at, depth)) > at)


def _blank(page: _Page, lines: Lines, at: int, depth: int) -> int:
    return at if lines[at] else at + 1


def _heading(page: _Page, lines: Lines, at: int, depth: int) -> int:
    """With a line below it, or one above and below; each way is a level of its own."""
    over = _ADORNMENT.match(lines[at])
    title = at + 1 if over else at
    under = _ADORNMENT.match(lines[title + 1]) if title + 1 < len(lines) and lines[title] else None
    if not under or (over and over[1] != under[1]) or (not over and lines[title].startswith(" ")):
        return at
    if len(under[0]) < min(len(lines[title].strip()), 4):
        return at
    style = under[1] * (2 if over else 1)
    if style not in page.styles:
        page.styles.append(style)
    page.canvas.heading(page.plain(lines[title]), page.styles.index(style) + 1)
    return title + 2


def _transition(page: _Page, lines: Lines, at: int, depth: int) -> int:
    alone = at + 1 == len(lines) or not lines[at + 1]
    return at + 1 if alone and len(lines[at]) > 3 and _ADORNMENT.match(lines[at]) else at


def _explicit(page: _Page, lines: Lines, at: int, depth: int) -> int:
    """Footnotes and directives; comments and the targets of links are for the author alone."""
    if not lines[at].startswith("..") or lines[at][2:3] not in ("", " "):
        return at
    end = _indented_end(lines, at + 1)
    if match := _NOTE.match(lines[at]):
        _blocks(page, [lines[at][match.end() :], *_dedent(lines[at + 1 : end])], depth + 1)
    elif match := _DIRECTIVE.match(lines[at]):
        _directive(page, match[1].lower(), match[2] or "", _dedent(lines[at + 1 : end]), depth)
    return end


def _directive(page: _Page, name: str, argument: str, body: Lines, depth: int) -> None:
    options, content = _options(body)
    if name in _DROPPED:
        return
    if name in _CODE:
        page.canvas.add("code", "\n".join([argument, *content] if name in ("math", "literal") else content))
    elif name in ("list-table", "csv-table"):
        page.canvas.add("paragraph", page.plain(argument))
        rows = rsttables.list_table if name == "list-table" else rsttables.csv_table
        _table(page, rows(content, options))
    else:
        page.canvas.add("paragraph", page.plain(argument) if name != "figure" else "")
        _blocks(page, content, depth + 1)


def _options(body: Lines) -> tuple[Mapping[str, str], Lines]:
    at = 0
    options: dict[str, str] = {}
    while at < len(body) and (match := _FIELD.match(body[at])):
        options[match[1]] = match[2] or ""
        at += 1
    return options, body[at:]


def _field(page: _Page, lines: Lines, at: int, depth: int) -> int:
    match = _FIELD.match(lines[at])
    if not match:
        return at
    end = _indented_end(lines, at + 1)
    inner = [match[2] or "", *_dedent(lines[at + 1 : end])]
    text = page.plain(_lead(inner))
    if match[1].lower() in _FACTS:
        page.facts.setdefault(match[1].lower(), text)
    page.canvas.add("item", f"{page.plain(match[1])}: {text}" if text else "")
    _rest(page, inner, depth)
    return end


def _item(page: _Page, lines: Lines, at: int, depth: int) -> int:
    """One item and what it contains; its first paragraph is the item, the rest are blocks of their own."""
    bullet, number = _BULLET.match(lines[at]), _NUMBER.match(lines[at])
    match = bullet or number
    if match is None:
        return at
    end = _indented_end(lines, at + 1, least=match.end() if bullet else 2)
    if not bullet and end == at + 1 and end < len(lines) and lines[end] and not _NUMBER.match(lines[end]):
        return at  # a paragraph that happens to begin with "A." or "5)"
    inner = [lines[at][match.end() :], *_outdent(lines[at + 1 : end], match.end())]
    label = _label(page, number[1], depth) if number and not bullet else ""
    page.canvas.add("item", label + page.plain(_lead(inner)) if _lead(inner) else "")
    _rest(page, inner, depth)
    return end


def _label(page: _Page, written: str, depth: int) -> str:
    """`#` counts on from the item before."""
    stated = re.search(r"\d+", written)
    page.numbers[depth] = int(stated[0]) if stated else page.numbers.get(depth, 0) + 1 if "#" in written else 0
    return written.replace("#", str(page.numbers[depth])) + " "


def _lead(lines: Lines) -> str:
    """The first paragraph."""
    return " ".join(line.strip() for line in lines[: _lead_end(lines)])


def _lead_end(lines: Lines) -> int:
    return next((n for n, line in enumerate(lines) if not line), len(lines)) if lines[0] else 1


def _rest(page: _Page, lines: Lines, depth: int) -> None:
    """What comes after the first paragraph; as it stands, where two colons announce it."""
    at = _lead_end(lines)
    if lines[at - 1].endswith("::"):
        at = _literal(page, lines, at)
    _blocks(page, lines[at:], depth + 1)


def _grid(page: _Page, lines: Lines, at: int, depth: int) -> int:
    if not rsttables.GRID.match(lines[at]):
        return at
    end = at
    while end < len(lines) and lines[end][:1] in ("+", "|"):
        end += 1
    _table(page, rsttables.grid_table(lines[at:end]))
    return end


def _simple(page: _Page, lines: Lines, at: int, depth: int) -> int:
    """It ends with a border that an empty line follows."""
    if not rsttables.SIMPLE.match(lines[at]):
        return at
    borders = (n for n in range(at + 1, len(lines)) if rsttables.SIMPLE.match(lines[n]))
    end = next((n + 1 for n in borders if n + 1 == len(lines) or not lines[n + 1]), len(lines))
    _table(page, rsttables.simple_table(lines[at:end]))
    return end


def _table(page: _Page, rows: rsttables.Rows) -> None:
    headless = not any(cell.heads for row in rows for cell in row)
    plain_rows = [[replace(cell, text=page.plain(cell.text)) for cell in row] for row in rows]
    write_table(page.canvas, lay_out(plain_rows), headless=headless)


def _doctest(page: _Page, lines: Lines, at: int, depth: int) -> int:
    if not lines[at].startswith(">>> "):
        return at
    end = _paragraph_end(lines, at)
    page.canvas.add("code", "\n".join(lines[at:end]))
    return end


def _line_block(page: _Page, lines: Lines, at: int, depth: int) -> int:
    end = at
    while end < len(lines) and (_LINE.match(lines[end]) or (end > at and lines[end].startswith(" "))):
        end += 1
    if end > at:
        page.canvas.add("paragraph", page.plain(" ".join(_LINE.sub("", line).strip() for line in lines[at:end])))
    return end


def _quote(page: _Page, lines: Lines, at: int, depth: int) -> int:
    end = _indented_end(lines, at)
    if end > at:
        _blocks(page, _dedent(lines[at:end]), depth + 1)
    return end


def _definition(page: _Page, lines: Lines, at: int, depth: int) -> int:
    """A term, and right below it, indented, what it means."""
    if at + 1 >= len(lines) or not lines[at + 1].startswith(" ") or lines[at].startswith(" "):
        return at
    end = _indented_end(lines, at + 1)
    inner = _dedent(lines[at + 1 : end])
    page.canvas.add("item", page.plain(f"{lines[at].removesuffix(':')}: {_lead(inner)}"))
    _rest(page, inner, depth)
    return end


def _paragraph(page: _Page, lines: Lines, at: int, depth: int) -> int:
    page.numbers.pop(depth, None)
    end = _paragraph_end(lines, at)
    text = " ".join(line.strip() for line in lines[at:end])
    literal = text.endswith("::")
    page.canvas.add("paragraph", page.plain(text) if text.strip(":") else "")
    return _literal(page, lines, end) if literal else end


def _literal(page: _Page, lines: Lines, at: int) -> int:
    """The indented lines that two colons announced."""
    end = _indented_end(lines, at)
    page.canvas.add("code", "\n".join(_dedent(lines[at:end])))
    return end


def _paragraph_end(lines: Lines, at: int) -> int:
    return next((n for n in range(at + 1, len(lines)) if not lines[n]), len(lines))


def _indented_end(lines: Lines, at: int, least: int = 1) -> int:
    """Up to the last line that is indented; empty ones between belong to it."""
    end = at
    for number in range(at, len(lines)):
        if lines[number] and not lines[number].startswith(" " * least):
            break
        end = number + 1 if lines[number] else end
    return end


def _outdent(lines: Lines, width: int) -> list[str]:
    return [line[min(width, len(line) - len(line.lstrip())) :] for line in lines]


def _dedent(lines: Lines) -> list[str]:
    return textwrap.dedent("\n".join(lines)).split("\n") if lines else []


_READERS: tuple[Callable[[_Page, Lines, int, int], int], ...] = (
    *(_blank, _heading, _transition, _explicit, _field, _grid, _simple, _item, _doctest, _line_block, _quote),
    *(_definition, _paragraph),
)
