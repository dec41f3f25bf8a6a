"""OpenDocument spreadsheets (.ods): every visible sheet under its name, each cell as the file says that it is shown."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from retrieval.errors import ReadError
from retrieval.readers.canvas import Canvas
from retrieval.readers.facts import Facts, finish, readable
from retrieval.readers.odfxml import OpenDocument, Styles, cell_words, rows_of, span
from retrieval.readers.sheets import MAX_CELLS, MAX_COLUMNS, Entry, Row, SheetWriter
from retrieval.readers.source import Reading, Source
from retrieval.readers.xmltree import children

_CELLS = ("table:table-cell", "table:covered-table-cell")
_VALUES = frozenset(("float", "percentage", "currency", "date", "time", "boolean"))


def read(source: Source) -> Reading:
    file = OpenDocument(source, "spreadsheet")
    canvas = Canvas()
    problems: list[ReadError] = []
    left = MAX_CELLS
    for table in children(file.body, "table:table"):
        if file.styles.says(table.get("table:style-name"), "table", "table:display") == "false":
            continue
        rows = list(_rows(source, table, file.styles, left))
        left -= sum(len(row) for _, row in rows)
        problems += _write_sheet(source, canvas, table.get("table:name", ""), rows)
    stated = Facts(file.facts.title or readable(source.path.stem, source.id), language=file.facts.language)
    return [finish(source, canvas, "ods", stated, file.facts)], problems


def _write_sheet(source: Source, canvas: Canvas, name: str, rows: list[tuple[int, Row]]) -> list[ReadError]:
    if rows:
        canvas.heading(name, 1)
    place = f'{source.id}, sheet "{name}"'
    return [
        ReadError(f"{place}: the table at row {row} has more than {MAX_COLUMNS} columns, the limit.", "Split it.")
        for row in SheetWriter(canvas).write(rows)
    ]


def _rows(source: Source, table: Element, styles: Styles, left: int) -> Iterator[tuple[int, Row]]:
    """Those with anything in them. Repeated ones are written once and count: an empty one costs nothing."""
    number = 1
    for element, _ in rows_of(table):
        times = span(element, "table:number-rows-repeated")
        row = dict(_entries(element, styles))
        left -= len(row) * times
        if left < 0:
            problem = f"{source.id} has more than {MAX_CELLS:,} cells, the limit."
            raise ReadError(problem, "Split it into smaller files, or save the sheets that matter as CSV.")
        if row:
            yield from ((number + time, row) for time in range(times))
        number += times


def _entries(row: Element, styles: Styles) -> Iterator[tuple[int, Entry]]:
    column = 1
    for cell in (child for child in row if child.tag in _CELLS):
        times = span(cell, "table:number-columns-repeated")
        text = cell_words(cell) if cell.tag == _CELLS[0] else ""
        if text:
            across, down = span(cell, "table:number-columns-spanned"), span(cell, "table:number-rows-spanned")
            bold = styles.says(cell.get("table:style-name"), "text", "fo:font-weight") == "bold"
            entry = Entry(text, _is_value(cell), bold, across, down)
            yield from ((column + time, entry) for time in range(times))
        column += times


def _is_value(cell: Element) -> bool:
    return cell.get("office:value-type") in _VALUES
