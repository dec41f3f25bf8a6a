"""What is said by code, without a source: small talk, asking back, and what stands for an answer that broke off."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from assistant.conversation.clarify import Clarification
from assistant.nouns import Abstention, Answer, AnswerKind, Ended, Event, Said

INTERRUPTED = "The answer was interrupted. Ask again."


def interrupted(blank: Answer) -> Answer:
    """What is kept of a message until its answer takes its place."""
    return replace(blank, text=INTERRUPTED, abstention=Abstention("unavailable", INTERRUPTED))


def spoken(blank: Answer, text: str, kind: AnswerKind, suggestions: tuple[str, ...] = ()) -> Iterator[Event]:
    """An answer that cites nothing and abstains from nothing. `blank` says who answers."""
    said = Said(text, ())
    yield said
    yield Ended(replace(blank, text=text, said=(said,), kind=kind, suggestions=suggestions, confidence=None))


def asked_back(blank: Answer, unclear: Clarification) -> Iterator[Event]:
    question = blank.question.rstrip(" ?.!")
    suggestions = tuple(f"{question} ({title})?" for title in unclear.readings)
    return spoken(blank, unclear.question, "clarification", suggestions)
