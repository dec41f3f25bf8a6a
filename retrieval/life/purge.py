"""Purging: a document leaves the Home without a trace. What is intended is recorded first, so that it is finished.

The first transaction records the names and deletes what the catalogue holds. All that follows may be done twice, and
whoever opens the Home next goes on with it.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from retrieval.catalogue import Catalogue
from retrieval.database import Connection, Database
from retrieval.errors import IndexDamaged, StorageError
from retrieval.home import Home
from retrieval.index.building import build
from retrieval.index.generation import newest, sweep
from retrieval.index.manifest import read_manifest
from retrieval.life.lines import erase_lines

KINDS = ("document", "file", "title")
PAGES = "pages"  # the last step: overwriting the free pages, when no name is known any more
# A problem of another file may name what leaves. Where a name is a part of a longer one, that file is read once more.
RENEW = (
    "UPDATE files SET problem = :renewed, beside = NULL, digest = ''"
    " WHERE problem IS NOT NULL AND (beside = :name OR instr(problem, :name))"
)
RENEWED = "What was wrong with it named a document that has been purged. The next sync looks again."


@dataclass(frozen=True)
class Purge:
    """What is to leave, by every name that something may know it by."""

    documents: frozenset[str]
    files: frozenset[str]
    titles: frozenset[str]

    def names(self, text: str) -> bool:
        """Whether this is the name of a document, a file or a passage of what leaves."""
        return text in self.documents or text in self.files or text.rpartition("@")[0] in self.documents

    def place_of(self, text: str) -> bool:
        """Whether this is how a passage's place is written: title › heading path."""
        return text in self.titles or any(text.startswith((f"{title} › ", f"{title}, p. ")) for title in self.titles)


Eraser = Callable[[Home, Database, Purge], None]  # a room's: it may be asked twice for the same
Erasers = Mapping[str, Eraser]


def begin(catalogue: Catalogue, purge: Purge, sources: Iterable[str]) -> None:
    """From here on the documents are gone for all who search, and will be gone for good. So are emptied sources."""
    catalogue.database.connection.execute("PRAGMA secure_delete = ON")
    with catalogue.database.transaction() as connection:
        kinds = zip(KINDS, (purge.documents, purge.files, purge.titles), strict=True)
        named = [(name, kind) for kind, names in kinds for name in names]
        connection.executemany("INSERT OR REPLACE INTO purges VALUES (?, ?)", [*named, ("", PAGES)])
        for document in purge.documents:
            connection.execute("DELETE FROM documents WHERE id = ?", (document,))
            connection.execute("DELETE FROM splits WHERE document = ?", (document,))
            connection.execute("UPDATE successions SET successor = NULL WHERE successor = ?", (document,))
        for name in purge.documents | purge.files:
            connection.execute(RENEW, {"name": name, "renewed": RENEWED})
        connection.executemany("DELETE FROM files WHERE path = ?", [(file,) for file in purge.files])
        connection.executemany("DELETE FROM sources WHERE path = ?", [(source,) for source in sources])


@contextmanager
def erasing(database: Database) -> Iterator[Connection]:
    """A transaction for good: whoever opens the Home next overwrites what the file's pages still hold of it."""
    database.connection.execute("PRAGMA secure_delete = ON")
    with database.transaction() as connection:
        yield connection
        connection.execute("INSERT OR REPLACE INTO purges VALUES ('', ?)", (PAGES,))


def pending(catalogue: Catalogue) -> bool:
    return bool(catalogue.database.rows("SELECT 1 FROM purges LIMIT 1"))


def strangers(catalogue: Catalogue, erasers: Iterable[str]) -> set[str]:
    """Rooms that keep something in this Home, and of which nobody here knows how to erase it."""
    return {row["room"] for row in catalogue.database.rows("SELECT room FROM schema")} - {"retrieval", *erasers}


def finish(home: Home, catalogue: Catalogue, erasers: Erasers) -> None:
    """Erase what is recorded, wherever it is kept. The caller holds the Home for writing."""
    if purge := _recorded(catalogue):
        _rebuild(home, catalogue)
        erase_lines(home, purge.names, purge.place_of)
        for erase in erasers.values():
            erase(home, catalogue.database, purge)
        with catalogue.database.transaction() as connection:
            connection.execute("DELETE FROM purges WHERE kind <> ?", (PAGES,))
    if pending(catalogue):
        catalogue.database.rewrite()
        with catalogue.database.transaction() as connection:
            connection.execute("DELETE FROM purges")


def _recorded(catalogue: Catalogue) -> Purge | None:
    rows = catalogue.database.rows("SELECT name, kind FROM purges WHERE kind <> ?", PAGES)
    documents, files, titles = (frozenset(row["name"] for row in rows if row["kind"] == kind) for kind in KINDS)
    return Purge(documents, files, titles) if rows else None


def _rebuild(home: Home, catalogue: Catalogue) -> None:
    """A generation without it; an index that can't be read goes, and the next sync builds it from the catalogue."""
    folder = newest(home)
    try:
        manifest = read_manifest(folder) if folder else None
    except IndexDamaged:
        manifest = None
    if manifest is not None:
        build(home, catalogue, manifest.encoder, manifest.dimension, manifest.rules, anew=True)
    elif folder is not None:
        shutil.rmtree(folder, ignore_errors=True)
    sweep(home)
    if left := [path.name for path in home.index.iterdir() if manifest is None or path != newest(home)]:
        raise StorageError(
            f"{', '.join(left)} in {home.index} could not be removed.", "Close what has it open, then run the same."
        )
