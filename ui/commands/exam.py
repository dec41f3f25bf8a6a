"""groundsmith exam HOME --questions FILE…: how often it is right, and both ways of being wrong."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import replace

from assistant import Assistant, open_assistant
from assistant.reading.extractive import ExtractiveReader
from retrieval import UsageError, storing
from tuning.exam.questions import Problem, read_questions
from tuning.exam.report import Metrics, Report, report
from tuning.exam.run import examine
from tuning.exam.systems import AlwaysAbstain, Examined, System
from tuning.nouns import Question
from ui.terminal import Progress, printable

NAMED = 10


def run(options: argparse.Namespace) -> int:
    questions, problems = read_questions(options.questions)
    _name(problems, options.skip_bad)
    questions = questions[: options.limit] if options.limit else questions
    assistant = open_assistant(options.home)
    found = _examine(assistant, questions, options)
    print(_text(found))
    if options.json:
        with storing(options.json):
            options.json.write_text(json.dumps(found.to_json(), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        print(f"Written: {options.json}")
    return 0


def _name(problems: Sequence[Problem], skip: bool) -> None:
    for problem in problems[:NAMED]:
        print(printable(f"{problem.file}, line {problem.line}: {problem.reason}"), file=sys.stderr)
    if problems and not skip:
        raise UsageError(f"{len(problems)} rows can't be used.", "Mend them, or leave them out with --skip-bad.")


def _examine(assistant: Assistant, questions: Sequence[Question], options: argparse.Namespace) -> Report:
    folder = assistant.library.home.exams / "answers"
    served = Examined(assistant.reader.name, assistant)
    examined = examine(served, questions, folder, Progress())
    baselines = [examine(system, questions, folder, Progress()) for system in _baselines(assistant)]
    return report(examined, baselines, questions, options.questions, assistant.reader, options.seed)


def _baselines(assistant: Assistant) -> list[System]:
    found: list[System] = [AlwaysAbstain()]
    if assistant.reader.name != "extractive":
        reader = ExtractiveReader(lambda: assistant.library.encoder)
        found.append(Examined("extractive only", replace(assistant, reader=reader)))
    return found


def _text(found: Report) -> str:
    mix = ", ".join(f"{many} {kind}" for kind, many in found.mix.items())
    lines = [f"{len(found.rows)} questions ({mix}), reader {found.system}, model {found.model}"]
    lines += [f"{len(found.skipped)} rows skipped: {reason}" for reason in sorted(set(found.skipped.values()))]
    others = "".join(f"{name:>18}" for name in found.baselines)
    lines.append(f"\n{'':<28}{'value':>7}  {'95 % interval':<16}{'n':>6}{others}")
    lines += [_line(name, found) for name in found.metrics]
    return "\n".join(lines)


def _line(name: str, found: Report) -> str:
    metric = found.metrics[name]
    interval = f"[{metric.low:.3f}, {metric.high:.3f}]"
    others = "".join(f"{_value(metrics, name):>18}" for metrics in found.baselines.values())
    return f"{name:<28}{metric.value:>7.3f}  {interval:<16}{metric.n:>6}{others}"


def _value(metrics: Metrics, name: str) -> str:
    return f"{metrics[name].value:.3f}" if name in metrics else "–"
