"""OpenDocument texts (.odt) and presentations (.odp): headings, paragraphs, lists, tables, in the order of the body."""

from __future__ import annotations

from collections.abc import Iterable
from xml.etree.ElementTree import Element

from retrieval.nouns import Document
from retrieval.readers.canvas import Canvas, tidy
from retrieval.readers.facts import Facts, finish, readable
from retrieval.readers.odfxml import OpenDocument, Styles, cell_words, inside, rows_of, span, words
from retrieval.readers.source import Source
from retrieval.readers.table import Cell, lay_out, write_table
from retrieval.readers.xmltree import children

_LEFT_OUT = frozenset((
    "text:tracked-changes", "text:table-of-content", "text:illustration-index", "text:table-index",
    "text:object-index", "text:user-index", "text:alphabetical-index", "text:bibliography", "office:annotation",
    "office:forms", "presentation:notes", "table:shapes", "svg:title", "svg:desc",
))  # fmt: skip
_FURNITURE = ("date-time", "footer", "header", "page-number")


def read(source: Source) -> Document:
    file = OpenDocument(source, "text")
    writer = _Writer(file.styles)
    writer.write(file.body)
    stated = Facts(writer.title or file.facts.title)
    return finish(source, writer.canvas, "odt", stated, file.facts)


def read_slides(source: Source) -> Document:
    """A slide is a page: its title, what stands on it, its notes. Hidden ones are left out."""
    file = OpenDocument(source, "presentation")
    canvas = Canvas()
    title = None
    for number, page in enumerate(children(file.body, "draw:page"), start=1):
        hidden = file.styles.says(page.get("draw:style-name"), "drawing-page", "presentation:visibility") == "hidden"
        if not hidden:
            heading = _write_slide(canvas, file.styles, page, number)
            title = title or (heading if number == 1 else None)
    stated = Facts(title or file.facts.title or readable(source.path.stem, source.id), language=file.facts.language)
    return finish(source, canvas, "odp", stated, file.facts)


def _write_slide(canvas: Canvas, styles: Styles, page: Element, number: int) -> str:
    slide = _Writer(styles, number)
    slide.write(page)
    for notes in children(page, "presentation:notes"):
        slide.write(notes)
    title = " ".join(words(text) for frame in page if _class(frame) == "title" for text in frame.iter("text:p"))
    if tidy(title) or slide.canvas.blocks:
        canvas.heading(tidy(title) or f"Slide {number}", 1 if number == 1 else 2, number)
        canvas.pour(slide.canvas)
    return tidy(title)


def _class(frame: Element) -> str:
    return frame.get("presentation:class", "")


class _Writer:
    def __init__(self, styles: Styles, page: int | None = None) -> None:
        self.canvas = Canvas()
        self.title: str | None = None
        self._styles = styles
        self._page = page
        self._counts: dict[tuple[str, int], int] = {}  # of a list style and level: the last number

    def write(self, elements: Iterable[Element]) -> None:
        for element in elements:
            if element.tag == "text:h":
                self.canvas.heading(words(element), span(element, "text:outline-level"), self._page)
            elif element.tag == "text:p":
                self._paragraph(element)
            elif element.tag == "text:list":
                self.canvas.apart()
                self._list(element, element.get("text:style-name", ""), 1)
                self.canvas.apart()
            elif element.tag == "table:table":
                self._table(element)
            elif element.tag not in _LEFT_OUT and _class(element) not in (*_FURNITURE, "title"):
                self.write(element)
            self._beside(element)

    def _paragraph(self, element: Element, label: str | None = None) -> None:
        text = tidy(words(element))
        if label is not None:
            self.canvas.add("item", label + text if text else "", page=self._page)
        elif text and self._styles.is_title(element.get("text:style-name")):
            self.title = self.title or text
            self.canvas.heading(text, 1, self._page)
        else:
            self.canvas.add("paragraph", text, page=self._page)

    def _beside(self, element: Element) -> None:
        """Footnotes, and boxes of text that a paragraph holds."""
        if element.tag in ("text:p", "text:h"):
            for found in inside(element, ("text:note-body", "draw:text-box")):
                self.write(found)

    def _list(self, element: Element, style: str, level: int) -> None:
        if element.get("text:continue-numbering") != "true" and not element.get("text:continue-list"):
            self._counts.pop((style, level), None)
        for item in element:
            if item.tag in ("text:list-item", "text:list-header"):
                self._item(item, style, level)

    def _item(self, item: Element, style: str, level: int) -> None:
        stated = item.get("text:start-value", "")
        number = int(stated) if stated.isdecimal() else self._counts.get((style, level), 0) + 1
        label: str | None = ""
        for child in item:
            if child.tag == "text:list":
                self._list(child, child.get("text:style-name") or style, level + 1)
            elif child.tag == "text:p" and label is not None and item.tag == "text:list-item":
                self._paragraph(child, self._styles.label(style, level, number))
                self._counts[style, level] = number
                self._beside(child)
                label = None
            else:
                self.write([child])

    def _table(self, table: Element) -> None:
        rows = [_cells(row, heads) for row, heads in rows_of(table)]
        if all(len(row) < 2 for row in rows):  # a frame around text
            for cell in (cell for row, _ in rows_of(table) for cell in children(row, "table:table-cell")):
                self.write(cell)
            return
        write_table(self.canvas, lay_out(rows), self._page)


def _cells(row: Element, heads: bool) -> list[Cell]:
    cells = []
    for cell in children(row, "table:table-cell"):
        across, down = span(cell, "table:number-columns-spanned"), span(cell, "table:number-rows-spanned")
        cells += [Cell(cell_words(cell), heads, across, down)] * min(span(cell, "table:number-columns-repeated"), 500)
    return cells
