"""Tickets and chats out of a table (CSV, TSV), row after row, whatever the size of the file."""

from __future__ import annotations

import codecs
import csv
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

from retrieval import ReadError
from tuning.examples.past.columns import columns_of
from tuning.examples.past.nouns import Message
from tuning.examples.past.records import messages_in

BROKEN = "a row that is not CSV: look for a quotation mark out of place"
WIDE = "a row with more cells than there are columns: quote a cell that holds the delimiter"
_DELIMITERS = (",", ";", "\t", "|")
_MAX_CELL = 2**20  # characters
_PIECE = 2**20  # bytes


def messages(path: Path, named: Mapping[str, str], left_out: Counter[str]) -> Iterator[Message]:
    encoding = encoding_of(path)
    csv.field_size_limit(_MAX_CELL)
    with path.open(encoding=encoding, newline="") as file:
        first = file.readline()
        names = [name.strip() for name in next(csv.reader([first], delimiter=_delimiter(first)), [])]
        if not any(names):
            raise ReadError(
                f"{path} is empty, or its first line names no columns.", "Export the table with its header."
            )
        columns = columns_of([name for name in names if name], named, path.name)
        reader = csv.reader(file, delimiter=_delimiter(first), strict=True)
        for number, cells in _rows(reader, left_out):
            if any(cell.strip() for cell in cells[len(names) :]):
                left_out[WIDE] += 1
                continue
            record = {name: cell for name, cell in zip(names, cells, strict=False) if cell.strip()}
            yield from messages_in(record, columns, f"{path.name}, row {number}")


def encoding_of(path: Path) -> str:
    """UTF-8, or UTF-16 where the file begins as such; read once through, for an error in its middle helps nobody."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    at = 0
    try:
        with path.open("rb") as file:
            if file.peek(2)[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
                return "utf-16"
            while piece := file.read(_PIECE):
                decoder.decode(piece)
                at += len(piece)
            decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        raise ReadError(
            f"{path} is not UTF-8 text (near byte {at + error.start:,}).", "Export it again as UTF-8."
        ) from error
    except OSError as error:
        raise ReadError(
            f"{path} cannot be read: {error.strerror or error}.", "Check the path and its rights."
        ) from error
    return "utf-8-sig"


def _rows(reader: Iterator[list[str]], left_out: Counter[str]) -> Iterator[tuple[int, list[str]]]:
    """Each with its number, the header being the first."""
    number = 1
    while True:
        number += 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            left_out[BROKEN] += 1
            continue
        if any(cell.strip() for cell in cells):
            yield number, cells


def _delimiter(header: str) -> str:
    return max(_DELIMITERS, key=header.count)
