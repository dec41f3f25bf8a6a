"""Examining: question after question, each outcome on disk before the next: an interruption costs one at most."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from assistant.assistant import asked as wording
from retrieval import Progress, UsageError
from tuning.exam.kept import Kept
from tuning.exam.systems import System
from tuning.nouns import Cited, Outcome, Question


@dataclass(frozen=True)
class Examination:
    """What one system made of the questions, and which rows it could not be asked."""

    system: str
    outcomes: list[Outcome]
    skipped: dict[str, str]  # id → why


def examine(system: System, questions: Sequence[Question], folder: Path, progress: Progress) -> Examination:
    """Outcomes already on disk for this very system and row are taken from there.

    Rows whose sources begin alike are asked one after the other, so that a model reads what they share once.
    """
    skipped = {question.id: why for question in questions if (why := _unfit(question))}
    rows = [question for question in questions if question.id not in skipped]
    kept = Kept(folder, system.identity)
    waiting = sorted((question for question in rows if shown(question) not in kept), key=_sources_first)
    what, made = f"Examining {system.name}", len(rows) - len(waiting)
    for number, question in enumerate(waiting, made):
        progress(what, number, len(rows))
        kept.once(shown(question), partial(_answered, system, question))
    progress(what, len(rows), len(rows))
    return Examination(system.name, [_outcome(kept, system, question) for question in rows], skipped)


def _unfit(question: Question) -> str | None:
    """Why it cannot be asked."""
    try:
        wording(question.question)
    except UsageError as error:
        return str(error)
    return None


def _outcome(kept: Kept, system: System, question: Question) -> Outcome:
    row = kept.once(shown(question), partial(_answered, system, question))
    citations = tuple(Cited(**cited) for cited in row["citations"])
    return Outcome(**{**row, "id": question.id, "citations": citations, "found": tuple(row["found"])})


def _sources_first(question: Question) -> tuple[list[tuple[str, str]], str]:
    return [(source.title, source.text) for source in question.passages or ()], question.question


def _answered(system: System, question: Question) -> dict[str, Any]:
    """What it would read though it abstained is asked for only where that could be right: no other metric needs it.

    By then it has decided, so that being asked tells it nothing.
    """
    outcome = system.answer(question.asked)
    if not outcome.abstained:
        return asdict(replace(outcome, forced=outcome.answer))
    return asdict(replace(outcome, forced=system.read(question.asked) if question.answerable else None))


def shown(question: Question) -> tuple[object, ...]:
    """What the system is asked: to answer, and where an answer could be right, what it reads when it must."""
    sources = [asdict(source) for source in question.passages] if question.passages is not None else None
    history = [dict(turn) for turn in question.history]
    asker = [question.user, sorted(question.groups)]
    return (question.question, history, asker, sources, sorted(question.without), question.answerable)
