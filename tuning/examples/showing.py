"""A row as a model is shown it when it serves: its passages, and its question."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

from assistant.conversation.condense import condense
from assistant.conversation.history import past_in
from assistant.format import neutralise
from assistant.quote import carrying, locate
from retrieval import Passage, bring
from tuning.nouns import Example, Question, Source

T = TypeVar("T", Example, Question)

LONGEST_ANSWER = 400  # characters


def alone(row: T) -> T:
    """A follow-up as the assistant would ask it: it stands alone, and what was said before is not shown."""
    return replace(row, question=condense(row.question, past_in(row.history)), history=()) if row.history else row


def source_of(passage: Passage) -> Source:
    """The headings and the date go into the title, for a source has nothing else to keep them in."""
    dated = passage.date or passage.version
    place = " › ".join((passage.title, *passage.heading))
    return Source(passage.id, f"{place} ({dated})" if dated else place, passage.text)


def worded(answer: str, source: Source, question: str) -> str | None:
    """The answer as the prompt has it; None where it does not stand in the source from word to word, on one line."""
    said = neutralise(answer.strip())
    fits = 0 < len(answer) <= LONGEST_ANSWER and "\n" not in said
    return said if fits and locate(bring(source.id, source.title, source.text), said, question) else None


def evidence_of(passage: Passage, answer: str, question: str) -> tuple[str, ...]:
    """The units that carry the answer; none for Yes or No, of which only who made them knows why."""
    place = locate(passage, answer, question)
    return tuple(passage.quote(unit) for unit in carrying(passage, *place)) if place else ()
