"""groundsmith train HOME [--examples FILE…] [--budget 30m]: an adapter from examples; it serves once it is adopted."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict, fields, replace
from pathlib import Path

from assistant import Assistant
from tuning.examples.lessons import lesson_from_files, lesson_of_home
from tuning.opening import open_whole
from tuning.teaching.trying import prompts
from tuning.training.beginning import beginning
from tuning.training.course import SHORT, Course, Lesson, Planned
from tuning.training.dials import Dials, seconds
from tuning.training.naming import free_name
from tuning.training.run import Progressed
from ui.terminal import Progress, many, printable


def run(options: argparse.Namespace) -> int:
    assistant = open_whole(options.home)
    dials = dials_of(options)
    course = Course(assistant, replace(_lesson(assistant, options), prompts=prompts()), dials, Progress())
    with assistant.library.home.training():
        print(f"Timing a few steps of {course.lesson.name} …", flush=True)
        print(printable("\n".join(told(course.plan(), dials))), flush=True)
        folder = course.run(Steps(options.json))
    if not options.json:
        print(printable(f"Trained: {folder}\nExamine it:  {_exam(options.home, folder.name)}"))
    return 0


def dials_of(options: argparse.Namespace) -> Dials:
    """What was not said is as it was found to be best."""
    given = {one.name: getattr(options, one.name, None) for one in fields(Dials) if one.name != "budget"}
    chosen = {name: value for name, value in given.items() if value is not None}
    return Dials(budget=seconds(options.budget), **chosen)


def _lesson(assistant: Assistant, options: argparse.Namespace) -> Lesson:
    name = options.name or free_name(assistant.library.home)
    continued = beginning(assistant.library.home, assistant.spec.model.base, options.domain, options.base)
    if options.examples:
        return lesson_from_files(options.examples, name, continued, options.skip_bad, options.held or ())
    return lesson_of_home(assistant, name, continued, options.domain)


def told(planned: Planned, dials: Dials) -> list[str]:
    left = f" ({many(planned.left_out, 'row')} left out: too long to be read at once, or prose)" * (
        planned.left_out > 0
    )
    lines = [
        f"Rows:    {planned.rows:,}{left}",
        f"Steps:   {planned.steps:,} of about {dials.batch} rows; each row is read {planned.rounds:.1f} times",
        f"Time:    about {planned.seconds / 60:.0f} minutes",
    ]
    lines += [f"Memory:  {planned.memory / 1e9:.1f} GB so far"] if planned.memory else []
    if planned.short:
        advice = "Raise --budget" if planned.seconds >= 0.8 * dials.budget else "Bring more examples, or raise --rounds"
        lines.append(f"Warning: fewer than {SHORT} steps teach little. {advice}.")
    return [*lines, "Interrupted, the same command goes on where it was."]


class Steps:
    """Progress with what was learned; as JSON lines for programs."""

    def __init__(self, as_json: bool) -> None:
        self._json = as_json
        self._progress = Progress()
        self._loss: float | None = None
        self._checked = ""

    def __call__(self, progressed: Progressed) -> None:
        if self._json:
            print(json.dumps({name: value for name, value in asdict(progressed).items() if value is not None}))
            return
        self._loss = progressed.loss if self._loss is None else 0.95 * self._loss + 0.05 * progressed.loss
        if progressed.checked is not None:
            self._checked = f", held-out questions {progressed.checked:.2f}"
        self._progress(f"Training, loss {self._loss:.2f}{self._checked},", progressed.step, progressed.steps)


def _exam(home: Path, name: str) -> str:
    return f"groundsmith exam {home} --questions FILE --adapter {name} --against extractive"
