"""What else lies below a Home in lines: question sets, drafts, examples, and what was computed and kept.

A line that names what is purged goes, in whatever file it stands.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from retrieval.home import Home
from retrieval.whole import write_whole

LINES, TABLES = {".jsonl"}, {".csv", ".tsv"}
REMADE = {"asked", "value"}  # the keys of a line that is made again when it is asked for
LARGEST = 64 * 2**20  # bytes of a file that is looked through for names

Names = Callable[[str], bool]  # whether a text is a name of what is purged


@dataclass(frozen=True)
class _Pruned:
    """A file without the lines that go."""

    path: Path
    text: str
    gone: int


def erase_lines(home: Home, names: Names, place_of: Names) -> None:
    """`place_of`: whether a text is a place in what is purged. Another document may be called so too."""
    for pruned in _all_pruned(home, names, place_of):
        write_whole(pruned.path, pruned.text)


def leaving_lines(home: Home, names: Names, place_of: Names) -> dict[Path, int]:
    """How many lines `erase_lines` would take out of which file."""
    return {pruned.path: pruned.gone for pruned in _all_pruned(home, names, place_of)}


def _all_pruned(home: Home, names: Names, place_of: Names) -> Iterator[_Pruned]:
    for path in files(home):
        if path.suffix.lower() in LINES:
            pruned = _pruned_lines(path, names, place_of)
        elif path.suffix.lower() in TABLES:
            pruned = _pruned_rows(path, names)
        else:
            continue
        if pruned.gone:
            yield pruned


def files(home: Home) -> Iterator[Path]:
    """All but documents, store and index, which have ways of their own."""
    apart = {home.documents, home.database.parent, home.index}
    for folder in sorted(home.root.iterdir()):
        found = [folder] if folder.is_file() else sorted(folder.rglob("*")) if folder not in apart else []
        yield from (path for path in found if path.is_file() and not path.is_symlink())


def still_naming(home: Home, words: Sequence[str]) -> list[Path]:
    """The files, documents among them, in which one of these words stands yet: no program can tell what it is for."""
    wanted = [form.encode() for word in words for form in {word, json.dumps(word)[1:-1]}]
    looked = [*files(home), *(path for path in sorted(home.documents.rglob("*")) if path.is_file())]
    return [path for path in looked if path.stat().st_size <= LARGEST and _holds(path, wanted)]


def _holds(path: Path, wanted: Sequence[bytes]) -> bool:
    held = path.read_bytes()
    return any(word in held for word in wanted)


def texts(value: Any) -> Iterator[str]:
    """Every text in a JSON value, however deep, keys included."""
    waiting = [value]
    while waiting:
        each = waiting.pop()
        if isinstance(each, str):
            yield each
        elif isinstance(each, dict):
            waiting += [*each.keys(), *each.values()]
        elif isinstance(each, list):
            waiting += each


def _names_it(line: str, names: Names, place_of: Names) -> bool:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):  # torn by an interruption, or somebody's to mend
        return line.startswith('{"asked"')
    remade = isinstance(value, dict) and value.keys() == REMADE
    return any(names(text) or (remade and place_of(text)) for text in texts(value))


def _pruned_lines(path: Path, names: Names, place_of: Names) -> _Pruned:
    lines = path.read_bytes().decode("utf-8", errors="replace").split("\n")
    kept = [line for line in lines if not _names_it(line, names, place_of)]
    ending = [""] if _names_it(lines[-1], names, place_of) else []  # what is added next begins a line of its own
    return _Pruned(path, "\n".join(kept + ending), len(lines) - len(kept))


def _pruned_rows(path: Path, names: Names) -> _Pruned:
    text = path.read_bytes().decode("utf-8", errors="replace")
    delimiter = max(",;|\t", key=text.partition("\n")[0].count)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error:  # no table: where a name stands in it, that is told
        return _Pruned(path, text, 0)
    kept = [row for row in rows if not any(names(name) for cell in row for name in _listed(cell))]
    written = io.StringIO(newline="")
    csv.writer(written, delimiter=delimiter).writerows(kept)
    return _Pruned(path, written.getvalue(), len(rows) - len(kept))


def _listed(cell: str) -> Iterator[str]:
    """A cell, and what it lists: as JSON, or between bars."""
    yield cell
    yield from (part.strip() for part in cell.split("|"))
    try:
        yield from texts(json.loads(cell))
    except (ValueError, RecursionError):
        return
