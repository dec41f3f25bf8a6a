"""The catalogue's rows: documents and passages as they are written, and what happens to them within a transaction."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

from retrieval.access import Audience
from retrieval.database import Connection, Row, summed
from retrieval.errors import ReadError
from retrieval.nouns import Document, Passage, Unit

State = Literal["live", "superseded", "deleted"]
SAID = "title, text, media, date, version, language, metadata"
CUT = "id, heading, page, start, stop, text, units"
# Whether a row says what was written: a document, a passage with what is shown of its document, a vector.
WHOLE_DOCUMENT = "d.sum IS summed(d.id, d.title, d.text, d.media, d.date, d.version, d.language, d.metadata)"
WHOLE_PASSAGE = "p.sum IS summed(p.id, p.heading, p.page, p.start, p.stop, p.text, p.units, d.title, d.date, d.version)"
WHOLE_VECTOR = "v.sum IS summed(v.passage, v.encoder, hex(v.vector))"
PASSAGE = (
    f"SELECT p.*, {WHOLE_PASSAGE} AS whole, d.id AS document_id, d.title, d.date, d.version, d.audience,"
    " CASE WHEN s.document IS NOT NULL THEN 'superseded' WHEN d.state = 'superseded' AND n.key IS NULL THEN 'deleted'"
    " ELSE d.state END AS state, COALESCE(s.successor, n.id) AS successor,"
    " COALESCE(s.since, CASE WHEN d.state = 'live' THEN NULL"  # first: what follows looks through all documents
    " WHEN n.key IS NULL THEN (SELECT MAX(retired_at) FROM documents WHERE id = d.id) ELSE d.retired_at END) AS since"
    " FROM passages p JOIN documents d ON d.key = p.document LEFT JOIN successions s ON s.document = d.key"
    " LEFT JOIN documents n ON n.id = d.id AND n.state = 'live' AND d.state <> 'live'"
)

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


@lru_cache(maxsize=1024)
def read(audience: str) -> Audience:
    """What is damaged grants nobody anything; rules are applied anew by whoever opens the Home next."""
    try:
        return frozenset(json.loads(audience))
    except ValueError:
        return frozenset({audience})


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
        f" WHERE d.key IN (SELECT value FROM json_each(?)) AND {WHOLE_VECTOR}"
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
        put_vectors(connection, [(key, encoder, vector) for encoder, vector in known.get(tuple(said), {}).items()])


def put_vectors(connection: Connection, vectors: Iterable[tuple[int, str, bytes]]) -> None:
    """Each with its passage's key and its encoder."""
    rows = [(key, encoder, vector, summed(key, encoder, vector.hex().upper())) for key, encoder, vector in vectors]
    connection.executemany("INSERT OR REPLACE INTO vectors (passage, encoder, vector, sum) VALUES (?, ?, ?, ?)", rows)


def add(connection: Connection, file: str, document: Document, passages: Sequence[Passage], audience: Audience) -> int:
    """Its key."""
    taken = connection.execute("SELECT file FROM documents WHERE id = ? AND state = 'live'", (document.id,)).fetchone()
    if taken:
        raise IdTaken(file, document.id, taken["file"])
    said = _said(document)
    row = (document.id, file, written(audience), *said, summed(document.id, *said))
    sql = f"INSERT INTO documents (id, file, audience, {SAID}, sum) VALUES ({_marks(row)})"
    key = connection.execute(sql, row).lastrowid
    assert key is not None  # after an INSERT there always is one
    shown = document.title, document.date, document.version
    rows = [(key, *cut, summed(*cut, *shown)) for cut in map(passage_row, passages)]
    connection.executemany(f"INSERT INTO passages (document, {CUT}, sum) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)
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
