"""groundsmith teach HOME: examples → train → calibrate → exam → verdict; what is better serves from then on."""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from textwrap import fill

from assistant import Assistant
from assistant.calibration.calibrate import calibrate
from assistant.calibration.nouns import Calibration
from assistant.gate import backend_of
from retrieval import UsageError
from tuning.exam.metrics import Metrics
from tuning.exam.report import Report
from tuning.examples.filters import Sieve, filtered
from tuning.examples.shape import Shape
from tuning.examples.store import put
from tuning.nouns import Metric, Question
from tuning.opening import open_whole
from tuning.teaching.teach import Doing, Plan, Taught, Wish, teach
from tuning.teaching.verdict import counts
from ui.commands.adopt import person, whom
from ui.commands.train import Steps, dials_of
from ui.exams.calibrating import cases, unbarred
from ui.exams.files import write
from ui.exams.text import WIDTH
from ui.exams.words import figure, interval, meaning
from ui.learning.gathering import Teaching, barred, check, from_documents
from ui.report.page import page
from ui.terminal import Progress, many, printable

MANY = 2000  # rows
SHOWN = ("pair_switch", "right", "answered_unanswerable", "refused_answerable", "right_passage", "answer_f1",
         "auroc_twins", "auroc_hard", "coverage_at_10")  # fmt: skip
LABEL, COLUMN = 24, 24
VERDICTS = {
    "adopt": "{name} is better, and serves {whom} from the next question on.",
    "keep": "{name} is not adopted: what serves goes on serving.",
    "yours": "{name} is not adopted by itself: whether it shall serve is yours to decide.",
}


def run(options: argparse.Namespace) -> int:
    if options.anyway and not (options.why or "").strip():
        raise UsageError("--anyway needs a reason: it is kept in the log.", 'Add --why "your reason".')
    dials, progress = dials_of(options), Progress()
    assistant = open_whole(options.home)
    teaching = Teaching(assistant, options.domain, MANY, 0, Shape(), progress)
    check(teaching, options.home)
    wish = Wish(dials, options.name, options.domain, options.base, options.anyway, options.why or "", person())
    doing = Doing(
        gather=partial(_gather, teaching),
        calibrating=_calibrating,
        planned=partial(_planned, options.json),
        stepped=Steps(False),
        progress=progress,
    )
    taught = teach(assistant, wish, doing)
    if options.html:
        write(options.html, page(taught.report))
    print(json.dumps(taught.to_json(), ensure_ascii=False, indent=1) if options.json else _text(taught, options))
    return 0


def _gather(teaching: Teaching) -> None:
    """Rows of the documents that teach; one that is there already stays as it is."""
    found = from_documents(teaching, argparse.Namespace())
    library = teaching.assistant.library
    sieve = Sieve(
        finds=lambda row: [hit.passage.id for hit in teaching.shelf.find(row.question)],
        barred=barred(teaching, library.home),
    )
    sifted = filtered(found.rows, sieve)
    put(library.database, sifted.kept)
    put(library.database, sifted.doubtful, "waiting", sifted.why)
    told = f"{many(len(sifted.kept), 'example')}. Taking what the model says as it is, and timing a few steps …"
    print(told, file=sys.stderr, flush=True)


def _calibrating(assistant: Assistant, questions: Sequence[Question]) -> Calibration:
    examined = unbarred(assistant, questions, Progress())
    spec = assistant.spec.decision
    backend = backend_of(assistant.reader, assistant.library)
    return calibrate(cases(assistant, questions, examined), backend, spec.risk, spec.unanswerable)


# ------------------------------------------------------------------------------------- the plan


def _planned(quiet: bool, plan: Plan) -> None:
    if not quiet:
        print(printable("\n".join(_plan(plan))), flush=True)


def _plan(plan: Plan) -> Iterator[str]:
    yield f"Teaching {plan.name}, from {plan.continued or 'the base model'}."
    if plan.training:
        yield f"  train:      {many(plan.training.rows, 'row')}, {_of(plan, 'train')}; {_steps(plan)}"
    else:
        yield "  train:      done"
    yield f"  calibrate:  {_mix(plan.calibrate)}, {_of(plan, 'calibrate')}"
    yield f"  exam:       {_mix(plan.exam)}, {_of(plan, 'exam')}"
    needed = ", ".join(f"{least} {what}" for what, least in counts().items())
    yield _filled(f"For a verdict of its own the exam needs {needed}; with fewer, the decision is yours.")
    yield "Interrupted, the same command goes on where it was. What serves is not touched before the verdict."


def _steps(plan: Plan) -> str:
    assert plan.training is not None
    return f"{many(plan.training.steps, 'step')}, about {plan.training.seconds / 60:.0f} minutes"


def _of(plan: Plan, side: str) -> str:
    passages = {str(name): number for name, number in plan.passages.items()}
    return f"of {many(passages[side], 'passage')}"


def _mix(questions: Sequence[Question]) -> str:
    kinds = Counter(question.kind for question in questions)
    told = ", ".join(f"{number} {kind.replace('_', ' ')}" for kind, number in kinds.items())
    return f"{many(len(questions), 'question')}{f' ({told})' if told else ''}"


# ------------------------------------------------------------------------------------- the verdict


def _text(taught: Taught, options: argparse.Namespace) -> str:
    lines = ["", *_table(taught.report), "", *_judged(taught, options), "", *_next(taught, options)]
    return printable("\n".join(lines))


def _table(found: Report) -> Iterator[str]:
    """Before, after, and what needs no training; each with its 95 % interval."""
    (before, first), *beside = found.baselines.items()
    columns: dict[str, Metrics] = {f"before: {before}": first, "after": found.metrics} | dict(beside)
    yield _row("", columns)
    for name in SHOWN:
        if any(name in taken for taken in columns.values()):
            yield _row(name, (_cell(taken.get(name)) for taken in columns.values()))
    yield ""
    yield from (f"{name}: {meaning(name)}" for name in SHOWN[:4])


def _row(label: str, cells: Iterable[str]) -> str:
    return (f"{label:<{LABEL}}" + "".join(f"{cell[: COLUMN - 1]:<{COLUMN}}" for cell in cells)).rstrip()


def _cell(metric: Metric | None) -> str:
    return f"{figure(metric.value)} {interval(metric)}" if metric else "–"


def _judged(taught: Taught, options: argparse.Namespace) -> Iterator[str]:
    told = VERDICTS["adopt" if taught.adopted else taught.verdict.decision]
    if taught.adopted and not taught.verdict.adopt:
        told = "{name} serves {whom} from the next question on, because you said so."
    yield _filled(told.format(name=taught.name, whom=whom(options.domain)))
    yield from (_filled(f"- {reason}") for reason in taught.verdict.reasons)


def _next(taught: Taught, options: argparse.Namespace) -> Iterator[str]:
    home = options.home
    if taught.adopted:
        yield f"Back to what was before: groundsmith rollback {home}" + f" --domain {options.domain}" * bool(
            options.domain
        )
    else:
        yield f'To let it serve all the same: groundsmith adopt {home} {taught.name} --anyway --why "your reason"'
    yield f"What it was examined with: {home}/exams/taught-{taught.name}.jsonl"


def _filled(sentence: str) -> str:
    return fill(sentence, WIDTH, subsequent_indent="  ")
