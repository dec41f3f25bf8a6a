"""Rows out of a file and into one: JSON lines, or a table as spreadsheets write it. What they mean is asked later."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from retrieval import ReadError, storing

Row = dict[str, Any]

TABLES = {".csv", ".tsv"}
REQUIRED = ("id", "question", "answerable")
_LISTS = ("answers", "absent", "gold_ids", "without")
_JSON = ("history", "as", "passages", "claims")
_FLAGS = ("answerable", "yes_no")
_TAIL = ("gold_ids", "yes_no", "slice", "absent", "without", "claims", "as", "history", "passages")
COLUMNS = (*REQUIRED, "answers", "kind", "twin_of", *_TAIL)
_TRUTH = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
_NOTED = len(REQUIRED) + 1  # behind so many columns stand those that only an editor reads
_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_DELIMITERS = (",", ";", "\t")
_MAX_CELL = 2**24  # characters
_EXAMPLE = '{"id": "1", "question": "…", "answerable": true, "answers": ["…"]}'


class BadRow(ValueError):
    """Why a row can't be used."""


def read_rows(path: Path) -> Iterator[tuple[int, Callable[[], Row]]]:
    """Line by line, what makes a row of it or raises why not."""
    text = _text(path)
    found = list(_records(path, text) if path.suffix.lower() in TABLES else _lines(text))
    if not found:
        raise ReadError(f"{path} holds no questions.", f"Write one a line, such as {_EXAMPLE}")
    yield from found


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise ReadError(
            f"{path} cannot be read: {error.strerror or error}.", "Check the path and its rights."
        ) from error
    except UnicodeDecodeError as error:
        raise ReadError(
            f"{path} is not UTF-8 text (byte {error.start:,}).", "Save it as CSV UTF-8, or as JSON lines in UTF-8."
        ) from error


def _lines(text: str) -> Iterator[tuple[int, Callable[[], Row]]]:
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            yield number, partial(_object, line)


def _object(line: str) -> Row:
    row = _json(line, "the line")
    if not isinstance(row, dict):
        raise BadRow(f"the line is {shown(row)}; it must be an object, such as {_EXAMPLE}")
    return row


def _json(text: str, what: str) -> Any:
    try:
        found = json.loads(text)
        json.dumps(found, ensure_ascii=False).encode()
    except json.JSONDecodeError as error:
        raise BadRow(f"{what} is not JSON: {error.msg} at character {error.pos + 1}") from error
    except UnicodeEncodeError as error:
        raise BadRow(f"{what} holds half a character (a lone surrogate)") from error
    except (ValueError, RecursionError) as error:
        raise BadRow(f"{what} is not JSON that can be read: {error}") from error
    return found


def write_rows(path: Path, rows: Sequence[Row]) -> None:
    """By its ending a table that spreadsheets open, or JSON lines."""
    table = path.suffix.lower() in TABLES
    text = _table(rows, path) if table else "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    with storing(path):
        path.write_bytes(text.encode("utf-8-sig" if table else "utf-8"))


def shown(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else text[:57] + "…"


# ------------------------------------------------------------------------------------- tables


def _records(path: Path, text: str) -> Iterator[tuple[int, Callable[[], Row]]]:
    csv.field_size_limit(_MAX_CELL)
    skipped, delimiter = _dialect(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    header: list[str] | None = None
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield line, partial(_refuse, f"the row is not CSV: {error}; look for a quotation mark out of place")
            continue
        if line <= skipped or not any(cell.strip() for cell in cells):
            continue
        if header is None:
            header = _header(path, cells)
        else:
            yield line, partial(_cells, header, cells)


def _dialect(text: str) -> tuple[int, str]:
    """How many lines to skip, and what stands between cells: spreadsheets may say it first, as `sep=;`."""
    said = re.match(r"sep=([,;|\t])\r?\n", text, re.IGNORECASE)
    if said:
        return 1, said[1]
    first = text.lstrip().split("\n", 1)[0]
    return 0, max(_DELIMITERS, key=lambda delimiter: len(first.split(delimiter)))


def _header(path: Path, cells: list[str]) -> list[str]:
    header = [cell.strip().lower() for cell in cells]
    missing = [name for name in REQUIRED if name not in header]
    twice = [name for name in COLUMNS if header.count(name) > 1]
    if missing or twice:
        problem = f"no column {missing[0]}" if missing else f"more than one column {twice[0]}"
        raise ReadError(f"{path} has {problem}.", f"Its first line names the columns, each once: {', '.join(COLUMNS)}.")
    return header


def _cells(header: list[str], cells: list[str]) -> Row:
    if any(cell.strip() for cell in cells[len(header) :]):
        raise BadRow(f"the row has {len(cells)} cells for {len(header)} columns; quote a cell that holds the delimiter")
    plain = (cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell for cell in cells)
    filled = {name: cell for name, cell in zip(header, plain, strict=False) if cell.strip()}
    row = {name: _cell(name, cell) for name, cell in filled.items() if name in COLUMNS}
    if "as" not in row and ("user" in filled or "groups" in filled):
        row["as"] = {"user": filled.get("user"), "groups": _listed("groups", filled.get("groups", ""))}
    return row


def _cell(name: str, cell: str) -> Any:
    if name in _LISTS:
        return _listed(name, cell)
    if name in _JSON:
        return _json(cell, name)
    return _TRUTH.get(cell.strip().lower(), cell) if name in _FLAGS else cell


def _listed(name: str, cell: str) -> Any:
    if cell.lstrip().startswith("["):
        return _json(cell, name)
    return [part.strip() for part in cell.split("|") if part.strip()]


def _refuse(reason: str) -> Row:
    raise BadRow(reason)


def _table(rows: Sequence[Row], path: Path) -> str:
    file = io.StringIO(newline="")
    writer = csv.writer(file, delimiter="\t" if path.suffix.lower() == ".tsv" else ",")
    notes = dict.fromkeys(name for row in rows for name in row if name not in COLUMNS)
    columns = (*COLUMNS[:_NOTED], *notes, *COLUMNS[_NOTED:])
    writer.writerow(columns)
    for row in rows:
        cells = (row.get(name, "") for name in columns)
        writer.writerow(
            _text_cell(cell) if isinstance(cell, str) else json.dumps(cell, ensure_ascii=False) for cell in cells
        )
    return file.getvalue()


def _text_cell(cell: str) -> str:
    """What a spreadsheet would take for a formula is written as a text, and read back as it was."""
    return "'" + cell if _FORMULA.match(cell) else cell
