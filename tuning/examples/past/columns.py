"""Which column of a table, or field of a record, means what: by its name, or as the owner says."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields

from retrieval import ReadError, UsageError


@dataclass(frozen=True)
class Columns:
    """Their names in the file; empty where there is none."""

    asked: str = ""
    replied: str = ""
    conversation: str = ""
    when: str = ""
    author: str = ""
    text: str = ""
    subject: str = ""

    @property
    def in_pairs(self) -> bool:
        """Question and reply stand in one row; else every row is a message."""
        return bool(self.asked and self.replied)


MEANINGS = tuple(field.name for field in fields(Columns))
# Names in the order in which they are preferred; a longer name that begins or ends so will do.
_CALLED: Mapping[str, tuple[str, ...]] = {
    "asked": ("asked", "question", "query", "prompt", "instruction", "customer message", "request", "enquiry",
              "inquiry", "problem", "description", "frage", "anfrage"),
    "replied": ("replied", "reply", "answer", "response", "resolution", "solution", "completion", "output",
                "agent message", "antwort", "lösung"),
    "conversation": ("conversation", "ticket", "thread", "chat", "case", "session", "conversation id", "ticket id"),
    "when": ("when", "date", "time", "timestamp", "created", "created at", "sent", "datum", "zeit"),
    "author": ("author", "role", "from", "sender", "speaker", "writer", "agent", "user", "name"),
    "text": ("text", "message", "body", "content", "comment", "value", "nachricht"),
    "subject": ("subject", "title", "topic", "product", "betreff"),
}  # fmt: skip


def told(written: str) -> dict[str, str]:
    """`asked=Question,replied=Reply`, as it is given at the terminal."""
    found: dict[str, str] = {}
    for part in filter(None, map(str.strip, written.split(","))):
        meaning, equals, name = (piece.strip() for piece in part.partition("="))
        if meaning not in MEANINGS or not equals or not name:
            raise UsageError(
                f"--columns has {part!r}, which names no column.", f"Write MEANING=COLUMN, of {', '.join(MEANINGS)}."
            )
        found[meaning] = name
    return found


def columns_of(present: Sequence[str], named: Mapping[str, str], where: str) -> Columns:
    """What each means; `named` has the last word."""
    missing = [name for name in named.values() if name not in present]
    if missing:
        raise ReadError(f"{where} has no column {missing[0]!r}.", f"It has {_listed(present)}.")
    free = [name for name in present if name not in named.values()]
    found = dict(named)
    for meaning in MEANINGS:
        if meaning not in found and (guess := _guess(meaning, free)):
            found[meaning] = guess
            free.remove(guess)
    columns = Columns(**found)
    if not columns.in_pairs and not (columns.conversation and columns.author and columns.text):
        raise ReadError(
            f"{where} has the columns {_listed(present)}: which of them are question and reply is not clear.",
            "Name them: --columns asked=COLUMN,replied=COLUMN; or, where every row is one message,"
            " --columns conversation=COLUMN,author=COLUMN,text=COLUMN.",
        )
    return columns


def _guess(meaning: str, free: Sequence[str]) -> str:
    plain = {name: _plain(name) for name in free}
    for fits in (str.__eq__, _part_of):
        for called in _CALLED[meaning]:
            for name, words in plain.items():
                if fits(words, called):
                    return name
    return ""


def _part_of(words: str, called: str) -> bool:
    return words.startswith(f"{called} ") or words.endswith(f" {called}")


def _plain(name: str) -> str:
    """`conversation id` for `ConversationId`, `conversation_id` and `Conversation-ID`."""
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
    return " ".join(re.sub(r"[\W_]+", " ", spaced).lower().split())


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names) if names else "none"
