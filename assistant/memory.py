"""What a deployment remembers: conversations, answers with their trace, and what people thought of them."""

from __future__ import annotations

import json
import uuid
from collections.abc import Set
from dataclasses import dataclass
from typing import Any, Literal, get_args
from unicodedata import category

from assistant.nouns import Answer
from assistant.personal import masked, masked_answer, masked_trace
from retrieval import Catalogue, Database, Principal, Purge, UsageError
from retrieval.life.lines import texts
from retrieval.life.purge import erasing

Thumb = Literal["up", "down"]
WITHHELD = "withheld"
PURGED = "purged"
SAYING = ("answer", "spoken")  # of a stored answer: what is in the words of its documents
LISTED = 20  # conversations
LONGEST_COMMENT = 4000  # characters, and of a correction
MADE = ("id", "abstained", "reason", "confidence", "reader", "model", "adapter", "format")  # of an answer: how

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
    "ALTER TABLE feedback ADD COLUMN correction TEXT",
)


@dataclass(frozen=True)
class Turn:
    """A question and its answer, as stored; what its reader may no longer read is left out."""

    id: str
    question: str
    answer: dict[str, Any]
    thumb: Thumb | None


@dataclass(frozen=True)
class Begun:
    """A conversation as a list shows it: by the first thing that was asked, empty where that is erased."""

    id: str
    first: str
    last: str  # when something was asked last
    turns: int


class Memory:
    """`retention_days` and `masks` as the Spec says: how long it remembers, and whether personal data is left out."""

    def __init__(self, database: Database, retention_days: int = 0, masks: bool = False) -> None:
        self.database = database
        self.retention_days = retention_days
        self.masks = masks

    def begin(self, principal: Principal) -> str:
        """A new conversation; its name is not to be guessed."""
        self.expire()
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
        """Kept once more, the answer takes the place of what was kept for it before."""
        told, traced = answer.to_json(), answer.trace
        if self.masks:
            told, traced = masked_answer(told), masked_trace(traced)
        text, trace = (json.dumps(each, ensure_ascii=False) for each in (told, traced))
        with self.database.transaction() as connection:
            self.check(conversation, principal)
            connection.execute(
                "INSERT INTO answers (id, conversation, number, question, answer, trace)"
                " SELECT ?, ?, COALESCE(MAX(number), 0) + 1, ?, ?, ? FROM answers WHERE conversation = ?"
                " ON CONFLICT (id) DO UPDATE SET answer = excluded.answer, trace = excluded.trace",
                (answer.id, conversation, told["question"], text, trace, conversation),
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

    def conversations(self, principal: Principal, most: int = LISTED) -> list[Begun]:
        """This user's, the latest first. Who has no name has none: theirs can't be told from anybody else's."""
        rows = self.database.rows(
            "SELECT c.id, MAX(a.asked_at) AS last, COUNT(*) AS turns, COALESCE((SELECT question FROM answers"
            " WHERE conversation = c.id AND question != '' ORDER BY number LIMIT 1), '') AS first"
            " FROM conversations c JOIN answers a ON a.conversation = c.id"
            " WHERE c.user = ? GROUP BY c.id ORDER BY MAX(a.rowid) DESC LIMIT ?",
            principal.user,
            most,
        )
        return [Begun(row["id"], row["first"], row["last"], row["turns"]) for row in rows]

    def rate(
        self,
        answer: str,
        principal: Principal,
        thumb: Thumb,
        comment: str | None = None,
        correction: str | None = None,
    ) -> None:
        """Keep what the asker thought of an answer, and what would have been right; a second thought replaces it."""
        if thumb not in get_args(Thumb):
            raise UsageError(f"{thumb!r} is no thumb.", f"Give one of: {', '.join(get_args(Thumb))}.")
        why, right = _written(comment, "comment"), _written(correction, "correction")
        with self.database.transaction() as connection:
            own = "SELECT 1 FROM answers a JOIN conversations c ON c.id = a.conversation WHERE a.id = ? AND c.user IS ?"
            if not connection.execute(own, (answer, principal.user)).fetchone():
                raise UsageError(f"There is no answer {answer!r} to you.", "It may have been deleted.")
            connection.execute(
                "INSERT OR REPLACE INTO feedback (answer, thumb, comment, correction) VALUES (?, ?, ?, ?)",
                (answer, thumb, masked(why) if why and self.masks else why, right),
            )

    def expire(self) -> bool:
        """Erase what is older than the Spec keeps it, in whole days; whether there was anything."""
        if not self.retention_days:
            return False
        last = f"-{self.retention_days} days"
        old = "FROM answers WHERE asked_at < date('now', ?)"
        begun = (
            "FROM conversations WHERE started_at < date('now', ?)"
            " AND NOT EXISTS (SELECT 1 FROM answers WHERE conversation = conversations.id)"
        )
        if not any(self.database.rows(f"SELECT 1 {each} LIMIT 1", last) for each in (old, begun)):
            return False
        with erasing(self.database) as connection:
            for each in (old, begun):
                connection.execute(f"DELETE {each}", (last,))
        return True

    def quoting(self, purge: Purge) -> int:
        """How many answers a purge will empty."""
        rows = self.database.rows("SELECT answer, trace FROM answers")
        return sum(_is_about(json.loads(row["answer"]), json.loads(row["trace"]), purge) for row in rows)

    def ratings(self) -> dict[str, int]:
        rows = self.database.rows("SELECT thumb, COUNT(*) AS many FROM feedback GROUP BY thumb")
        return {row["thumb"]: row["many"] for row in rows}


def erase(database: Database, purge: Purge) -> None:
    """Empty the turns about what is purged, questions too, for they may tell as much; of others, mend the trace."""
    with database.transaction() as connection:
        gone: set[str] = set()
        for row in database.rows("SELECT id, answer, trace FROM answers ORDER BY conversation, number"):
            answer, trace = json.loads(row["answer"]), json.loads(row["trace"])
            if _is_about(answer, trace, purge):
                gone.add(row["id"])
                emptied = json.dumps(_emptied(answer, purge), ensure_ascii=False)
                connection.execute(
                    "UPDATE answers SET question = '', answer = ?, trace = '{}' WHERE id = ?", (emptied, row["id"])
                )
                connection.execute(
                    "UPDATE feedback SET comment = NULL, correction = NULL WHERE answer = ?", (row["id"],)
                )
            elif (kept := _alone(_without(trace, purge), gone)) != trace:
                traced = json.dumps(kept, ensure_ascii=False)
                connection.execute("UPDATE answers SET trace = ? WHERE id = ?", (traced, row["id"]))


def _is_about(answer: dict[str, Any], trace: dict[str, Any], purge: Purge) -> bool:
    """It names what is purged, or found that first."""
    first = [hit["passage"] for hit in trace.get("found", [])[:1]]
    return any(map(purge.names, [*texts(answer), *first]))


def _emptied(answer: dict[str, Any], purge: Purge) -> dict[str, Any]:
    """How it was made remains, and what else it cites."""
    citations = [
        {"number": citation["number"], "state": PURGED} if any(map(purge.names, texts(citation))) else citation
        for citation in answer["citations"]
    ]
    made = {name: answer[name] for name in MADE if name in answer}
    return made | {"question": "", "answer": "", "citations": citations, "purged": True}


def _without(trace: dict[str, Any], purge: Purge) -> dict[str, Any]:
    """The trace without what is purged; nothing of it, where that stands in places not known here."""
    found = [hit for hit in trace.get("found", []) if not purge.names(hit["passage"])]
    dropped = [passage for passage in trace.get("dropped", []) if not purge.names(passage)]
    kept = trace | {name: rest for name, rest in {"found": found, "dropped": dropped}.items() if name in trace}
    return {} if any(map(purge.names, texts(kept))) else kept


def _alone(trace: dict[str, Any], gone: Set[str]) -> dict[str, Any]:
    """The trace without what was taken over from turns that are gone."""
    if gone.isdisjoint(trace.get("condensed", {}).get("after", [])):
        return trace
    return {name: value for name, value in trace.items() if name not in ("condensed", "parts")}


def reopened(answer: dict[str, Any], catalogue: Catalogue, principal: Principal) -> dict[str, Any]:
    """A stored answer for today's eyes: each citation with its document's state.

    One that may no longer be read is withheld, and with it the text, which is in its words.
    """
    citations = [_reopened(citation, catalogue, principal) for citation in answer["citations"]]
    withheld = any(citation["state"] == WITHHELD for citation in citations)
    return (_silenced(answer) if withheld else answer) | {"withheld": withheld, "citations": citations}


def _silenced(answer: dict[str, Any]) -> dict[str, Any]:
    return answer | dict.fromkeys(answer.keys() & SAYING, "")


def _written(text: str | None, what: str) -> str | None:
    """What a person wrote, without what steers a screen; None where nothing is left."""
    if text and len(text) > LONGEST_COMMENT:
        raise UsageError(f"The {what} has {len(text)} characters, the limit is {LONGEST_COMMENT}.", "Shorten it.")
    seen = "".join(letter for letter in text or "" if letter == "\n" or category(letter) not in ("Cc", "Cf", "Cs"))
    return seen.strip() or None


def _reopened(citation: dict[str, Any], catalogue: Catalogue, principal: Principal) -> dict[str, Any]:
    if citation.get("state") == PURGED:
        return citation
    kept = catalogue.open_passage(citation["passage"], principal)
    if kept is None:
        return {"number": citation["number"], "state": WITHHELD}
    told = {"successor": kept.successor, "since": kept.since} if kept.state != "live" else {}
    return citation | {"state": kept.state, **told}
