"""HTML: what a visitor comes for, without navigation, forms, scripts and what is hidden."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from retrieval.errors import ReadError
from retrieval.nouns import Document
from retrieval.readers.canvas import Canvas, tidy
from retrieval.readers.decode import decode
from retrieval.readers.dom import BLOCKS, HEADING, is_dropped, text_of, walk
from retrieval.readers.facts import Facts, finish
from retrieval.readers.source import Source
from retrieval.readers.table import Cell, lay_out, write_table

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser, LexborNode

_CLOSED_TAG = re.compile(
    r"<(/?)(?!(?:area|base|br|col|colgroup|dd|dt|hr|img|input|li|link|meta|optgroup|option|p|param|rp|rt|source"
    r"|tbody|td|tfoot|th|thead|tr|track|wbr)\b)[a-z]",
    re.I,
)
_MOST_OPEN = 20_000
_NUMBER = re.compile(r"\d+\. $")
_META_NAMES = ("name", "property", "http-equiv")
_LANGUAGE_NAMES = ("language", "content-language", "dc.language", "og:locale")
_DATE_NAMES = (
    "date", "dcterms.modified", "dcterms.date", "dc.date", "last-modified", "article:modified_time",
    "article:published_time", "revised",
)  # fmt: skip


def read(source: Source) -> Document:
    canvas = Canvas()
    tree = write_page(source, canvas, decode(source))
    return finish(source, canvas, "html", _facts(tree, canvas))


def write_page(source: Source, canvas: Canvas, page: str) -> LexborHTMLParser:
    """What a page shows, written on a canvas that is still empty; its tree comes back."""
    from selectolax.lexbor import LexborHTMLParser

    text = page.replace("\x00", "")
    _check_nesting(source, text)
    tree = LexborHTMLParser(text)
    for root in _roots(tree):
        writer = _Writer(canvas)
        walk(root, writer.enter, writer.leave)
        if canvas.blocks:
            break
    return tree


def _check_nesting(source: Source, text: str) -> None:
    """Every element left open makes the parser slower for those after it."""
    tags = Counter(bool(match[1]) for match in _CLOSED_TAG.finditer(text))
    if tags[False] - tags[True] > _MOST_OPEN:
        problem = f"{source.id} leaves {tags[False] - tags[True]:,} elements open; the limit is {_MOST_OPEN:,}."
        raise ReadError(problem, "Close them, or save the page as text.")


def _roots(tree: LexborHTMLParser) -> list[LexborNode]:
    """Where the content may be, the most telling place first."""
    articles = tree.css("article")
    marked = tree.css("main")[:1] or tree.css("[role=main]")[:1] or (articles if len(articles) == 1 else [])
    return [node for node in (*marked, tree.body, tree.root) if node is not None]


def _facts(tree: LexborHTMLParser, canvas: Canvas) -> Facts:
    metas: dict[str, str] = {}
    for node in tree.css("meta[content]"):
        name = next((node.attributes[key] for key in _META_NAMES if node.attributes.get(key)), None) or ""
        metas.setdefault(name.lower(), node.attributes.get("content") or "")
    stamp = next((metas[name] for name in _DATE_NAMES if metas.get(name)), None)
    root = tree.css_first("html")
    language = (root.attributes.get("lang") or root.attributes.get("xml:lang")) if root else None
    language = language or next((metas[name] for name in _LANGUAGE_NAMES if metas.get(name)), None)
    return Facts(_title(tree, canvas), stamp, metas.get("version"), language)


def _title(tree: LexborHTMLParser, canvas: Canvas) -> str | None:
    """`<title>`, or the first heading where the title only adds the name of the site to it."""
    node = tree.css_first("head > title")
    stated = tidy(node.text()) if node else ""
    first = next((text for level, text in canvas.headings() if level == 1), "")
    return first if first and (first.casefold() in stated.casefold() or not stated) else stated


class _Writer:
    """Collects inline text until a block begins or ends, and remembers what that text is."""

    def __init__(self, canvas: Canvas) -> None:
        self._canvas = canvas
        self._inline: list[str] = []
        self._item: str | None = None  # an item is open, and its number or term
        self._terms: list[str] = []
        self._counters: list[int | None] = []  # of the lists around: next number, None for bullets

    def enter(self, node: LexborNode) -> bool:
        """Whether to go inside."""
        tag = node.tag or ""
        if tag == "-text":
            self._inline.append(node.text_content or "")
            return False
        if is_dropped(node):
            return False
        if tag in BLOCKS:
            self._flush()
        if tag == "pre" or (tag == "table" and not _is_layout(node)):
            self._write_term()
            self._write_whole(tag, node)
            return False
        self._open(tag, node)
        return True

    def _open(self, tag: str, node: LexborNode) -> None:
        if tag == "br":
            self._inline.append(" ")
        elif tag in ("ol", "ul"):
            self._canvas.apart()
            start = node.attributes.get("start") or "1"
            self._counters.append((int(start) if start.isdecimal() else 1) if tag == "ol" else None)
        elif tag == "li":
            self._write_term()
            self._item = self._number(node)
        elif tag == "dd":
            self._item = self._term()

    def leave(self, node: LexborNode) -> None:
        tag = node.tag or ""
        if tag not in BLOCKS or is_dropped(node):
            return
        if match := HEADING.match(tag):
            self._canvas.heading(self._take(), int(match[1]))
        elif tag == "dt":
            self._terms.append(self._take())
        self._flush()
        self._close(tag)

    def _close(self, tag: str) -> None:
        if tag in ("ol", "ul") and self._counters:
            self._counters.pop()
        elif tag == "dl" and self._terms:
            self._item = self._term()
        if tag in ("dd", "dl"):
            self._write_term()
        if tag in ("li", "dd", "dl"):
            self._item = None

    def _take(self) -> str:
        text = tidy("".join(self._inline))
        self._inline.clear()
        return text

    def _flush(self) -> None:
        text = self._take()
        if not text:
            return
        if self._item is None:
            self._canvas.add("paragraph", text)
        else:
            self._canvas.add("item", self._item + text)
            self._item = None

    def _number(self, node: LexborNode) -> str:
        if not self._counters or self._counters[-1] is None:
            return ""
        stated = node.attributes.get("value") or ""
        number = int(stated) if stated.isdecimal() and len(stated) < 9 else self._counters[-1]
        self._counters[-1] = number + 1
        return f"{number}. "

    def _term(self) -> str:
        terms = ", ".join(term for term in self._terms if term)
        self._terms.clear()
        return "" if not terms else f"{terms} " if terms[-1] in ".:?!" else f"{terms}: "

    def _write_term(self) -> None:
        """A term whose definition is a list, a table or nothing stands by itself."""
        if self._item and not _NUMBER.match(self._item):
            self._canvas.add("paragraph", self._item)
            self._item = None

    def _write_whole(self, tag: str, node: LexborNode) -> None:
        if tag == "pre":
            self._canvas.add("code", text_of(node, "\n"))
            return
        caption = node.css_first("caption")
        if caption is not None:
            self._canvas.add("paragraph", text_of(caption))
        rows = (_cells(row) for row in node.css("tr") if not is_dropped(row))
        write_table(self._canvas, lay_out([row for row in rows if row]))


def _is_layout(table: LexborNode) -> bool:
    """Tables that hold tables or headings, or are one column wide, only put a page in order."""
    if table.attributes.get("role") == "presentation":
        return True
    inside = (node.tag for node in table.traverse() if node.mem_id != table.mem_id)
    if any(tag == "table" or HEADING.match(tag or "") for tag in inside):
        return True
    return all(len(_cells(row)) < 2 for row in table.css("tr"))


def _cells(row: LexborNode) -> list[Cell]:
    cells = []
    for node in row.iter():
        if node.tag in ("td", "th") and not is_dropped(node):
            across, down = (_span(node.attributes.get(name)) for name in ("colspan", "rowspan"))
            cells.append(Cell(tidy(text_of(node)), node.tag == "th", across, down))
    return cells


def _span(text: str | None) -> int:
    return min(int(text), 1000) if text and text.isdecimal() and len(text) < 6 else 1
