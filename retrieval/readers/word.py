"""Word files (.docx): headings, paragraphs, numbered and bulleted lists, tables, in the order of the body."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from retrieval.errors import ReadError
from retrieval.nouns import Document
from retrieval.readers.canvas import Canvas, tidy
from retrieval.readers.facts import Facts, finish, sensible_title
from retrieval.readers.package import Package, damaged
from retrieval.readers.source import Source
from retrieval.readers.table import Cell, lay_out, write_table
from retrieval.readers.wordxml import Numbers, Styles, W, find, paragraph_text, value

if TYPE_CHECKING:
    from docx.document import Document as WordDocument

_TEMPLATE_YEAR = 2013  # python-docx stamps what it makes with the date of its template


def read(source: Source) -> Document:
    try:
        Package(source).check_xml()
        word = _open(source)
        writer = _Writer(word)
        writer.write(word.element.body)
        facts = _properties(word)
    except ReadError:
        raise
    except Exception as problem:  # a damaged part fails anywhere in zipfile, python-docx or lxml
        raise damaged(source, problem) from problem
    stated = Facts(title=writer.title or facts.title)
    return finish(source, writer.canvas, "docx", stated, facts)


def _open(source: Source) -> WordDocument:
    from docx import Document as open_word

    return open_word(io.BytesIO(source.data))


def _properties(word: WordDocument) -> Facts:
    core = word.core_properties
    stamp = core.modified or core.created
    date = stamp.date().isoformat() if stamp and stamp.year != _TEMPLATE_YEAR else None
    default = word.styles.element.find(f".//{W}docDefaults//{W}lang")
    language = core.language or (default.get(f"{W}val") if default is not None else None)
    return Facts(sensible_title(core.title), date, tidy(core.version) or None, language)


class _Writer:
    """Walks the body; remembers the title and counts the numbered lists."""

    def __init__(self, word: WordDocument) -> None:
        self.canvas = Canvas()
        self.title: str | None = None
        self._styles = Styles(word.styles.element)
        self._numbers = Numbers(_numbering_root(word))
        self._list: str | None = None

    def write(self, body: Any) -> None:
        for element in body:
            if element.tag == f"{W}p":
                self._paragraph(element)
            elif element.tag == f"{W}tbl":
                self._table(element)
            elif element.tag == f"{W}sdt" and not _is_contents(element):
                self.write(element.iterchildren(f"{W}sdtContent"))
            elif element.tag in (f"{W}sdtContent", f"{W}customXml", f"{W}ins", f"{W}moveTo"):
                self.write(element)

    def _paragraph(self, paragraph: Any) -> None:
        text = tidy(paragraph_text(paragraph))
        if text and not _is_contents_line(self._styles, paragraph):
            self._write_text(paragraph, text)
        for box in paragraph.iter(f"{W}txbxContent"):
            if not any(above.tag.endswith("}Fallback") for above in box.iterancestors()):
                self.write(box)

    def _write_text(self, paragraph: Any, text: str) -> None:
        numbering = self._styles.numbering(paragraph)
        label = self._numbers.next_label(*numbering) if numbering else ""
        numbered = f"{label} {text}" if label else text
        level = self._styles.level(paragraph)
        if self._styles.is_title(paragraph):
            self.title = self.title or text
            self.canvas.heading(text, 1)
        elif level:
            self.canvas.heading(numbered, level)
        elif numbering:
            if numbering[0] != self._list:
                self.canvas.apart()
            self.canvas.add("item", numbered)
        else:
            self.canvas.add("paragraph", text)
        self._list = numbering[0] if numbering else None

    def _table(self, table: Any) -> None:
        rows = [_cells(row) for row in table.iter(f"{W}tr") if _table_of(row) is table]
        if all(len(row) < 2 for row in rows):  # a frame around text
            for cell in table.iter(f"{W}tc"):
                if _table_of(cell) is table:
                    self.write(cell)
            return
        write_table(self.canvas, lay_out(_merged_down(rows)), headless=not _has_header(table))


def _numbering_root(word: WordDocument) -> Any:
    parts = (rel for rel in word.part.rels.values() if rel.reltype.endswith("/numbering") and not rel.is_external)
    return next((rel.target_part.element for rel in parts), None)


def _is_contents(control: Any) -> bool:
    gallery = value(control, "sdtPr/docPartObj/docPartGallery")
    return gallery is not None and "Contents" in gallery


def _is_contents_line(styles: Styles, paragraph: Any) -> bool:
    names = ((value(style, "name") or "").lower() for style in styles.chain(paragraph))
    return any(name.startswith("toc ") for name in names)


def _table_of(element: Any) -> Any:
    return next((above for above in element.iterancestors() if above.tag == f"{W}tbl"), None)


def _has_header(table: Any) -> bool:
    look = find(table, "tblPr/tblLook")
    return look is None or look.get(f"{W}firstRow") not in ("0", "false")


CONTINUED = "\x00"  # stands for the cell above it; a Word file cannot hold this sign


def _cells(row: Any) -> list[Cell]:
    heads = find(row, "trPr/tblHeader") is not None
    cells = []
    for cell in row.iter(f"{W}tc"):
        if _row_of(cell) is not row:
            continue
        merge = find(cell, "tcPr/vMerge")
        below = merge is not None and merge.get(f"{W}val") != "restart"
        text = " ".join(paragraph_text(p) for p in cell.iter(f"{W}p"))
        across = value(cell, "tcPr/gridSpan") or "1"
        width = int(across) if across.isdecimal() and len(across) < 4 else 1
        cells.append(Cell(CONTINUED if below else tidy(text), heads, width))
    return cells


def _row_of(element: Any) -> Any:
    return next((above for above in element.iterancestors() if above.tag == f"{W}tr"), None)


def _merged_down(rows: list[list[Cell]]) -> list[list[Cell]]:
    """Cells that go on from the row above get its text."""
    above: dict[int, str] = {}
    merged = []
    for row in rows:
        column, line = 0, []
        for cell in row:
            text = above.get(column, "") if cell.text == CONTINUED else cell.text
            line.append(Cell(text, cell.heads, cell.across))
            above[column] = text
            column += cell.across
        merged.append(line)
    return merged
