"""What is remembered of one user: handed out, or erased."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from assistant.memory import reopened
from retrieval import Catalogue, Database, Library, Principal
from retrieval.life.purge import erasing, finish

FEEDBACK = ("thumb", "comment", "correction", "given_at")


@dataclass(frozen=True)
class Remembered:
    """How much is stored about a user; None stands for all who asked without a name."""

    user: str | None
    conversations: int
    answers: int
    thumbs: int
    since: str


def remembered(database: Database) -> list[Remembered]:
    rows = database.rows(
        "SELECT c.user, COUNT(DISTINCT c.id) AS conversations, COUNT(a.id) AS answers, COUNT(f.answer) AS thumbs,"
        " date(MIN(c.started_at)) AS since FROM conversations c LEFT JOIN answers a ON a.conversation = c.id"
        " LEFT JOIN feedback f ON f.answer = a.id GROUP BY c.user ORDER BY c.user"
    )
    return [Remembered(**dict(row)) for row in rows]


def exported(database: Database, principal: Principal) -> Iterator[dict[str, Any]]:
    """All that is stored about this user, a record a conversation and an answer.

    What they may no longer read is withheld here as everywhere: it is the company's, not theirs.
    """
    catalogue = Catalogue(database)
    for begun in database.rows("SELECT * FROM conversations WHERE user = ? ORDER BY started_at, id", principal.user):
        yield {"kind": "conversation", **begun}
        rows = database.rows(
            "SELECT a.*, f.thumb, f.comment, f.correction, f.given_at FROM answers a"
            " LEFT JOIN feedback f ON f.answer = a.id WHERE a.conversation = ? ORDER BY a.number",
            begun["id"],
        )
        yield from (_record(dict(row), catalogue, principal) for row in rows)


def forget(library: Library, user: str) -> int:
    """Erase all that is stored about this user; how many answers that was.

    The rows go in one transaction. Where the rest is interrupted, whoever opens the Home next finishes it.
    """
    with library.home.writing():
        with erasing(library.database) as connection:
            own = "SELECT id FROM conversations WHERE user = ?"
            found = f"SELECT COUNT(*) FROM answers WHERE conversation IN ({own})"
            many = int(connection.execute(found, (user,)).fetchone()[0])
            connection.execute("DELETE FROM conversations WHERE user = ?", (user,))
        finish(library.home, library.catalogue, library.erasers)
    return many


def _record(row: dict[str, Any], catalogue: Catalogue, principal: Principal) -> dict[str, Any]:
    answer = reopened(json.loads(row["answer"]), catalogue, principal)
    trace = {} if answer["withheld"] else _readable(json.loads(row["trace"]), catalogue, principal)
    given = {key: row[key] for key in FEEDBACK} if row["thumb"] else None
    kept = {key: row[key] for key in ("id", "conversation", "number", "asked_at", "question")}
    return {"kind": "answer", **kept, "answer": answer, "trace": trace, "feedback": given}


def _readable(trace: dict[str, Any], catalogue: Catalogue, principal: Principal) -> dict[str, Any]:
    found = [hit for hit in trace.get("found", ()) if catalogue.open_passage(hit["passage"], principal)]
    known = {hit["passage"] for hit in found}
    dropped = [passage for passage in trace.get("dropped", ()) if passage in known]
    return trace | {name: kept for name, kept in {"found": found, "dropped": dropped}.items() if name in trace}
