"""What a spreadsheet means: tables with their headers, lists, titles and notes among the filled cells of a sheet.

Empty rows and empty columns set tables apart. A lone cell above a table is its title, a sentence below it a note.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from retrieval.nouns import BlockKind
from retrieval.readers.canvas import Canvas
from retrieval.readers.table import Cell, lay_out, write_table

MAX_CELLS = 1_000_000  # of a workbook
MAX_COLUMNS = 500  # of a table
_LONGEST_NAME = 80  # characters
_TALLEST_HEADER = 4  # rows
_NOTE = re.compile(r"[*†‡¹²³]|\d\)|(?:note|hinweis|anm|source|quelle)\b|.*[.!?:]$", re.I | re.S)
_VALUE = re.compile(r"[\W\d_]+$|.*(?:@|://)|.*\d[.,]\d")


@dataclass(frozen=True, slots=True)
class Entry:
    """A filled cell."""

    text: str
    is_value: bool = False  # a number, a date, true or false
    bold: bool = False
    across: int = 1
    down: int = 1

    @property
    def is_name(self) -> bool:
        return not self.is_value and len(self.text) <= _LONGEST_NAME


Row = Mapping[int, Entry]  # by column
Rows = Sequence[Row]
_NOTHING = Entry("")


class SheetWriter:
    """Writes one sheet. A table that goes on after an empty row keeps its header."""

    def __init__(self, canvas: Canvas, page: int | None = None) -> None:
        self._canvas = canvas
        self._page = page
        self._titles: list[str] = []  # of what comes next
        self._headers: dict[tuple[int, ...], Rows] = {}  # of the last table in these columns

    def write(self, rows: Iterable[tuple[int, Row]]) -> list[int]:
        """Filled rows with their numbers. Those come back at which a table begins that is too wide to be read."""
        wide = []
        for number, block in _blocks(rows):
            titles, middle, notes = _parts(block)
            self._lone(titles)
            for part in _side_by_side(middle):
                if _width(part) > MAX_COLUMNS:
                    wide.append(number)
                else:
                    self._part(part)
            self._lone(notes)
        self._flush("paragraph")
        return wide

    def _part(self, rows: Rows) -> None:
        titles, table, notes = _parts(rows)
        self._lone(titles)
        if table:
            self._flush("heading")
            self._table(table)
        self._lone(notes)

    def _lone(self, rows: Rows) -> None:
        for entry in (entry for row in rows for entry in row.values()):
            if entry.is_name and (entry.bold or entry.across > 1):
                self._titles.append(entry.text)
            else:
                self._flush("heading")
                self._canvas.add("paragraph", entry.text, page=self._page)

    def _flush(self, kind: BlockKind) -> None:
        """Titles are headings of what follows; where nothing does, they are all that there is to say."""
        for title in self._titles:
            self._canvas.add(kind, title, 2 if kind == "heading" else 0, self._page)
        self._titles.clear()

    def _table(self, rows: Rows) -> None:
        columns, height = tuple(_columns(rows)), header_height(rows)
        before = self._headers.get(columns, ())
        if before and (not height or _goes_on(before, rows)):
            rows, height = [*before, *rows], len(before)
        self._headers[columns] = _clipped(rows[:height])
        write_table(self._canvas, lay_out(_cells(rows, height)), self._page, headless=not height)


def _blocks(rows: Iterable[tuple[int, Row]]) -> Iterator[tuple[int, Rows]]:
    """Rows without an empty one between them, and the number of the first. What merged cells cover isn't empty."""
    block: list[Row] = []
    first = reach = 0
    for number, row in rows:
        if block and number > reach + 1:
            yield first, block
            block = []
        if not block:
            first = reach = number
        block += [{}] * (number - first - len(block))
        block.append(row)
        reach = max(reach, *(number + entry.down - 1 for entry in row.values()))
    if block:
        yield first, block


def _parts(rows: Rows) -> tuple[Rows, Rows, Rows]:
    """Titles, table, notes."""
    first, last = 0, len(rows)
    while first < last and len(rows[first]) == 1:
        first += 1
    while last > first and len(rows[last - 1]) == 1 and _is_note(rows[last - 1]):
        last -= 1
    return rows[:first], _trimmed(rows[first:last]), rows[last:]


def _is_note(row: Row) -> bool:
    return any(not entry.is_value and (entry.across > 1 or _NOTE.match(entry.text)) for entry in row.values())


def _side_by_side(rows: Rows) -> list[Rows]:
    """Tables with an empty column between them; a column alone belongs to the table beside it."""
    groups: list[list[int]] = []
    for column in _columns(rows):
        if groups and column == groups[-1][-1] + 1:
            groups[-1].append(column)
        else:
            groups.append([column])
    if len(groups) < 2 or any(len(group) < 2 for group in groups):
        return [rows] if rows else []
    parts = ([{column: row[column] for column in group if column in row} for row in rows] for group in groups)
    return [_trimmed(list(part)) for part in parts]


def _trimmed(rows: Rows) -> Rows:
    """Without the empty rows around it; those within stay, for merged cells reach over them."""
    filled = [number for number, row in enumerate(rows) if row]
    return rows[filled[0] : filled[-1] + 1] if filled else []


def _columns(rows: Rows) -> list[int]:
    """Those that are filled; a merged cell fills all of its own, up to where the table ends."""
    last = max((column for row in rows for column in row), default=0)
    filled = {column for row in rows for column in row}
    for column, entry in ((c, e) for row in rows for c, e in row.items() if e.across > 1):
        filled.update(range(column, min(column + entry.across, last + 1)))
    return sorted(filled)


def _width(rows: Rows) -> int:
    columns = [column for row in rows for column in row]
    return max(columns) - min(columns) + 1


def header_height(rows: Rows) -> int:
    """How many rows are names of columns; 0: none."""
    first = rows[0]
    if len(rows) < 2 or len(first) < 2:
        return 0
    if not _is_set_apart(rows, 0):
        names = [entry.text for entry in first.values()]
        plain = all(entry.is_name and not _VALUE.match(entry.text) for entry in first.values())
        if not plain or len(set(names)) < len(names) or _names_its_values(rows):
            return 0
    height = 1
    while height < min(_TALLEST_HEADER, len(rows) - 1) and _is_below_names(rows, height):
        height += 1
    return height


def _is_below_names(rows: Rows, number: int) -> bool:
    """A row of the header too: bold like those above it, or names below or beside a merged one."""
    above, row = rows[number - 1], rows[number]
    merged = any(entry.across > 1 for entry in above.values()) or any(entry.down > number for entry in rows[0].values())
    plain = not _is_set_apart(rows, number - 1) and all(entry.is_name for entry in row.values())
    return _is_set_apart(rows, number) or (merged and plain)


def _is_set_apart(rows: Rows, number: int) -> bool:
    """Bold from the top to this row, in a table that is not bold to its end."""
    bold = all(entry.bold for row in rows[: number + 1] for entry in row.values())
    return bold and any(not entry.bold for row in rows[number + 1 :] for entry in row.values())


def _clipped(header: Rows) -> Rows:
    """Without what its merged cells cover below it."""
    height = len(header)
    return [
        {column: replace(entry, down=min(entry.down, height - number)) for column, entry in row.items()}
        for number, row in enumerate(header)
    ]


def _names_its_values(rows: Rows) -> bool:
    """Two columns, bold at the left, or of all kinds at the right: every row is a name and its value."""
    columns = _columns(rows)
    if len(columns) != 2:
        return False
    left, right = ([row[column] for row in rows if column in row] for column in columns)
    mixed = len({entry.is_value for entry in right[1:]}) > 1
    return mixed or (all(entry.bold for entry in left) and not any(entry.bold for entry in right))


def _goes_on(header: Rows, rows: Rows) -> bool:
    """The first row is another of the table before: its header was bold, and this is not."""
    return all(entry.bold for row in header for entry in row.values()) and not any(e.bold for e in rows[0].values())


def _cells(rows: Rows, height: int) -> list[list[Cell]]:
    """Every row from the first column to the last, but for what merged cells cover."""
    columns = _columns(rows)
    first, last = columns[0], columns[-1]
    names = not height and len(columns) == 2 and all(first in row and row[first].is_name for row in rows)
    covered: dict[int, int] = {}  # column: the first row below the merged cell in it
    lines = []
    for number, row in enumerate(rows):
        line, column = [], first
        while column <= last:
            entry = row.get(column, _NOTHING)
            across = min(entry.across, last + 1 - column)
            if covered.get(column, 0) <= number:
                heads = number < height or (names and column == first and len(row) > 1)
                line.append(Cell(entry.text, heads, across, entry.down))
                if entry.down > 1:
                    covered.update(dict.fromkeys(range(column, column + across), number + entry.down))
            column += across
        lines.append(line)
    return lines
