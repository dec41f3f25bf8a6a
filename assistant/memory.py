"""What a deployment remembers: conversations, answers with their trace, and what people thought of them."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from typing import Any, Literal, get_args

from assistant.nouns import Answer
from retrieval import Catalogue, Database, Principal, UsageError

Thumb = Literal["up", "down"]
WITHHELD = "withheld"

MIGRATIONS = (
    """
CREATE TABLE conversations (
    id TEXT PRIMARY KEY,
    user TEXT,
    started_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP
);
CREATE TABLE answers (
    id TEXT PRIMARY KEY,
    conversation TEXT NOT NULL REFERENCES conversations(id) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    question TEXT NOT NULL,
    answer TEXT NOT NULL,
    trace TEXT NOT NULL,
    asked_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP
);
CREATE UNIQUE INDEX turns ON answers(conversation, number);
CREATE TABLE feedback (
    answer TEXT PRIMARY KEY REFERENCES answers(id) ON DELETE CASCADE,
    thumb TEXT NOT NULL CHECK (thumb IN ('up', 'down')),
    comment TEXT,
    given_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP
)
""",
)


@dataclass(frozen=True)
class Turn:
    """A question and its answer, as stored; what its reader may no longer read is left out."""

    id: str
    question: str
    answer: dict[str, Any]
    thumb: Thumb | None


class Memory:
    def __init__(self, database: Database) -> None:
        self.database = database

    def begin(self, principal: Principal) -> str:
        """A new conversation; its name is not to be guessed."""
        conversation = uuid.uuid4().hex
        with self.database.transaction() as connection:
            connection.execute("INSERT INTO conversations (id, user) VALUES (?, ?)", (conversation, principal.user))
        return conversation

    def check(self, conversation: str, principal: Principal) -> None:
        """A conversation is its owner's alone; to all others it does not exist."""
        owned = "SELECT 1 FROM conversations WHERE id = ? AND user IS ?"
        if not self.database.rows(owned, conversation, principal.user):
            raise UsageError(f"There is no conversation {conversation!r}.", "Begin a new one.")

    def keep(self, conversation: str, answer: Answer, principal: Principal) -> None:
        text = json.dumps(answer.to_json(), ensure_ascii=False)
        trace = json.dumps(answer.trace, ensure_ascii=False)
        with self.database.transaction() as connection:
            self.check(conversation, principal)
            connection.execute(
                "INSERT INTO answers (id, conversation, number, question, answer, trace)"
                " SELECT ?, ?, COALESCE(MAX(number), 0) + 1, ?, ?, ? FROM answers WHERE conversation = ?",
                (answer.id, conversation, answer.question, text, trace, conversation),
            )

    def turns(self, conversation: str, principal: Principal) -> list[Turn]:
        """What was said, of which this principal may still read the evidence."""
        self.check(conversation, principal)
        rows = self.database.rows(
            "SELECT a.*, f.thumb FROM answers a LEFT JOIN feedback f ON f.answer = a.id"
            " WHERE a.conversation = ? ORDER BY a.number",
            conversation,
        )
        catalogue = Catalogue(self.database)
        return [
            Turn(row["id"], row["question"], reopened(json.loads(row["answer"]), catalogue, principal), row["thumb"])
            for row in rows
        ]

    def rate(self, answer: str, thumb: Thumb, comment: str | None = None) -> None:
        """Keep what someone thought of an answer; a second thought replaces the first."""
        if thumb not in get_args(Thumb):
            raise UsageError(f"{thumb!r} is no thumb.", f"Give one of: {', '.join(get_args(Thumb))}.")
        with self.database.transaction() as connection:
            if not connection.execute("SELECT 1 FROM answers WHERE id = ?", (answer,)).fetchone():
                raise UsageError(f"There is no answer {answer!r}.", "It may have been deleted.")
            connection.execute(
                "INSERT INTO feedback (answer, thumb, comment) VALUES (?, ?, ?)"
                " ON CONFLICT (answer) DO UPDATE SET thumb = excluded.thumb, comment = excluded.comment,"
                " given_at = CURRENT_TIMESTAMP",
                (answer, thumb, comment),
            )

    def ratings(self) -> dict[str, int]:
        rows = self.database.rows("SELECT thumb, COUNT(*) AS many FROM feedback GROUP BY thumb")
        return {row["thumb"]: row["many"] for row in rows}


def reopened(answer: dict[str, Any], catalogue: Catalogue, principal: Principal) -> dict[str, Any]:
    """A stored answer for today's eyes: each citation with its document's state.

    One that may no longer be read is withheld, and with it the text, which is in its words.
    """
    citations = [_reopened(citation, catalogue, principal) for citation in answer["citations"]]
    withheld = any(citation["state"] == WITHHELD for citation in citations)
    return answer | {"answer": "" if withheld else answer["answer"], "withheld": withheld, "citations": citations}


def _reopened(citation: dict[str, Any], catalogue: Catalogue, principal: Principal) -> dict[str, Any]:
    kept = catalogue.open_passage(citation["passage"], principal)
    if kept is None:
        return {"number": citation["number"], "state": WITHHELD}
    return citation | {"state": kept.state}
