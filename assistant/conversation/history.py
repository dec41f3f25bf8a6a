"""What was said before in a conversation, as far as its owner may still read it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from assistant.conversation.condense import REACH, Past
from assistant.memory import Memory, Turn
from retrieval import Principal

ASKED = ("answer", "clarification")  # kinds of answers whose question asked for something


def past_of(memory: Memory, conversation: str, principal: Principal) -> list[Past]:
    """The last turns, the oldest first. Of an answer that is withheld or purged, nothing is taken over."""
    turns = memory.turns(conversation, principal)
    return [_past(turn) for turn in turns if turn.question and turn.answer.get("kind", "answer") in ASKED][-REACH:]


def past_in(history: Iterable[Mapping[str, str]]) -> list[Past]:
    """The same of a list of messages, each with its role and content."""
    found: list[Past] = []
    for message in history:
        if message["role"] == "user":
            found.append(Past(message["content"]))
        elif found:
            found[-1] = Past(found[-1].question, message["content"])
    return found


def _past(turn: Turn) -> Past:
    answer: dict[str, Any] = turn.answer
    if answer["abstained"] or answer.get("kind", "answer") != "answer":
        return Past(turn.question, id=turn.id)
    titles = [citation["title"] for citation in answer["citations"] if "title" in citation]
    return Past(turn.question, answer["answer"], titles[0] if titles else "", turn.id)
