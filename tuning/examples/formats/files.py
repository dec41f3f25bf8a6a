"""Rows of a file, each with its line: JSON lines, a table of ours, or one JSON list as other trainers keep theirs."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from retrieval import ReadError
from tuning.exam.rows import BadRow, Row, read_rows, shown

_SPACE = " \t\r\n"
_HEAD = 4096  # bytes in which a file shows what it is


def rows_in(path: Path) -> Iterator[tuple[int, Callable[[], Row]]]:
    """Line by line, what makes a row of it or raises why not."""
    if not path.is_file() or not _is_list(path):
        yield from read_rows(path)
        return
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise ReadError(f"{path} is not UTF-8 text (byte {error.start:,}).", "Save it as JSON in UTF-8.") from error
    found = list(_listed(text))
    if not found:
        raise ReadError(f"{path} is an empty list.", "Fill it with rows, or name another file.")
    yield from found


def _is_list(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(_HEAD).removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"[")


def _listed(text: str) -> Iterator[tuple[int, Callable[[], Row]]]:
    """The list's rows up to the first that is broken: where the one behind it would begin nobody knows."""
    at, line, counted = text.index("[") + 1, 1, 0
    while True:
        at = _skipped(text, at, _SPACE)
        line, counted = line + text.count("\n", counted, at), at
        if at >= len(text):
            yield line, partial(_refuse, "the list has no end; was the file cut off?")
            return
        if text[at] == "]":
            if text[at + 1 :].strip():
                yield line, partial(_refuse, "there is more behind the end of the list; a file is one list, or lines")
            return
        try:
            found, at = json.JSONDecoder().raw_decode(text, at)
        except (ValueError, RecursionError) as error:
            yield line, partial(_refuse, f"the row is not JSON ({_said(error)}), so the rest of the list can't be read")
            return
        yield line, partial(_object, found)
        at = _skipped(text, at, _SPACE)
        at += text[at : at + 1] == ","


def _skipped(text: str, at: int, letters: str) -> int:
    while at < len(text) and text[at] in letters:
        at += 1
    return at


def _said(error: Exception) -> str:
    return f"{error.msg}, line {error.lineno}" if isinstance(error, json.JSONDecodeError) else str(error)


def _object(found: object) -> Row:
    if not isinstance(found, dict):
        raise BadRow(f"the row is {shown(found)}; it must be an object")
    try:
        json.dumps(found, ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        raise BadRow("the row holds half a character (a lone surrogate)") from error
    return found


def _refuse(reason: str) -> Row:
    raise BadRow(reason)
