"""What past conversations consist of. Frozen, and all on one screen."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from assistant.conversation.condense import Past


@dataclass(frozen=True)
class Message:
    """As it stands in its file. `asks` is None where only the order tells who asks: whoever began."""

    conversation: str
    text: str
    place: str  # file and line, or file and letter
    asks: bool | None = None
    author: str = ""
    when: str = ""
    subject: str = ""


@dataclass(frozen=True)
class Exchange:
    """A question with what was replied to it, in nobody's name: people are called by their roles."""

    id: str  # the same for the same words, wherever they stand
    asked: str
    replied: tuple[str, ...]  # sentence by sentence
    before: tuple[Past, ...] = ()  # what was said earlier, the oldest first
    when: str = ""
    place: str = ""


@dataclass(frozen=True)
class Exchanges:
    """What was read, and what of it is no question with a reply, by reason."""

    found: list[Exchange]
    left_out: Counter[str]
