"""What an adapter is tried with: questions drafted from documents that taught nothing, and probes that ship with us."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from assistant import REASONS, Adapter, Spec
from assistant.opening import language_of
from retrieval import Home, Library, Progress
from tuning.exam.forgetting import Forgetting, examine_forgetting
from tuning.exam.probes import read_probes
from tuning.exam.questions import question_of
from tuning.examples.making import Making, made
from tuning.examples.rows import row_of_example
from tuning.examples.shape import Shape
from tuning.examples.shelf import shelf
from tuning.examples.sides import Side, Sides
from tuning.nouns import Example, Question

PROBES = Path(__file__).parent / "probes"
PROMPTS = Path(__file__).parent / "replay" / "prompts.jsonl"
MANY = 240  # questions of each side at most
SHAPE = Shape(abstaining=0.6, hard=0.3)  # most abstentions are twins: pairs are what an adapter is judged by


def questions_of(library: Library, parted: Sides, side: Side, domain: str | None, progress: Progress) -> list[Question]:
    """The same documents give the same questions, with the passages that they are asked of."""
    if side in parted.missing:
        return []
    making = Making(shelf(library, parted, side, domain, seed=0), SHAPE, 0, progress)
    return with_their_questions([_question(row) for row in made(making, MANY).rows])


def with_their_questions(questions: Sequence[Question]) -> list[Question]:
    """A twin whose question is not there pairs with nothing."""
    known = {question.id for question in questions if question.answerable}
    return [question for question in questions if question.twin_of is None or question.twin_of in known]


def _question(example: Example) -> Question:
    """The row as a file would hold it, without what only learning needs."""
    row = json.loads(json.dumps(row_of_example(example)))
    return question_of({name: value for name, value in row.items() if name not in ("answer", "evidence", "documents")})


def prompts() -> list[str]:
    """General instructions that a training answers as the model did before."""
    return [json.loads(line)["prompt"] for line in PROMPTS.read_text(encoding="utf-8").splitlines()]


def forgetting(home: Home, spec: Spec, adapter: Adapter, progress: Progress) -> Forgetting:
    """What the adapter cost of what the base knows; by the probes that are part of the package."""
    from assistant.language.likelihood import opened

    refusals = [spec.refusals.sentence(reason) for reason in REASONS]
    model = opened(language_of(spec, adapter))
    return examine_forgetting(model, read_probes(PROBES).probes, refusals, home.exams / "forgetting", progress)
