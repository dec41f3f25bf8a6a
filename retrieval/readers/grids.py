"""Tables on a page: cells between ruled lines, or columns with nothing but white space between them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from retrieval.readers.joining import Joiner
from retrieval.readers.layout import Line, Page, Rule, Word, lines_of
from retrieval.readers.table import Cell, Grid, lay_out

_NEAR = 3.0  # points between lines that touch
_MOST_RULES = 1500  # more of them draw a picture
_SHORT = 5.0
_LEAST_FILLED = 0.3


@dataclass(frozen=True)
class Table:
    page: int
    x0: float
    x1: float
    top: float
    bottom: float
    columns: tuple[float, ...]  # where they begin
    grid: Grid


@dataclass(frozen=True)
class _Frame:
    """Ruled lines that touch one another."""

    levels: tuple[Rule, ...]
    uprights: tuple[Rule, ...]
    xs: tuple[float, ...]
    ys: tuple[float, ...]

    def has_upright(self, x: float, y: float) -> bool:
        return any(abs(r.x0 - x) < _NEAR and r.top - 1 <= y <= r.bottom + 1 for r in self.uprights)

    def has_level(self, x: float, y: float) -> bool:
        return any(abs(r.top - y) < _NEAR and r.x0 - 1 <= x <= r.x1 + 1 for r in self.levels)


def ruled_tables(page: Page, joiner: Joiner) -> tuple[list[Table], list[Word]]:
    """The tables between ruled lines, and the words that are in none."""
    tables: list[Table] = []
    rest = list(page.words)
    for frame in _frames(page.rules):
        x0, x1, top, bottom = frame.xs[0], frame.xs[-1], frame.ys[0], frame.ys[-1]
        inside = [w for w in rest if x0 - 1 <= (w.x0 + w.x1) / 2 <= x1 + 1 and top - 1 <= w.middle <= bottom + 1]
        grid = lay_out(_rows(frame, inside, page.number, joiner))
        if _is_table(grid):
            tables.append(Table(page.number, x0, x1, top, bottom, frame.xs, grid))
            taken = {id(word) for word in inside}
            rest = [word for word in rest if id(word) not in taken]
    return tables, rest


def _frames(rules: Sequence[Rule]) -> list[_Frame]:
    groups: list[list[Rule]] = []
    long = [rule for rule in rules if max(rule.x1 - rule.x0, rule.bottom - rule.top) > _SHORT]
    for rule in sorted(long[:_MOST_RULES] if len(long) <= _MOST_RULES else [], key=lambda rule: rule.top):
        touching = [group for group in groups if any(_touch(rule, other) for other in group)]
        groups = [group for group in groups if group not in touching]
        groups.append([rule, *(other for group in touching for other in group)])
    frames = (_frame(group) for group in groups)
    return [frame for frame in frames if len(frame.xs) > 2 and len(frame.ys) > 1]


def _touch(a: Rule, b: Rule) -> bool:
    across = a.x0 - _NEAR <= b.x1 and b.x0 - _NEAR <= a.x1
    return across and a.top - _NEAR <= b.bottom and b.top - _NEAR <= a.bottom


def _frame(group: list[Rule]) -> _Frame:
    levels = tuple(rule for rule in group if rule.level)
    uprights = tuple(rule for rule in group if not rule.level)
    width = max(rule.x1 for rule in group) - min(rule.x0 for rule in group)
    height = max(rule.bottom for rule in group) - min(rule.top for rule in group)
    xs = _places([(rule.x0, rule.bottom - rule.top) for rule in uprights], 0.3 * height)
    ys = _places([(rule.top, rule.x1 - rule.x0) for rule in levels], 0.5 * width)
    return _Frame(levels, uprights, xs, ys)


def _places(weighed: list[tuple[float, float]], least: float) -> tuple[float, ...]:
    """Where lines stand that are long enough together."""
    clusters: list[list[tuple[float, float]]] = []
    for place, length in sorted(weighed):
        if clusters and place - clusters[-1][-1][0] <= _NEAR:
            clusters[-1].append((place, length))
        else:
            clusters.append([(place, length)])
    return tuple(c[0][0] for c in clusters if sum(length for _, length in c) >= least)


def _rows(frame: _Frame, words: list[Word], page: int, joiner: Joiner) -> list[list[Cell]]:
    """Cells; one spans what no line separates."""
    taken: set[tuple[int, int]] = set()
    rows: list[list[Cell]] = []
    for row in range(len(frame.ys) - 1):
        rows.append([])
        for column in range(len(frame.xs) - 1):
            if (row, column) in taken:
                continue
            across, down = _spans(frame, row, column)
            taken.update((row + r, column + c) for r in range(down) for c in range(across))
            x0, x1 = frame.xs[column], frame.xs[column + across]
            top, bottom = frame.ys[row], frame.ys[row + down]
            inside = [w for w in words if x0 <= (w.x0 + w.x1) / 2 < x1 and top <= w.middle < bottom]
            rows[-1].append(_cell(inside, page, joiner, across, down))
    return rows


def _spans(frame: _Frame, row: int, column: int) -> tuple[int, int]:
    xs, ys = frame.xs, frame.ys
    middle = (ys[row] + ys[row + 1]) / 2
    across = down = 1
    while column + across < len(xs) - 1 and not frame.has_upright(xs[column + across], middle):
        across += 1
    centre = (xs[column] + xs[column + across]) / 2
    while row + down < len(ys) - 1 and not frame.has_level(centre, ys[row + down]):
        down += 1
    return across, down


def _cell(words: list[Word], page: int, joiner: Joiner, across: int = 1, down: int = 1) -> Cell:
    text = joiner.join([line.text for line in lines_of(words, page)])
    return Cell(text, bool(words) and all(word.bold for word in words), across, down)


def _is_table(grid: Grid) -> bool:
    cells = [cell for row in grid for cell in row]
    filled = sum(bool(cell.text) for cell in cells)
    used = {n for row in grid for n, cell in enumerate(row) if cell.text}
    return len(used) > 1 and filled >= _LEAST_FILLED * len(cells)


def aligned_table(lines: Sequence[Line], joiner: Joiner) -> tuple[Table | None, int]:
    """The table that begins with the first of these lines, and how many lines it takes."""
    count = _run(lines)
    spans = _column_spans(lines[:count])
    if sum(len(line.cells) > 1 for line in lines[:count]) < 3 or len(spans) < 2:
        return None, 0
    rows: list[list[list[Word]]] = []
    for before, line in zip((None, *lines), lines[:count], strict=False):
        cells = _by_column(line, spans)
        if before is not None and not cells[0] and line.bottom - before.bottom < 1.5 * line.size:
            rows[-1] = [[*above, *more] for above, more in zip(rows[-1], cells, strict=True)]
        else:
            rows.append(cells)
    page = lines[0].page
    grid = [[_cell(words, page, joiner) for words in row] for row in rows]
    if len(grid) < 3 or not _is_table(grid):
        return None, 0
    starts = tuple(start for start, _ in spans)
    return Table(page, starts[0], spans[-1][1], lines[0].top, lines[count - 1].bottom, starts, grid), count


def _run(lines: Sequence[Line]) -> int:
    """How many lines from the first on may be rows: several cells, or the rest of a wrapped one."""
    left = lines[0].x0
    count = 0
    for at, line in enumerate(lines):
        far = at > 0 and line.top - lines[at - 1].bottom > 2.0 * line.size
        wrapped = at > 0 and line.x0 > left + 4 * line.size
        if far or line.mono or not (len(line.cells) > 1 or wrapped):
            break
        count = at + 1
    return count


def _column_spans(lines: Sequence[Line]) -> list[tuple[float, float]]:
    """Stretches that the cells of full rows take; cells above one another are in one."""
    most = max((len(line.cells) for line in lines), default=0)
    full = sorted((c.x0, c.x1) for line in lines if len(line.cells) == most for c in line.cells)
    spans: list[tuple[float, float]] = []
    for x0, x1 in full:
        if spans and x0 <= spans[-1][1] + 1:
            spans[-1] = (spans[-1][0], max(spans[-1][1], x1))
        else:
            spans.append((x0, x1))
    return spans if len(spans) == most else []


def _by_column(line: Line, spans: list[tuple[float, float]]) -> list[list[Word]]:
    cells: list[list[Word]] = [[] for _ in spans]
    for cell in line.cells:
        nearest = min(range(len(spans)), key=lambda n: _distance(cell, spans[n]))
        cells[nearest].extend(cell.words)
    return cells


def _distance(cell: Line, span: tuple[float, float]) -> tuple[float, float]:
    apart = max(span[0] - cell.x1, cell.x0 - span[1], 0.0)
    return apart, abs(cell.x0 - span[0])
