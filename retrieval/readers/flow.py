"""Lines to headings, paragraphs, items, code and tables: what the eye does with a printed page."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from retrieval.readers.canvas import Canvas
from retrieval.readers.contents import without_contents
from retrieval.readers.grids import Table, aligned_table, ruled_tables
from retrieval.readers.joining import Joiner
from retrieval.readers.layout import Line, Page, columns
from retrieval.readers.looks import Looks, code_text
from retrieval.readers.table import Cell, write_table

_BULLET = re.compile(r"[•◦▪▫‣●○■□–—\-*·\uf0a7\uf0b7\uf0d8o]$")
_NUMBER = re.compile(r"\(?(?:\d{1,3}|[a-z]|[ivx]{2,4})[.)]$")
_ENDS = re.compile(r"[.!?:;。！？][\"'”’)\]]*$")


def write_pages(canvas: Canvas, pages: Sequence[Page]) -> None:
    joiner = Joiner(word.text for page in pages for word in page.words)
    read = []
    for page in pages:
        tables, words = ruled_tables(page, joiner)
        read.append(([without_contents(c, len(pages)) for c in columns(words, page.number)], tables))
    lines = [line for found, _ in read for column in found for line in column]
    flow = _Flow(canvas, Looks(lines), joiner)
    for found, tables in read:
        flow.page(found, tables)
    flow.end()


class _Flow:
    """Holds the lines of the block that is being read, until the next line begins another."""

    def __init__(self, canvas: Canvas, looks: Looks, joiner: Joiner) -> None:
        self._canvas = canvas
        self._looks = looks
        self._joiner = joiner
        self._open: list[Line] = []
        self._right = 0.0  # margin of the column being read
        self._table: Table | None = None  # the last block, if it was one

    def page(self, found: list[list[Line]], tables: list[Table]) -> None:
        for column in found:
            self._right = max((line.x1 for line in column), default=0.0)
            self._column(column, tables)
        for table in tables:
            self.table(table)

    def end(self) -> None:
        self._write()

    def _column(self, column: list[Line], tables: list[Table]) -> None:
        at = 0
        while at < len(column):
            line = column[at]
            for table in [t for t in tables if t.top < line.top and t.x0 < line.x1 and line.x0 < t.x1]:
                self.table(table)
                tables.remove(table)
            found, taken = aligned_table(column[at:], self._joiner) if _may_be_row(line) else (None, 0)
            if found:
                self.table(found)
            else:
                self._line(line)
            at += max(taken, 1)

    def table(self, table: Table) -> None:
        """A table goes on over the page: its header may be repeated there, or not."""
        self._write()
        grid = table.grid
        before = self._table
        if before and before.page + 1 == table.page and _same_columns(before, table):
            names = before.grid[0]
            grid = [names, *(grid[1:] if _texts(grid[0]) == _texts(names) else grid)]
            grid[0] = [Cell(cell.text, heads=True) for cell in names]
            table = Table(table.page, table.x0, table.x1, table.top, table.bottom, table.columns, grid)
        write_table(self._canvas, grid, table.page)
        self._table = table

    def _line(self, line: Line) -> None:
        self._table = None
        if self._open and self._begins(self._open[-1], line):
            self._write()
        self._open.append(line)

    def _begins(self, before: Line, line: Line) -> bool:
        """Whether a line begins another block."""
        if abs(before.size - line.size) > 0.6:
            return True
        if before.mono != line.mono and (abs(before.x0 - line.x0) > 1 or self._is_short(before, line)):
            return True
        if before.page != line.page or line.top < before.top:
            return not self._goes_on(before, line)
        if line.bottom - before.bottom > self._looks.pitch(line.size) * 1.25 + 1:
            return True
        if (line.mono and before.mono) or self._looks.is_large(line):
            return False
        return self._begins_below(before, line)

    def _goes_on(self, before: Line, line: Line) -> bool:
        """Over the end of a page or column."""
        if self._looks.is_large(line) or _is_item(line) or before.bold != line.bold:
            return False
        return line.mono or not _ENDS.search(before.text) or line.text[:1].islower()

    def _begins_below(self, before: Line, line: Line) -> bool:
        em = line.size
        goes_on = before.text.endswith("-") or (line.text[:1].islower() and not _ENDS.search(before.text))
        short = self._is_short(before, line)
        if _is_item(line):
            return bool(short or _ENDS.search(before.text) or _is_bullet(line) or abs(line.x0 - before.x0) > 2)
        if _is_item(self._open[0]):
            outdented = line.x0 < _text_start(self._open[0]) - 0.8 * em
            return outdented and (short or not goes_on)
        indented = 0.8 * em < line.x0 - before.x0 < 4 * em and bool(_ENDS.search(before.text))
        return not goes_on and (short or indented)

    def _is_short(self, before: Line, line: Line) -> bool:
        """Whether the next word would have fitted: then someone wanted the line to end."""
        word = line.words[0]
        return before.x1 + word.x1 - word.x0 + 0.4 * line.size < self._right

    def _write(self) -> None:
        lines, self._open = self._open, []
        if not lines:
            return
        page = lines[0].page
        text = self._joiner.join([line.text for line in lines])
        level = self._looks.level(lines, text)
        if all(line.mono for line in lines):
            self._canvas.add("code", code_text(lines), page=page)
        elif level:
            self._canvas.heading(text, level, page)
        elif _is_item(lines[0]):
            self._canvas.add("item", _without_bullet(lines[0], text), page=page)
        else:
            self._canvas.add("paragraph", text, page=page)


def _is_bullet(line: Line) -> bool:
    first = line.words[0]
    if not _BULLET.match(first.text) or len(line.words) < 2:
        return False
    return first.text != "o" or line.words[1].x0 - first.x1 > 0.8 * line.size


def _is_item(line: Line) -> bool:
    return _is_bullet(line) or (len(line.words) > 1 and bool(_NUMBER.match(line.words[0].text)))


def _may_be_row(line: Line) -> bool:
    return len(line.cells) > 2 or (len(line.cells) == 2 and not _is_item(line))


def _text_start(line: Line) -> float:
    return line.words[1].x0 if _is_item(line) else line.x0


def _without_bullet(line: Line, text: str) -> str:
    return text[len(line.words[0].text) :].lstrip() if _is_bullet(line) else text


def _same_columns(a: Table, b: Table) -> bool:
    pairs: Iterator[tuple[float, float]] = zip(a.columns, b.columns, strict=False)
    return len(a.columns) == len(b.columns) and all(abs(x - y) < 5 for x, y in pairs)


def _texts(row: list[Cell]) -> list[str]:
    return [cell.text for cell in row]
