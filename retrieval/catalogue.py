"""The truth about documents, passages and who may read them. The index is derived from it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from retrieval.access import Access, Audience, may_read
from retrieval.database import Database
from retrieval.errors import ReadError
from retrieval.nouns import Document, Passage, Principal, Unit

LIVE = "d.state = 'live'"
PASSAGE = (
    "SELECT p.*, d.id AS document_id, d.title, d.date, d.version, d.audience, d.state"
    " FROM passages p JOIN documents d ON d.key = p.document"
)


@dataclass(frozen=True)
class Counts:
    """What one principal may know of a Home's size."""

    documents: int
    passages: int


@dataclass(frozen=True)
class Kept:
    """A passage as the catalogue holds it: with its key, its audience, and whether it still counts."""

    key: int
    passage: Passage
    audience: Audience
    state: str


class Catalogue:
    def __init__(self, database: Database) -> None:
        self.database = database

    # Sources and files

    def add_source(self, path: str) -> None:
        with self.database.transaction() as connection:
            connection.execute("INSERT OR IGNORE INTO sources (path) VALUES (?)", (path,))

    def sources(self) -> list[str]:
        return [row["path"] for row in self.database.rows("SELECT path FROM sources ORDER BY added_at, path")]

    def files(self, source: str) -> dict[str, str]:
        """Path → digest of what was last read there."""
        rows = self.database.rows("SELECT path, digest FROM files WHERE source = ?", source)
        return {row["path"]: row["digest"] for row in rows}

    def problems(self, access: Access, principal: Principal) -> list[tuple[str, str]]:
        rows = self.database.rows("SELECT path, problem FROM files WHERE problem IS NOT NULL ORDER BY path")
        return [(row["path"], row["problem"]) for row in rows if may_read(principal, access.audience(row["path"]))]

    # Documents

    def put(
        self,
        source: str,
        file: str,
        digest: str,
        documents: Mapping[str, tuple[Document, Sequence[Passage]]],
        access: Access,
        problem: str | None = None,
    ) -> None:
        """Make `documents` all that this file holds, in one transaction; what it held before leaves."""
        with self.database.transaction() as connection:
            self._retire(connection, file, documents)
            for document, passages in documents.values():
                self._add(connection, file, document, passages, access.audience(file))
            connection.execute("INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?)", (file, source, digest, problem))

    def forget_file(self, file: str) -> None:
        """The file is gone: its documents leave search and answers with this transaction."""
        with self.database.transaction() as connection:
            self._retire(connection, file, {})
            connection.execute("DELETE FROM files WHERE path = ?", (file,))

    def note_problem(self, source: str, file: str, problem: str) -> None:
        """The file can't be read now. What it held stays; the next sync tries again, for no digest equals ''."""
        with self.database.transaction() as connection:
            connection.execute("INSERT OR REPLACE INTO files VALUES (?, ?, '', ?)", (file, source, problem))

    def _retire(self, connection: sqlite3.Connection, file: str, staying: Mapping[str, Any]) -> None:
        rows = connection.execute("SELECT key, id FROM documents WHERE file = ? AND state = 'live'", (file,))
        for row in rows.fetchall():
            state = "superseded" if row["id"] in staying else "deleted"
            connection.execute("UPDATE documents SET state = ? WHERE key = ?", (state, row["key"]))
            vectors = "DELETE FROM vectors WHERE passage IN (SELECT key FROM passages WHERE document = ?)"
            connection.execute(vectors, (row["key"],))

    def _add(
        self,
        connection: sqlite3.Connection,
        file: str,
        document: Document,
        passages: Sequence[Passage],
        audience: Audience,
    ) -> None:
        columns = "id, file, audience, title, text, media, date, version, language, metadata"
        said = (document.title, document.text, document.media, document.date, document.version, document.language)
        row = (document.id, file, written(audience), *said, json.dumps(dict(document.metadata)))
        marks = ", ".join("?" * len(row))
        try:
            added = connection.execute(f"INSERT INTO documents ({columns}) VALUES ({marks})", row)
        except sqlite3.IntegrityError as error:
            raise ReadError(
                f"{file}: another file already holds a document with the id {document.id!r}.", "Rename one of them."
            ) from error
        connection.executemany(
            "INSERT INTO passages (document, id, heading, page, start, stop, text, units)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [(added.lastrowid, *_passage_row(passage)) for passage in passages],
        )

    def apply(self, access: Access) -> bool:
        """Let the Spec's rules of today decide who may read each document; True where any changed."""
        rows = self.database.rows("SELECT key, file, audience FROM documents")
        changed = [(written(access.audience(row["file"])), row["key"]) for row in rows]
        changed = [new for new, row in zip(changed, rows, strict=True) if new[0] != row["audience"]]
        if changed:
            with self.database.transaction() as connection:
                connection.executemany("UPDATE documents SET audience = ? WHERE key = ?", changed)
        return bool(changed)

    def document(self, id: str, principal: Principal) -> str | None:
        """The text of the live document, for those who may read it."""
        rows = self.database.rows(f"SELECT d.text, d.audience FROM documents d WHERE d.id = ? AND {LIVE}", id)
        return next((row["text"] for row in rows if may_read(principal, read(row["audience"]))), None)

    def titles(self, principal: Principal) -> dict[str, str]:
        """Document id → title, of what this principal may read."""
        rows = self.database.rows(f"SELECT d.id, d.title, d.audience FROM documents d WHERE {LIVE} ORDER BY d.id")
        return {row["id"]: row["title"] for row in rows if may_read(principal, read(row["audience"]))}

    def questions(self, principal: Principal, most: int) -> list[str]:
        """Headings that are questions, in documents that this principal may read."""
        rows = self.database.rows(
            "SELECT DISTINCT p.heading, d.audience FROM passages p JOIN documents d ON d.key = p.document"
            f" WHERE {LIVE} AND p.heading LIKE '%?\"]' ORDER BY p.key"
        )
        mine = [json.loads(row["heading"])[-1] for row in rows if may_read(principal, read(row["audience"]))]
        return list(dict.fromkeys(mine))[:most]

    def counts(self, principal: Principal) -> Counts:
        rows = self.database.rows(
            "SELECT d.audience, COUNT(DISTINCT d.key) AS documents, COUNT(p.key) AS passages"
            f" FROM documents d LEFT JOIN passages p ON p.document = d.key WHERE {LIVE} GROUP BY d.audience"
        )
        mine = [row for row in rows if may_read(principal, read(row["audience"]))]
        return Counts(sum(row["documents"] for row in mine), sum(row["passages"] for row in mine))

    # Passages

    def passages(self, audience: Audience) -> Iterator[Kept]:
        """The live passages of exactly this audience, in the order of their keys."""
        sql = f"{PASSAGE} WHERE {LIVE} AND d.audience = ? ORDER BY p.key"
        return (_kept(row) for row in self.database.rows(sql, written(audience)))

    def audiences(self) -> list[Audience]:
        rows = self.database.rows(f"SELECT DISTINCT d.audience FROM documents d WHERE {LIVE} ORDER BY d.audience")
        return [read(row["audience"]) for row in rows]

    def live_keys(self) -> list[tuple[int, str]]:
        """Key and audience of every live passage: what a whole index holds."""
        joined = "passages p JOIN documents d ON d.key = p.document"
        rows = self.database.rows(f"SELECT p.key, d.audience FROM {joined} WHERE {LIVE} ORDER BY p.key")
        return [(row["key"], row["audience"]) for row in rows]

    def fetch(self, keys: Iterable[int], principal: Principal) -> dict[int, Passage]:
        """The passages of these keys that are live and that the principal may read. The last word on both."""
        wanted = list(keys)
        marks = ", ".join("?" * len(wanted))
        found = map(_kept, self.database.rows(f"{PASSAGE} WHERE {LIVE} AND p.key IN ({marks})", *wanted))
        return {kept.key: kept.passage for kept in found if may_read(principal, kept.audience)}

    def count_passages(self, documents: Collection[str]) -> int:
        marks = ", ".join("?" * len(documents))
        sql = (
            f"SELECT COUNT(*) FROM passages p JOIN documents d ON d.key = p.document WHERE {LIVE} AND d.id IN ({marks})"
        )
        return int(self.database.rows(sql, *documents)[0][0]) if documents else 0

    def open_passage(self, id: str, principal: Principal) -> Kept | None:
        """A cited passage by its lasting id, also when a newer version came; None for who may not read it."""
        rows = self.database.rows(f"{PASSAGE} WHERE p.id = ? ORDER BY d.key DESC LIMIT 1", id)
        found = [kept for kept in map(_kept, rows) if may_read(principal, kept.audience)]
        return found[0] if found else None

    # Vectors, kept so that an interrupted encoding goes on where it was

    def unencoded(self, encoder: str) -> list[Kept]:
        sql = f"{PASSAGE} LEFT JOIN vectors v ON v.passage = p.key AND v.encoder = ? WHERE {LIVE} AND v.passage IS NULL"
        return [_kept(row) for row in self.database.rows(sql + " ORDER BY p.key", encoder)]

    def put_vectors(self, encoder: str, vectors: Mapping[int, bytes]) -> None:
        with self.database.transaction() as connection:
            rows = [(key, encoder, vector) for key, vector in vectors.items()]
            connection.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?, ?)", rows)

    def vectors(self, encoder: str, audience: Audience) -> dict[int, bytes]:
        sql = (
            "SELECT v.passage, v.vector FROM vectors v JOIN passages p ON p.key = v.passage"
            f" JOIN documents d ON d.key = p.document WHERE {LIVE} AND v.encoder = ? AND d.audience = ? ORDER BY p.key"
        )
        return {row["passage"]: row["vector"] for row in self.database.rows(sql, encoder, written(audience))}

    # Which part of teaching a document belongs to, for good

    def assign(self, parts: Mapping[str, str]) -> None:
        with self.database.transaction() as connection:
            connection.executemany("INSERT OR IGNORE INTO splits VALUES (?, ?)", parts.items())

    def parts(self) -> dict[str, str]:
        return {row["document"]: row["part"] for row in self.database.rows("SELECT * FROM splits")}


def written(audience: Audience) -> str:
    return json.dumps(sorted(audience))


def read(audience: str) -> Audience:
    return frozenset(json.loads(audience))


def _passage_row(passage: Passage) -> tuple[Any, ...]:
    units = json.dumps([(unit.kind, unit.start, unit.end) for unit in passage.units])
    heading = json.dumps(passage.heading, ensure_ascii=False)
    return passage.id, heading, passage.page, passage.start, passage.end, passage.text, units


def _kept(row: sqlite3.Row) -> Kept:
    passage = Passage(
        id=row["id"],
        document=row["document_id"],
        title=row["title"],
        heading=tuple(json.loads(row["heading"])),
        page=row["page"],
        start=row["start"],
        end=row["stop"],
        text=row["text"],
        units=tuple(Unit(*unit) for unit in json.loads(row["units"])),
        date=row["date"],
        version=row["version"],
    )
    return Kept(row["key"], passage, read(row["audience"]), row["state"])
