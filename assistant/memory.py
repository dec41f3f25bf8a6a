"""What a deployment remembers: conversations, answers with their trace, and what people thought of them."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from typing import Any, Literal

from assistant.nouns import Answer
from retrieval import Database, Principal, UsageError

Thumb = Literal["up", "down"]

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
    """A question and its answer, as stored."""

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

    def keep(self, conversation: str, answer: Answer) -> None:
        with self.database.transaction() as connection:
            count = connection.execute("SELECT COUNT(*) FROM answers WHERE conversation = ?", (conversation,))
            number = count.fetchone()[0] + 1
            text = json.dumps(answer.to_json(), ensure_ascii=False)
            trace = json.dumps(answer.trace, ensure_ascii=False)
            row = (answer.id, conversation, number, answer.question, text, trace)
            connection.execute(
                "INSERT INTO answers (id, conversation, number, question, answer, trace) VALUES (?, ?, ?, ?, ?, ?)", row
            )

    def turns(self, conversation: str) -> list[Turn]:
        rows = self.database.rows(
            "SELECT a.*, f.thumb FROM answers a LEFT JOIN feedback f ON f.answer = a.id"
            " WHERE a.conversation = ? ORDER BY a.number",
            conversation,
        )
        return [Turn(row["id"], row["question"], json.loads(row["answer"]), row["thumb"]) for row in rows]

    def rate(self, answer: str, thumb: Thumb, comment: str | None = None) -> None:
        """Keep what someone thought of an answer; a second thought replaces the first."""
        if not self.database.rows("SELECT 1 FROM answers WHERE id = ?", answer):
            raise UsageError(f"There is no answer {answer!r}.", "It may have been deleted.")
        with self.database.transaction() as connection:
            connection.execute(
                "INSERT INTO feedback (answer, thumb, comment) VALUES (?, ?, ?)"
                " ON CONFLICT (answer) DO UPDATE SET thumb = excluded.thumb, comment = excluded.comment,"
                " given_at = CURRENT_TIMESTAMP",
                (answer, thumb, comment),
            )

    def ratings(self) -> dict[str, int]:
        rows = self.database.rows("SELECT thumb, COUNT(*) AS many FROM feedback GROUP BY thumb")
        return {row["thumb"]: row["many"] for row in rows}
