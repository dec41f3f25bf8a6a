"""What people thought of answers, for whoever looks after the assistant."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any

from assistant.memory import Thumb, reopened
from retrieval import Catalogue, Database, Principal


@dataclass(frozen=True)
class Feedback:
    """An answer, what its asker thought of it, and what would have been right."""

    id: str  # of the answer
    user: str | None
    given_at: str
    thumb: Thumb
    comment: str | None
    correction: str | None
    question: str
    answer: dict[str, Any]

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def feedback(
    database: Database,
    principal: Principal,
    *,
    thumb: Thumb | None = None,
    corrected: bool = False,
    since: str = "",
) -> list[Feedback]:
    """The latest first. What this principal may not read of an answer is left out."""
    rows = database.rows(
        "SELECT f.*, a.question, a.answer AS said, c.user FROM feedback f JOIN answers a ON a.id = f.answer"
        " JOIN conversations c ON c.id = a.conversation"
        " WHERE COALESCE(?1, f.thumb) = f.thumb AND (NOT ?2 OR f.correction IS NOT NULL) AND f.given_at >= ?3"
        " ORDER BY f.given_at DESC, f.rowid DESC",
        thumb,
        corrected,
        since,
    )
    catalogue = Catalogue(database)
    return [
        Feedback(
            row["answer"],
            row["user"],
            row["given_at"],
            row["thumb"],
            row["comment"],
            row["correction"],
            row["question"],
            reopened(json.loads(row["said"]), catalogue, principal),
        )
        for row in rows
    ]
