"""The truth about documents, passages and who may read them. The index is derived from it."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from retrieval.access import Access, Audience, may_read
from retrieval.database import Database
from retrieval.nouns import Document, Passage, Principal
from retrieval.rows import (
    PASSAGE,
    WHOLE_DOCUMENT,
    WHOLE_PASSAGE,
    WHOLE_VECTOR,
    Kept,
    add,
    carry,
    holds,
    kept_row,
    live,
    note,
    put_vectors,
    read,
    retire,
    vectors_of,
    written,
)
from retrieval.where import Where

HELD = "d.state = 'live'"  # what a file holds now, though another document may have taken its place
LIVE = f"({HELD} AND d.key NOT IN (SELECT document FROM successions))"
# A version that was just superseded is found until the index holds its successor: no sync makes a document vanish.
FOUND = f"({HELD} OR (d.state = 'superseded' AND d.id IN (SELECT n.id FROM documents n WHERE n.state = 'live')))"


@dataclass(frozen=True)
class Counts:
    """What one principal may know of a Home's size."""

    documents: int
    passages: int


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

    def sizes(self) -> dict[str, int]:
        """Path → how many documents that file holds, of those that hold any."""
        rows = self.database.rows(f"SELECT file, COUNT(*) AS many FROM documents d WHERE {HELD} GROUP BY file")
        return {row["file"]: row["many"] for row in rows}

    def problems(self, access: Access, principal: Principal) -> list[tuple[str, str]]:
        """File → what is wrong with it, where the principal may read every file that is named."""
        rows = self.database.rows("SELECT path, problem, beside FROM files WHERE problem IS NOT NULL ORDER BY path")
        named = [(row, [file for file in (row["path"], row["beside"]) if file is not None]) for row in rows]
        return [
            (row["path"], row["problem"])
            for row, files in named
            if all(may_read(principal, access.audience(file)) for file in files)
        ]

    # Documents

    def put(
        self,
        source: str,
        file: str,
        digest: str,
        documents: Mapping[str, tuple[Document, Sequence[Passage]]],
        access: Access,
        problem: str | None = None,
    ) -> bool:
        """Make `documents` all that this file holds, in one transaction; True where it held some before.

        A document that says what it said, cut as it was, stays as it is, with its vectors; of another one, the
        passages that say what they said keep theirs.
        """
        with self.database.transaction() as connection:
            before = live(connection, file)
            same = {id for id in before.keys() & documents.keys() if holds(connection, before[id], *documents[id])}
            leaving = {id: key for id, key in before.items() if id not in same}
            known = vectors_of(connection, leaving.values())
            retire(connection, leaving, documents)
            for id, (document, passages) in documents.items():
                if id not in same:
                    carry(connection, add(connection, file, document, passages, access.audience(file)), known)
            note(connection, file, source, digest, problem)
        return bool(before)

    def release(self, file: str, staying: Collection[str]) -> None:
        """Documents that the file no longer holds leave, though its new ones can't be put yet."""
        with self.database.transaction() as connection:
            leaving = {id: key for id, key in live(connection, file).items() if id not in staying}
            retire(connection, leaving, staying)

    def forget_file(self, file: str) -> None:
        """The file is gone: its documents leave search and answers with this transaction."""
        with self.database.transaction() as connection:
            retire(connection, live(connection, file), ())
            connection.execute("DELETE FROM files WHERE path = ?", (file,))

    def note_problem(self, source: str, file: str, problem: str, beside: str | None = None, digest: str = "") -> None:
        """The file can't be read now. What it held stays; the next sync tries again, for no digest equals ''."""
        with self.database.transaction() as connection:
            note(connection, file, source, digest, problem, beside)

    def problem_of(self, file: str) -> str:
        rows = self.database.rows("SELECT problem FROM files WHERE path = ?", file)
        return next((row["problem"] for row in rows if row["problem"]), "")

    def apply(self, access: Access) -> None:
        """Let the Spec's rules of today decide who may read each document, superseded ones too."""
        if changed := self._against(access):
            with self.database.transaction() as connection:
                connection.executemany("UPDATE documents SET audience = ? WHERE key = ?", changed)

    def obeys(self, access: Access) -> bool:
        return not self._against(access)

    def _against(self, access: Access) -> list[tuple[str, int]]:
        rows = self.database.rows("SELECT key, file, audience FROM documents")
        ruled = [(written(access.audience(row["file"])), row) for row in rows]
        return [(audience, row["key"]) for audience, row in ruled if audience != row["audience"]]

    def document(self, id: str, principal: Principal) -> str | None:
        """The text that its file holds now, for those who may read it."""
        sql = f"SELECT d.id, d.text, d.audience, {WHOLE_DOCUMENT} AS whole FROM documents d WHERE d.id = ? AND {HELD}"
        rows = [row for row in self.database.rows(sql, id) if may_read(principal, read(row["audience"]))]
        return next((row["text"] for row in rows if self._is_whole(row["whole"], id)), None)

    def titles(self, principal: Principal) -> dict[str, str]:
        """Document id → title, of what this principal may read."""
        rows = self.database.rows(f"SELECT d.id, d.title, d.audience FROM documents d WHERE {LIVE} ORDER BY d.id")
        return {row["id"]: row["title"] for row in rows if may_read(principal, read(row["audience"]))}

    def questions(self, principal: Principal, most: int) -> list[str]:
        """Headings that are questions, in documents that this principal may read."""
        rows = self.database.rows(
            "SELECT p.heading, d.audience FROM passages p JOIN documents d ON d.key = p.document"
            f" WHERE {LIVE} AND p.heading LIKE '%?\"]' GROUP BY p.heading, d.audience ORDER BY MIN(p.key)"
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

    @property
    def empty(self) -> bool:
        """Whether it never held a document; those that were deleted are still known."""
        return not self.database.rows("SELECT 1 FROM documents LIMIT 1")

    # Passages

    def passages(self, audience: Audience) -> Iterator[Kept]:
        """The live passages of exactly this audience, in the order of their keys."""
        return self._kept(f"{PASSAGE} WHERE {LIVE} AND d.audience = ? ORDER BY p.key", written(audience))

    def audiences(self) -> list[Audience]:
        rows = self.database.rows(f"SELECT DISTINCT d.audience FROM documents d WHERE {LIVE} ORDER BY d.audience")
        return [read(row["audience"]) for row in rows]

    def audiences_of(self, documents: Collection[str]) -> list[Audience]:
        """Of those named, whatever became of them; who is not known here has none."""
        sql = "SELECT DISTINCT audience FROM documents WHERE id IN (SELECT value FROM json_each(?))"
        return [read(row["audience"]) for row in self.database.rows(sql, json.dumps(list(documents)))]

    def live_keys(self) -> list[tuple[int, str]]:
        """Key and audience of every live passage: what a whole index holds."""
        joined = "passages p JOIN documents d ON d.key = p.document"
        rows = self.database.rows(f"SELECT p.key, d.audience FROM {joined} WHERE {LIVE} ORDER BY p.key")
        return [(row["key"], row["audience"]) for row in rows]

    def fetch(self, keys: Iterable[int], principal: Principal) -> dict[int, Passage]:
        """What an index found of these keys: not deleted, and for this principal to read. The last word on both."""
        sql = f"{PASSAGE} WHERE {FOUND} AND p.key IN (SELECT value FROM json_each(?))"
        return {kept.key: kept.passage for kept in self._kept(sql, json.dumps(list(keys)), reader=principal)}

    def matching(self, where: Where, principal: Principal) -> list[int]:
        """Keys of the passages that `where` is about, of those that this principal may read."""
        audiences = self.database.rows("SELECT DISTINCT audience FROM documents")
        mine = [row["audience"] for row in audiences if may_read(principal, read(row["audience"]))]
        conditions = [("d.audience IN (SELECT value FROM json_each(?))", json.dumps(mine)), *where.conditions]
        sql = "SELECT p.key FROM passages p JOIN documents d ON d.key = p.document"
        sql = " AND ".join([f"{sql} WHERE {FOUND}", *(condition for condition, _ in conditions)])
        return [row["key"] for row in self.database.rows(sql, *(value for _, value in conditions))]

    def open_passage(self, id: str, principal: Principal) -> Kept | None:
        """A cited passage by its lasting id, with what became of its document; None for who may not read it.

        Of a deleted one the place is told, and not the text. A successor that this principal may not read is not named.
        """
        found = list(self._kept(f"{PASSAGE} WHERE p.id = ? ORDER BY d.key DESC LIMIT 1", id, reader=principal))
        return self._as_it_stands(found[0], principal) if found else None

    def _as_it_stands(self, kept: Kept, principal: Principal) -> Kept:
        if kept.state == "deleted":
            passage = replace(kept.passage, text="", end=kept.passage.start, units=())
            return replace(kept, passage=passage)
        named = kept.successor is None or self.document(kept.successor, principal) is not None
        return kept if named else replace(kept, successor=None)

    # Damage, which no checksum of SQLite's would notice

    def check(self) -> None:
        """Where every document stands in its life can be read: one that stands nowhere would be left out of all."""
        sql = "SELECT id FROM documents WHERE state NOT IN ('live', 'superseded', 'deleted') LIMIT 1"
        for row in self.database.rows(sql):
            self._is_whole(False, row["id"])

    def _kept(self, sql: str, *values: object, reader: Principal | None = None) -> Iterator[Kept]:
        """All of them, or those that this reader may read: nobody is told of damage to others."""
        for row in self.database.rows(sql, *values):
            if reader is None or may_read(reader, read(row["audience"])):
                self._is_whole(row["whole"], row["document_id"])
                yield kept_row(row)

    def _is_whole(self, whole: object, document: str) -> bool:
        if not whole:
            raise self.database.altered(document)
        return True

    # Vectors, kept so that an interrupted encoding goes on where it was

    def unencoded(self, encoder: str) -> list[Kept]:
        """Live passages without a vector, those of one audience together."""
        sql = f"{PASSAGE} LEFT JOIN vectors v ON v.passage = p.key AND v.encoder = ? WHERE {LIVE} AND v.passage IS NULL"
        return list(self._kept(sql + " ORDER BY d.audience, p.key", encoder))

    def put_vectors(self, encoder: str, vectors: Mapping[int, bytes]) -> None:
        with self.database.transaction() as connection:
            put_vectors(connection, [(key, encoder, vector) for key, vector in vectors.items()])

    def forget_vectors(self, encoder: str, keys: Iterable[int]) -> None:
        """These passages are encoded anew by the next sync."""
        with self.database.transaction() as connection:
            sql = "DELETE FROM vectors WHERE encoder = ? AND passage = ?"
            connection.executemany(sql, [(encoder, key) for key in keys])

    def encoded(self, encoder: str) -> dict[str, list[int]]:
        """Audience, as it is written, → keys of its live passages that this encoder encoded: what an index is of."""
        joined = "passages p JOIN documents d ON d.key = p.document JOIN vectors v ON v.passage = p.key"
        sql = f"SELECT p.key, d.audience FROM {joined} WHERE {LIVE} AND v.encoder = ? ORDER BY d.audience, p.key"
        found: dict[str, list[int]] = {}
        for row in self.database.rows(sql, encoder):
            found.setdefault(row["audience"], []).append(row["key"])
        return found

    def vectors(self, encoder: str, keys: Iterable[int]) -> dict[int, bytes]:
        """In the order of the keys; without those that are not what was written."""
        sql = (
            f"SELECT v.passage, v.vector FROM vectors v WHERE v.encoder = ? AND {WHOLE_VECTOR}"
            " AND v.passage IN (SELECT value FROM json_each(?)) ORDER BY v.passage"
        )
        return {row["passage"]: row["vector"] for row in self.database.rows(sql, encoder, json.dumps(list(keys)))}

    def words(self, keys: Iterable[int]) -> Iterator[tuple[int, str, str]]:
        """Key, title with headings, and text of these passages, in the order of the keys."""
        sql = (
            f"SELECT p.key, d.id, d.title, p.heading, p.text, {WHOLE_PASSAGE} AS whole"
            " FROM passages p JOIN documents d ON d.key = p.document"
            " WHERE p.key IN (SELECT value FROM json_each(?)) ORDER BY p.key"
        )
        for row in self.database.rows(sql, json.dumps(list(keys))):
            self._is_whole(row["whole"], row["id"])
            yield row["key"], " ".join((row["title"], *json.loads(row["heading"]))), row["text"]

    # Which part of teaching a document belongs to, for good

    def assign(self, parts: Mapping[str, str]) -> None:
        with self.database.transaction() as connection:
            connection.executemany("INSERT OR IGNORE INTO splits VALUES (?, ?)", parts.items())

    def parts(self) -> dict[str, str]:
        return {row["document"]: row["part"] for row in self.database.rows("SELECT * FROM splits")}
