"""groundsmith exam HOME --questions FILE…: how often it is right, and both ways of being wrong.

With --retrieval, what each way of searching finds.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence

from assistant import Assistant
from assistant.support.verifiers import levels
from tuning.exam.comparing import comparison
from tuning.exam.named import baselines, named, served, with_adapter
from tuning.exam.report import Report, report
from tuning.exam.run import Examination, examine
from tuning.exam.systems import System
from tuning.nouns import Question
from tuning.opening import open_whole
from ui.exams import forgetting, making
from ui.exams.files import usable, write
from ui.exams.text import text
from ui.report.page import page
from ui.terminal import Progress


def run(options: argparse.Namespace) -> int:
    if options.make is not None:
        return making.run(options)
    if options.retrieval:
        from ui.exams import retrieval  # brings ir-measures, which no other exam needs

        return retrieval.run(options)
    if options.forgetting:
        return forgetting.run(options)
    questions = usable(options.questions, options.skip_bad)
    questions = questions[: options.limit] if options.limit else questions
    assistant = with_adapter(open_whole(options.home), options.adapter)
    found = _examine(assistant, questions, options)
    print(text(found))
    if options.json:
        write(options.json, json.dumps(found.to_json(), ensure_ascii=False, indent=1) + "\n")
    if options.html:
        write(options.html, page(found))
    return 0


def _examine(assistant: Assistant, questions: Sequence[Question], options: argparse.Namespace) -> Report:
    def made(system: System) -> Examination:
        return examine(system, questions, assistant.library.home.exams / "answers", Progress())

    examined = made(served(assistant))
    beside = [made(system) for system in baselines(assistant)]
    against = made(named(assistant, options.against)) if options.against else None
    verifiers = {verifier.name: verifier.supports for verifier in levels()}
    compared = comparison(questions, examined, against, options.seed, verifiers) if against else None
    return report(
        examined,
        beside,
        questions,
        options.questions,
        assistant.reader,
        options.seed,
        compared,
        assistant.spec.assistant.name,
    )
