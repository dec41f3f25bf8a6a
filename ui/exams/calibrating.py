"""What a calibration is made from, out of an exam in which nothing is held back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from assistant import Assistant
from assistant.calibration.nouns import Case
from retrieval import Principal, Progress
from tuning.exam.figures import Row, joined
from tuning.exam.named import served
from tuning.exam.run import Examination, examine
from tuning.nouns import Question


def unbarred(assistant: Assistant, questions: Sequence[Question], progress: Progress) -> Examination:
    """Every question answered as far as the second gate lets it, however unsure the reader is.

    So answers that a threshold would let through are known as they would be shown, not guessed; and since no
    calibration has a part in it, what was examined for the last one serves for the next.
    """
    everything = replace(assistant.spec, decision=replace(assistant.spec.decision, threshold=0.0))
    system = served(replace(assistant, spec=everything))
    return examine(system, questions, assistant.library.home.exams / "answers", progress)


def cases(assistant: Assistant, questions: Sequence[Question], examined: Examination) -> list[Case]:
    """Rows that say what is right."""
    return [_case(assistant, row) for row in joined(questions, examined.outcomes) if row.told]


def _case(assistant: Assistant, row: Row) -> Case:
    return Case(
        id=row.question.id,
        answerable=row.question.answerable,
        answered=row.answered,
        right=row.question.answerable and row.right,
        features=row.outcome.features,
        documents=frozenset(_documents(assistant, row)),
        pair=row.pair,
    )


def _documents(assistant: Assistant, row: Row) -> list[str]:
    """Those that hold the answer; of a question without, and without a twin, the one it would be answered from."""
    question, best = row.question, row.outcome.best_document
    if question.gold_ids or question.twin_of or best is None:
        return [_document(assistant, question, gold) for gold in question.gold_ids]
    return [best]


def _document(assistant: Assistant, question: Question, gold: str) -> str:
    """A gold id may name a passage."""
    kept = assistant.library.catalogue.open_passage(gold, Principal(question.user, question.groups))
    return kept.passage.document if kept else gold
