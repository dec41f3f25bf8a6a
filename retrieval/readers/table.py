"""Cells that span rows or columns, laid out as a plain grid, and written row by row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from retrieval.readers.canvas import Canvas, tidy

_WIDEST = 500  # columns; a span that claims more is a mistake or an attack


@dataclass(frozen=True, slots=True)
class Cell:
    text: str
    heads: bool = False  # a name, not a value
    across: int = 1
    down: int = 1


Grid = list[list[Cell]]


def lay_out(rows: Sequence[Sequence[Cell]]) -> Grid:
    """One cell a column. A value is repeated downwards; across, only names are."""
    grid: Grid = []
    below: dict[int, tuple[Cell, int]] = {}  # column: the cell that reaches down into it, for how many rows
    for row in rows:
        line: list[Cell] = []
        pending = list(row)
        while (pending or len(line) in below) and len(line) < _WIDEST:
            _place(line, pending, below)
        grid.append(line)
    return grid


def _place(line: list[Cell], pending: list[Cell], below: dict[int, tuple[Cell, int]]) -> None:
    column = len(line)
    if column in below:
        cell, rows = below.pop(column)
        line.append(cell)
        if rows > 1:
            below[column] = (cell, rows - 1)
        return
    cell = pending.pop(0)
    for offset in range(max(1, min(cell.across, _WIDEST - column))):
        copy = cell if offset == 0 or cell.heads else Cell("")
        line.append(copy)
        if cell.down > 1:
            below[column + offset] = (copy, cell.down - 1)


def write_table(canvas: Canvas, grid: Grid, page: int | None = None, headless: bool = False) -> None:
    """Rows of names above become the header; where there are none, the first row is it."""
    canvas.apart()
    grid = [row for row in grid if any(tidy(cell.text) for cell in row)]
    height = 0 if headless else _header_height(grid)
    header = _header(grid[:height])
    for row in grid[height:]:
        if not height and _names_its_values(row):
            canvas.row([row[0].text], [cell.text for cell in row[1:] if cell.text], page)
        else:
            canvas.row(header, [cell.text for cell in row], page)
    canvas.apart()


def _header_height(grid: Grid) -> int:
    """How many rows are the header: 0 where each row names its own values, or there is nothing below."""
    values = (n for n, row in enumerate(grid) if not all(cell.heads for cell in row if cell.text))
    height = next(values, len(grid))
    if height == len(grid):
        return 1 if height > 1 else 0
    if height or any(_names_its_values(row) for row in grid):
        return height
    return 1 if len(grid) > 1 and len(grid[0]) > 1 else 0


def _names_its_values(row: Sequence[Cell]) -> bool:
    return len(row) > 1 and row[0].heads and not any(cell.heads for cell in row[1:])


def _header(rows: Grid) -> list[str]:
    width = max((len(row) for row in rows), default=0)
    columns = ([tidy(row[n].text) for row in rows if n < len(row)] for n in range(width))
    return [" ".join(dict.fromkeys(name for name in names if name)) for names in columns]
