"""What a message asks for, after what was said before it: small talk, one question that stands alone, or its parts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from assistant.conversation.condense import Past, condense
from assistant.conversation.parts import WHOLE, Parts, parts
from assistant.conversation.small_talk import Talk, small_talk


@dataclass(frozen=True)
class Understood:
    message: str
    question: str  # that stands alone
    talk: Talk | None = None
    parts: Parts = WHOLE
    settled: bool = False  # there is a conversation that says what it is about
    after: tuple[str, ...] = ()  # names of the answers before it that it leans on

    @property
    def trace(self) -> dict[str, Any]:
        """What was made of the message, where anything was."""
        if self.question == self.message:
            return {}
        return {"condensed": {"question": self.question, "from": self.message, "after": list(self.after)}}


def understood(message: str, past: Sequence[Past] = (), name: str = "") -> Understood:
    """`name` is what the assistant is called."""
    talk = small_talk(message, name)
    if talk:
        return Understood(message, message, talk)
    question = condense(message, past)
    after = tuple(turn.id for turn in past if turn.id)
    return Understood(message, question, None, parts(question), bool(past), after)
