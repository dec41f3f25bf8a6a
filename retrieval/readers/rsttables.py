"""The four ways in which reStructuredText writes a table, each to rows of cells."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence

from retrieval.readers.table import Cell

GRID = re.compile(r"\+[-=+]+\+\s*$")
SIMPLE = re.compile(r"=+(?: +=+)+\s*$")
_SPANS = re.compile(r"[-= ]+$")
_MOST_PLACES = 200_000  # in a grid, for a cell that may begin at each

Rows = list[list[Cell]]


def grid_table(lines: Sequence[str]) -> Rows:
    """Drawn with `+---+` and `|`: a cell goes on where no line is drawn beside or below it."""
    width = max(len(line) for line in lines)
    drawn = [line.rstrip().ljust(width) for line in lines]
    borders = [n for n, line in enumerate(drawn) if line.startswith("+") or "+-" in line or "-+" in line]
    bounds = sorted({at for n in borders for at, sign in enumerate(drawn[n]) if sign == "+"})
    heads = next((n for n, line in enumerate(drawn) if set(line.strip()) == {"+", "="}), -1)
    if len(borders) * len(bounds) > _MOST_PLACES:
        return [[Cell(line)] for line in lines]
    taken: set[tuple[int, int]] = set()
    rows: Rows = []
    for row in range(len(borders) - 1):
        rows.append([])
        for column in range(len(bounds) - 1):
            if (row, column) not in taken:
                cell = _grid_cell(drawn, borders, bounds, row, column, borders[row] < heads)
                taken.update((row + r, column + c) for r in range(cell.down) for c in range(cell.across))
                rows[-1].append(cell)
    return rows


def _grid_cell(
    drawn: Sequence[str], borders: Sequence[int], bounds: Sequence[int], row: int, column: int, heads: bool
) -> Cell:
    across = down = 1
    inside = drawn[borders[row] + 1 : borders[row + 1]]
    while column + across < len(bounds) - 1 and not any(line[bounds[column + across]] in "|+" for line in inside):
        across += 1
    left, right = bounds[column] + 1, bounds[column + across]
    while row + down < len(borders) - 1 and not set(drawn[borders[row + down]][left:right]) <= set("-=+"):
        down += 1
    words = (line[left:right].strip() for line in drawn[borders[row] + 1 : borders[row + down]])
    return Cell(" ".join(word for word in words if word), heads, across, down)


def simple_table(lines: Sequence[str]) -> Rows:
    """Columns below `=== ===`; a line whose first column is empty goes on with the row above it."""
    borders = [n for n, line in enumerate(lines) if SIMPLE.match(line)]
    starts = [match.start() for match in re.finditer(r"=+", lines[0])]
    heads = borders[1] if len(borders) > 2 else 0
    rows: list[tuple[bool, list[str]]] = []
    for number, line in enumerate(lines):
        if _SPANS.match(line) or not line.strip():
            continue
        cells = [line[start:end].strip() for start, end in zip(starts, [*starts[1:], len(line)], strict=True)]
        if rows and not cells[0]:
            rows[-1] = (rows[-1][0], [f"{a} {b}".strip() for a, b in zip(rows[-1][1], cells, strict=True)])
        else:
            rows.append((number < heads, cells))
    return [[Cell(text, head) for text in cells] for head, cells in rows]


def list_table(lines: Sequence[str], options: Mapping[str, str]) -> Rows:
    """A list of lists: `* - first cell`, then `  - next cell`."""
    heads = _number(options.get("header-rows", "0"))
    rows: list[list[list[str]]] = []
    for line in lines:
        match = re.match(r"\*\s+-(?:\s+(.*))?$|\s+-(?:\s+(.*))?$", line)
        if match and line.startswith("*"):
            rows.append([[match[1] or ""]])
        elif match and rows:
            rows[-1].append([match[2] or ""])
        elif rows:
            rows[-1][-1].append(line.strip())
    return [[Cell(" ".join(cell), n < heads) for cell in row] for n, row in enumerate(rows)]


def csv_table(lines: Sequence[str], options: Mapping[str, str]) -> Rows:
    try:
        records = [*_csv([options["header"]] if "header" in options else []), *_csv(lines)]
    except csv.Error:
        return [[Cell(line)] for line in lines]
    heads = _number(options.get("header-rows", "0")) + ("header" in options)
    rows = [[cell.strip() for cell in record] for record in records if record]
    return [[Cell(text, n < heads) for text in row] for n, row in enumerate(rows)]


def _csv(lines: Sequence[str]) -> list[list[str]]:
    return list(csv.reader(lines, skipinitialspace=True))


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 4 else 0
