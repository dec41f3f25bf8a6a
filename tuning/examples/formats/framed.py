"""An exchange in our own frame, read back into its question, sources and answer: what other trainers were handed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.format import TASK, Message, Parsed, parse, render
from retrieval import bring
from tuning.nouns import Source

_SOURCES, _QUESTION = "Sources:\n", "\n\nQuestion: "
_NUMBERED = re.compile(r"(?:\A|\n\n)\[\d\] ")  # within a source a mark has other brackets


@dataclass(frozen=True)
class Framed:
    """What an exchange says. Sources are called by their numbers; ids are not in the frame."""

    question: str
    sources: tuple[Source, ...]
    said: Parsed


def framed(messages: Sequence[Message]) -> Framed | None:
    """None where it is anything else than what the renderer would write, to the letter."""
    if [message["role"] for message in messages] != ["system", "user", "assistant"]:
        return None
    system, user, reply = (message["content"] for message in messages)
    shown, asked, question = user.removeprefix(_SOURCES).rpartition(_QUESTION)
    pieces = _NUMBERED.split(shown)[1:]
    said = parse(reply, len(pieces))
    if not asked or said is None or not system.endswith(TASK):
        return None
    sources = tuple(_source(number, piece) for number, piece in enumerate(pieces, 1))
    passages = [bring(source.id, source.title, source.text) for source in sources]
    written = render(question, passages, system.removesuffix(TASK).strip())
    return Framed(question, sources, said) if written == list(messages[:2]) else None


def _source(number: int, piece: str) -> Source:
    title, _, text = piece.partition("\n")
    return Source(str(number), title, text)
