"""What a purge will erase, found out before anybody is asked: nothing is written here."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from retrieval.access import inside, plain
from retrieval.catalogue import Catalogue
from retrieval.database import Row
from retrieval.errors import UsageError
from retrieval.home import Home
from retrieval.life.lines import leaving_lines
from retrieval.life.purge import Purge
from retrieval.sources import OWN, is_there, locate, walk

NAMED = 3  # files that an error names
COLUMNS = "key, id, file, state, title"


@dataclass(frozen=True)
class Planned:
    purge: Purge
    versions: dict[str, int]  # document → how many
    passages: int
    copies: list[str]  # documents that say the same in some version, and stay
    sources: list[str]  # that are gone, and held nothing else
    lines: dict[Path, int]  # question sets and the like → how many of their lines go


def plan_purge(home: Home, catalogue: Catalogue, names: Sequence[str]) -> Planned:
    """`names` are ids of documents, files, or folders: as the catalogue calls them, or by their paths in the Home."""
    if not names:
        raise UsageError("There is nothing to purge.", "Name a document, a file or a folder.")
    rows = catalogue.database.rows(f"SELECT {COLUMNS} FROM documents ORDER BY key")
    unread = [row["path"] for row in catalogue.database.rows("SELECT path FROM files")]
    files = {file for name in names for file in _files(home, name, rows, unread)}
    documents = {row["id"] for row in rows if row["file"] in files or row["id"] in names}
    documents |= _earlier_names(catalogue, rows, documents)
    leaving = [row for row in rows if row["id"] in documents]
    files |= {row["file"] for row in leaving if row["id"] == row["file"]}
    _refuse_what_stands(home, catalogue, leaving, files)
    purge = Purge(frozenset(documents), frozenset(files), frozenset(row["title"] for row in leaving))
    return Planned(
        purge,
        dict(Counter(row["id"] for row in leaving)),
        _passages(catalogue, leaving),
        sorted({row["id"] for row in _saying_the_same(catalogue, leaving)} - documents),
        _emptied(home, catalogue, files),
        leaving_lines(home, purge.names, purge.place_of),
    )


def _files(home: Home, name: str, rows: Iterable[Row], unread: Iterable[str]) -> set[str]:
    """The files that a name means; none, where it is a record's id."""
    known = {row["file"] for row in rows} | set(unread)
    path, root = Path(name).absolute(), home.documents.resolve()
    below = [path.relative_to(root).as_posix()] if path.is_relative_to(root) else []
    for wanted in filter(None, map(plain, (name, *below))):
        if found := {file for file in known if inside(file, wanted)}:
            return found
    if all(row["id"] != name for row in rows):
        raise UsageError(
            f"This Home has never held {name!r}.", "Name a document, a file or a folder as citations and sync do."
        )
    return set()


def _earlier_names(catalogue: Catalogue, rows: Sequence[Row], documents: set[str]) -> set[str]:
    """What these files were called before they were renamed: a document ended there as this one began."""
    found: set[str] = set()
    fresh = set(documents)
    while fresh:
        first = {row["id"]: row for row in reversed(rows) if row["id"] in fresh}
        last = {row["id"]: row["key"] for row in rows}
        same = _saying_the_same(catalogue, first.values())
        ended = {row["id"] for row in same if row["state"] == "deleted" and last[row["id"]] == row["key"]}
        fresh = ended - documents - found
        found |= fresh
    return found


def _saying_the_same(catalogue: Catalogue, rows: Iterable[Row]) -> list[Row]:
    keys = json.dumps([row["key"] for row in rows])
    texts = "SELECT text FROM documents WHERE key IN (SELECT value FROM json_each(?))"
    return catalogue.database.rows(f"SELECT {COLUMNS} FROM documents WHERE text IN ({texts})", keys)


def _refuse_what_stands(home: Home, catalogue: Catalogue, leaving: Iterable[Row], files: set[str]) -> None:
    """A document whose file is there would come back with the next sync."""
    held = {row["file"] for row in leaving if row["state"] == "live"} | files
    standing = {
        file.name: str(file.path)
        for source in catalogue.sources()
        if is_there(locate(home, source))
        for file in walk(locate(home, source), source).files
        if file.name in held
    }
    if standing:
        paths = sorted(standing.values())
        more = f" and {len(paths) - NAMED} more" if len(paths) > NAMED else ""
        raise UsageError(
            f"{', '.join(paths[:NAMED])}{more}: still there, so that the next sync would take in again what is purged.",
            "Delete the file, or take the record out of it and sync; then purge.",
        )


def _passages(catalogue: Catalogue, leaving: Iterable[Row]) -> int:
    keys = json.dumps([row["key"] for row in leaving])
    sql = "SELECT COUNT(*) FROM passages WHERE document IN (SELECT value FROM json_each(?))"
    return int(catalogue.database.rows(sql, keys)[0][0])


def _emptied(home: Home, catalogue: Catalogue, files: set[str]) -> list[str]:
    """Sources that are not there any more, of which nothing is left: their paths go too."""
    tops = {file.partition("/")[0] for file in files}
    gone = [source for source in catalogue.sources() if source != OWN and not is_there(locate(home, source))]
    return [each for each in gone if Path(each).name in tops and catalogue.files(each).keys() <= files]
