"""A record, of a table or a JSON line, as the messages that it holds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from assistant.support.wording import wordlist
from tuning.examples.past.columns import Columns
from tuning.examples.past.nouns import Message

# Who writes, as exports call them. Anybody else is known by who began.
_ASKING = wordlist(
    "user human customer client visitor requester end-user enduser contact inbound incoming guest kunde kundin"
)
_REPLYING = wordlist(
    "assistant agent support gpt bot chatgpt model staff operator outbound outgoing service helpdesk mitarbeiter"
)
UNHEARD = wordlist("system tool function developer note internal")  # speaks to neither


def asks(author: str) -> bool | None:
    """By the role that the name says; None where it is the name of somebody."""
    words = set(author.lower().replace("_", " ").split())
    if words & _ASKING:
        return True
    return False if words & _REPLYING else None


def is_role(author: str) -> bool:
    return asks(author) is not None or author.lower().strip() in UNHEARD


def messages_in(record: Mapping[str, Any], columns: Columns, place: str) -> Iterator[Message]:
    def value(name: str) -> str:
        found = record.get(name) if name else None
        return text_of(found) if found is not None else ""

    conversation = value(columns.conversation)
    if columns.in_pairs:
        about = {"conversation": conversation or place, "when": value(columns.when), "subject": value(columns.subject)}
        yield Message(text=value(columns.asked), place=place, asks=True, **about)
        yield Message(text=value(columns.replied), place=place, asks=False, **about)
        return
    author = value(columns.author)
    if author.lower().strip() not in UNHEARD:
        yield Message(
            conversation=conversation,
            text=value(columns.text),
            place=place,
            asks=asks(author),
            author=author,
            when=value(columns.when),
            subject=value(columns.subject),
        )


def text_of(content: Any) -> str:
    """A text; of content in parts, those that are texts."""
    if isinstance(content, str):
        return content
    if isinstance(content, list):
        parts = (part.get("text") if isinstance(part, dict) else part for part in content)
        return "\n".join(part for part in parts if isinstance(part, str))
    return str(content) if isinstance(content, int | float) else ""
