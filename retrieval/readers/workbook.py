"""Workbooks (.xlsx): every visible sheet under its name, each cell as a person sees it.

A formula gives the value stored with it. Macros, links to other files and hidden sheets are left out.
"""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Iterator
from itertools import chain
from typing import TYPE_CHECKING, Any

from retrieval.errors import ReadError
from retrieval.readers.canvas import Canvas, tidy
from retrieval.readers.facts import Facts, finish, readable, sensible_title
from retrieval.readers.numerals import shown
from retrieval.readers.package import Package, damaged
from retrieval.readers.sheets import MAX_CELLS, MAX_COLUMNS, Entry, Row, SheetWriter
from retrieval.readers.source import Reading, Source

if TYPE_CHECKING:
    from openpyxl import Workbook

MAX_ROW = 2**20  # as in Excel
_CHUNK = 2**20
_MERGED = re.compile(rb"<(?:\w+:)?mergeCell\s+ref=\"([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})\"")
_UNKNOWN = re.compile(  # an empty text may be what a formula gave, an empty number not
    rb"<(?:\w+:)?c\b(?:(?!t=\"str\")[^<>])*>\s*<(?:\w+:)?f\b[^<>]*(?:/>|>[^<]*</(?:\w+:)?f>)\s*"
    rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v></(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
_LONGEST_MATCH = 20_000  # bytes that two chunks share, so that nothing is missed between them

Spans = dict[tuple[int, int], tuple[int, int]]  # row and column of a merged cell: how many columns and rows it covers


def read(source: Source) -> Reading:
    problems: list[ReadError] = []
    canvas = Canvas()
    try:
        package = Package(source)
        package.check_xml(streamed=True)
        with warnings.catch_warnings():  # of what openpyxl does not keep; values are no part of it
            warnings.simplefilter("ignore")
            book = _open(source)
            budget = _Budget(source)
            for sheet in book.worksheets:
                if sheet.sheet_state == "visible":
                    problems += _write_sheet(source, canvas, sheet, budget)
            facts = _properties(book) if package.has("docProps/core.xml") else Facts()  # else openpyxl says: today
    except ReadError:
        raise
    except Exception as problem:  # a damaged part fails anywhere in zipfile, openpyxl or the XML parser
        raise damaged(source, problem) from problem
    stated = Facts(facts.title or readable(source.path.stem, source.id), language=facts.language)
    return [finish(source, canvas, "xlsx", stated, facts)], problems


def _open(source: Source) -> Workbook:
    from openpyxl import load_workbook

    return load_workbook(io.BytesIO(source.data), read_only=True, data_only=True, keep_links=False)


def _properties(book: Workbook) -> Facts:
    core = book.properties
    stamp = core.modified or core.created
    date = stamp.date().isoformat() if stamp else None
    return Facts(sensible_title(core.title), date, tidy(core.version or "") or None, core.language)


class _Budget:
    """Cells that may still be read."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._cells = 0

    def take(self, cells: int, row: int) -> None:
        self._cells += cells
        if self._cells > MAX_CELLS:
            problem = f"{self._source.id} has more than {MAX_CELLS:,} cells, the limit."
            raise ReadError(problem, "Split it into smaller files, or save the sheets that matter as CSV.")
        if row > MAX_ROW:
            raise ReadError(f"{self._source.id} has a row {row:,}; the limit is {MAX_ROW:,}.", "Save it again.")


def _write_sheet(source: Source, canvas: Canvas, sheet: Any, budget: _Budget) -> list[ReadError]:
    spans, unknown = _survey(sheet)
    rows = _rows(sheet, spans, budget)
    first = next(rows, None)
    if first is not None:
        canvas.heading(sheet.title, 1)
    wide = SheetWriter(canvas).write(chain([first] if first else [], rows))
    place = f'{source.id}, sheet "{sheet.title}"'
    problems = [
        ReadError(f"{place}: the table at row {row} has more than {MAX_COLUMNS} columns, the limit.", "Split it.")
        for row in wide
    ]
    if unknown:
        formulas = "1 formula has" if unknown == 1 else f"{unknown:,} formulas have"
        problems.append(ReadError(f"{place}: {formulas} no stored value.", "Open it in Excel, save it and sync again."))
    return problems


def _survey(sheet: Any) -> tuple[Spans, int]:
    """Merged cells, and formulas that were never calculated: what openpyxl does not tell of a sheet it streams."""
    spans: Spans = {}
    unknown: set[int] = set()
    before, at = b"", 0
    with sheet._get_source() as part:
        while chunk := part.read(_CHUNK):
            seen = before + chunk
            for match in _MERGED.finditer(seen):
                left, right = _column(match[1]), _column(match[3])
                top, bottom = int(match[2]), int(match[4])
                spans[top, left] = (right - left + 1, bottom - top + 1)
            unknown.update(at - len(before) + match.start() for match in _UNKNOWN.finditer(seen))
            at += len(chunk)
            before = seen[-_LONGEST_MATCH:]
    return spans, len(unknown)


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number


def _rows(sheet: Any, spans: Spans, budget: _Budget) -> Iterator[tuple[int, Row]]:
    """Those with anything in them. The size that a sheet states may be wrong, so it is not believed."""
    sheet.reset_dimensions()
    for number, cells in enumerate(sheet.iter_rows(), start=1):
        budget.take(len(cells), number)
        row = {column: entry for column, cell in enumerate(cells, start=1) if (entry := _entry(cell, spans))}
        if row:
            yield number, row


def _entry(cell: Any, spans: Spans) -> Entry | None:
    value = cell.value
    text = tidy(shown(value, cell.number_format)) if value is not None else ""
    if not text:
        return None
    across, down = spans.get((cell.row, cell.column), (1, 1)) if spans else (1, 1)
    is_text = isinstance(value, str)
    return Entry(text, not is_text, bool(cell.font.b), max(1, across), max(1, down))
