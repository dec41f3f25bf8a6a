"""The catalogue's rows: documents and passages as they are written, and what happens to them within a transaction."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from retrieval.access import Audience
from retrieval.database import Connection, Row
from retrieval.errors import ReadError
from retrieval.nouns import Document, Passage, Unit

State = Literal["live", "superseded", "deleted"]
SAID = "title, text, media, date, version, language, metadata"
CUT = "id, heading, page, start, stop, text, units"

Encoded = dict[tuple[str, ...], dict[str, bytes]]  # title, heading, text and audience → encoder → vector


@dataclass(frozen=True)
class Kept:
    """A passage as the catalogue holds it: with its key, its audience, and where its document stands in its life."""

    key: int
    passage: Passage
    audience: Audience
    state: State
    successor: str | None = None  # of a superseded one: the document that took its place, where that is known
    since: str | None = None  # of a superseded or deleted one: when that came about, where that is known


class IdTaken(ReadError):
    """Two files hold a document of the same id. The first one keeps it."""

    def __init__(self, file: str, id: str, other: str) -> None:
        super().__init__(
            f"{file}: the document id {id!r} is taken by {other}.", "Give one of them another id, or remove it."
        )
        self.other = other


def written(audience: Audience) -> str:
    return json.dumps(sorted(audience))


def read(audience: str) -> Audience:
    return frozenset(json.loads(audience))


def live(connection: Connection, file: str) -> dict[str, int]:
    """Id → key of the documents that a file holds."""
    rows = connection.execute("SELECT key, id FROM documents WHERE file = ? AND state = 'live'", (file,))
    return {row["id"]: row["key"] for row in rows}


def holds(connection: Connection, key: int, document: Document, passages: Sequence[Passage]) -> bool:
    said = connection.execute(f"SELECT {SAID} FROM documents WHERE key = ?", (key,)).fetchone()
    cut = connection.execute(f"SELECT {CUT} FROM passages WHERE document = ? ORDER BY key", (key,))
    return tuple(said) == _said(document) and [tuple(row) for row in cut] == [passage_row(each) for each in passages]


def retire(connection: Connection, leaving: Mapping[str, int], staying: Collection[str]) -> None:
    """Documents whose id stays were superseded, the others deleted. Their vectors go, their text can still be cited."""
    vectors = "DELETE FROM vectors WHERE passage IN (SELECT key FROM passages WHERE document = ?)"
    for id, key in leaving.items():
        state = "superseded" if id in staying else "deleted"
        connection.execute("UPDATE documents SET state = ?, retired_at = CURRENT_TIMESTAMP WHERE key = ?", (state, key))
        connection.execute("DELETE FROM successions WHERE document = ?", (key,))
        connection.execute(vectors, (key,))


def vectors_of(connection: Connection, documents: Iterable[int]) -> Encoded:
    """The vectors of these documents' passages, by what was encoded and for whom.

    The audience belongs to it, for a vector owes its last bits to what was encoded with it.
    """
    sql = (
        "SELECT d.title, p.heading, p.text, d.audience, v.encoder, v.vector FROM documents d"
        " JOIN passages p ON p.document = d.key JOIN vectors v ON v.passage = p.key"
        " WHERE d.key IN (SELECT value FROM json_each(?))"
    )
    found: Encoded = {}
    for *said, encoder, vector in connection.execute(sql, (json.dumps(list(documents)),)):
        found.setdefault(tuple(said), {})[encoder] = vector
    return found


def carry(connection: Connection, document: int, known: Encoded) -> None:
    """A passage that says what one said before need not be encoded again."""
    sql = (
        "SELECT d.title, p.heading, p.text, d.audience, p.key FROM documents d"
        " JOIN passages p ON p.document = d.key WHERE d.key = ?"
    )
    for *said, key in connection.execute(sql, (document,)).fetchall():
        rows = [(key, encoder, vector) for encoder, vector in known.get(tuple(said), {}).items()]
        connection.executemany("INSERT INTO vectors VALUES (?, ?, ?)", rows)


def add(connection: Connection, file: str, document: Document, passages: Sequence[Passage], audience: Audience) -> int:
    """Its key."""
    taken = connection.execute("SELECT file FROM documents WHERE id = ? AND state = 'live'", (document.id,)).fetchone()
    if taken:
        raise IdTaken(file, document.id, taken["file"])
    row = (document.id, file, written(audience), *_said(document))
    sql = f"INSERT INTO documents (id, file, audience, {SAID}) VALUES ({_marks(row)})"
    key = connection.execute(sql, row).lastrowid
    assert key is not None  # after an INSERT there always is one
    rows = [(key, *passage_row(passage)) for passage in passages]
    connection.executemany(f"INSERT INTO passages (document, {CUT}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows)
    return key


def note(
    connection: Connection,
    file: str,
    source: str,
    digest: str,
    problem: str | None = None,
    beside: str | None = None,
) -> None:
    columns = "path, source, digest, problem, beside"
    row = (file, source, digest, problem, beside)
    connection.execute(f"INSERT OR REPLACE INTO files ({columns}) VALUES ({_marks(row)})", row)


def _marks(row: Sequence[object]) -> str:
    return ", ".join("?" * len(row))


def _said(document: Document) -> tuple[Any, ...]:
    said = (document.title, document.text, document.media, document.date, document.version, document.language)
    return *said, json.dumps(dict(document.metadata))


def passage_row(passage: Passage) -> tuple[Any, ...]:
    units = json.dumps([(unit.kind, unit.start, unit.end) for unit in passage.units])
    heading = json.dumps(passage.heading, ensure_ascii=False)
    return passage.id, heading, passage.page, passage.start, passage.end, passage.text, units


def kept_row(row: Row) -> Kept:
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
    return Kept(row["key"], passage, read(row["audience"]), row["state"], row["successor"], row["since"])
