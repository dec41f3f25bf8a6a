"""From the plan into the catalogue: what is gone leaves, what is new is read beside one another and kept in order."""

from __future__ import annotations

from dataclasses import dataclass

from retrieval.errors import ReadError, UsageError
from retrieval.nouns import Document, Passage
from retrieval.plan import Plan, Run, Task, count, given_up
from retrieval.rows import IdTaken
from retrieval.sources import File
from retrieval.workers.pool import Outcome, OutOfBounds, workers_for


@dataclass(frozen=True)
class _Cut:
    """A file's documents with their passages, on their way into the catalogue."""

    task: Task
    pieces: dict[str, tuple[Document, list[Passage]]]
    problems: list[ReadError]


def take_in(run: Run, plan: Plan) -> None:
    """What is gone leaves first, and its ids are free again."""
    for name in plan.gone:
        run.catalogue.forget_file(name)
        if name not in plan.renamed.values():
            run.report.deleted.append(name)
    for file, problem in plan.unreadable:
        _note(run, file, problem)
    if plan.tasks:
        _settle(run, plan, _read_all(run, plan))


def _read_all(run: Run, plan: Plan) -> list[_Cut]:
    """Those come back that want ids which others hold."""
    waiting: list[_Cut] = []
    with workers_for(task.file.path for task in plan.tasks) as workers:

        def read(task: Task) -> Outcome:
            return workers.read(task.file.path, task.file.name, run.spec.largest_file_mb * 2**20)

        run.progress("Reading", 0, len(plan.tasks))
        for number, outcome in enumerate(workers.in_turn(read, plan.tasks)):
            cut = _cut(run, plan.tasks[number], *outcome)
            if cut and _put(run, plan, cut):
                waiting.append(cut)
            run.progress("Reading", number + 1, len(plan.tasks))
    return waiting


def _cut(run: Run, task: Task, documents: list[Document], problems: list[ReadError]) -> _Cut | None:
    if problems and not documents:
        lasting = isinstance(problems[0], OutOfBounds)
        _note(run, task.file, str(problems[0]), digest=given_up(task.fingerprint, task.size) if lasting else "")
        return None
    try:
        return _Cut(task, {each.id: (each, _passages(run, each)) for each in documents}, problems)
    except UsageError as error:  # of a splitter that this text does not suit
        _note(run, task.file, str(error))
        return None


def _passages(run: Run, document: Document) -> list[Passage]:
    return run.split(document, run.encoder.measure, run.spec.passage_tokens, run.encoder.limit)


def _put(run: Run, plan: Plan, cut: _Cut) -> IdTaken | None:
    """An id that another file holds is handed back, to be tried again."""
    file, problem = cut.task.file, " ".join(map(str, cut.problems)) or None
    try:
        run.catalogue.put(file.source, file.name, cut.task.fingerprint, cut.pieces, run.access, problem)
    except IdTaken as taken:
        run.catalogue.release(file.name, cut.pieces)
        return taken
    run.report.problems += [(file.name, str(error)) for error in cut.problems]
    count(run, plan, cut.task)
    return None


def _settle(run: Run, plan: Plan, waiting: list[_Cut]) -> None:
    """Once more, for those who held an id may have let go of it; until it does not get any further."""
    while waiting:
        left = [(cut, taken) for cut in waiting if (taken := _put(run, plan, cut))]
        if len(left) == len(waiting):
            for cut, taken in left:
                _note(run, cut.task.file, str(taken), taken.other)
            return
        waiting = [cut for cut, _ in left]


def _note(run: Run, file: File, problem: str, beside: str | None = None, digest: str = "") -> None:
    run.catalogue.note_problem(file.source, file.name, problem, beside, digest)
    run.report.problems.append((file.name, problem))
