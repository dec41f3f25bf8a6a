"""Tables as text (CSV, TSV): every record becomes a row, `Header: value; Header: value`."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from itertools import islice

from retrieval.errors import ReadError
from retrieval.nouns import Document
from retrieval.readers.canvas import Canvas, clean
from retrieval.readers.decode import decode
from retrieval.readers.facts import Facts, finish
from retrieval.readers.source import Source

MAX_CELL = 2**20  # characters
_DELIMITERS = (",", ";", "\t", "|")
_SAMPLE = 50  # records
_VALUE = re.compile(r"[\W\d_]+$|.*(?:@|://)|.*\d{3}|.*\d[.,]\d")


def read(source: Source) -> Document:
    lines = clean(decode(source)).split("\n")
    delimiter = _delimiter(lines, source.path.suffix.lower() == ".tsv")
    try:
        records = [record for record in _records(lines, delimiter) if any(cell.strip() for cell in record)]
    except csv.Error as problem:
        raise ReadError(
            f"{source.id} cannot be read as a table: {problem} (a cell may hold {MAX_CELL:,} characters).",
            "Look for a quotation mark that is never closed.",
        ) from problem
    canvas = Canvas()
    header = records.pop(0) if _has_header(records) else []
    for record in records:
        canvas.row(header, record)
    return finish(source, canvas, "csv", Facts())


def _records(lines: list[str], delimiter: str) -> Iterator[list[str]]:
    csv.field_size_limit(MAX_CELL)
    yield from csv.reader((line + "\n" for line in lines), delimiter=delimiter, skipinitialspace=True)


def _delimiter(lines: list[str], tabs: bool) -> str:
    """The one that gives the most columns in which most records agree."""
    if tabs and any("\t" in line for line in lines[:_SAMPLE]):
        return "\t"
    return max(_DELIMITERS, key=lambda delimiter: _agreement(lines, delimiter))


def _agreement(lines: list[str], delimiter: str) -> tuple[float, int]:
    try:
        widths = [len(record) for record in islice(_records(lines, delimiter), _SAMPLE) if record]
    except csv.Error:
        return (0.0, 0)
    if not widths:
        return (0.0, 0)
    usual = max(set(widths), key=lambda width: (widths.count(width), width))
    return (widths.count(usual) / len(widths), usual) if usual > 1 else (0.0, 0)


def _has_header(records: list[list[str]]) -> bool:
    """Names are short, all different, and no values."""
    if len(records) < 2:
        return False
    names = [cell.strip() for cell in records[0]]
    while names and not names[-1]:
        names.pop()
    distinct = len(set(names)) == len(names) and all(names)
    return bool(names) and distinct and not any(len(name) > 80 or _VALUE.match(name) for name in names)
