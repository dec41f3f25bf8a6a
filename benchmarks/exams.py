"""The fixed exams and the sample's own, by the base model and the baselines: `python -m benchmarks.exams --out FILE`.

The exams lie in the folder `exams` beside the one that GROUNDSMITH_DATA names. Summaries alone are written, no rows.
With --keep FOLDER the answers stay there, and a run that was stopped goes on.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from assistant import Assistant, open_assistant
from assistant.support.verifiers import levels
from benchmarks.data import data_folder
from retrieval import precision
from tuning.exam.metrics import Metrics, measure
from tuning.exam.named import named
from tuning.exam.questions import read_questions
from tuning.exam.run import examine
from tuning.nouns import Question
from ui.sample import QUESTIONS, create_sample_home
from ui.terminal import Progress

EXAMS = ("squad2", "contractnli", "cuad_clauses", "mtrag")
SYSTEMS = ("abstain", "extractive", "pointing", "prompt", "none")
TIMED = ("seconds", "first_evidence")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--keep", type=Path, metavar="FOLDER")
    parser.add_argument("--each", type=int, metavar="N", help="only the first N questions of a kind, twins with theirs")
    parser.add_argument("--systems", nargs="+", default=SYSTEMS, metavar="NAME", help="these alone")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = _all(options.keep or Path(folder), options.each, options.systems)
    options.out.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


def _all(folder: Path, each: int | None, systems: Sequence[str]) -> dict[str, Any]:
    files = {name: data_folder().parent / "exams" / f"{name}.jsonl" for name in EXAMS} | {"sample": QUESTIONS}
    missing = [str(path) for path in files.values() if not path.is_file()]
    if missing:
        sys.exit(f"Missing: {', '.join(missing)}.")
    root = folder / "home"
    if not root.is_dir():
        create_sample_home(root)
    assistant = open_assistant(root)
    assistant.library.sync()
    found = {name: _examined(assistant, file, each, systems) for name, file in files.items()}
    return found | {"precision": precision("prompt")}


def _examined(assistant: Assistant, file: Path, each: int | None, systems: Sequence[str]) -> dict[str, Any]:
    questions, problems = read_questions([file])
    asked = _first(questions, each) if each else questions
    told = {"mix": dict(Counter(question.kind for question in asked)), "unread": len(problems)}
    return told | {
        "follow_ups": sum(bool(question.history) for question in asked),
        "left_out": len(questions) - len(asked),
        "systems": {name: _figures(assistant, name, asked) for name in systems},
    }


def _first(questions: Sequence[Question], each: int) -> list[Question]:
    """So many of each kind; a twin is asked where its question is."""
    kept: dict[str, Question] = {}
    for kind in ("answerable", "hard", "off_topic"):
        kept |= {one.id: one for one in [one for one in questions if one.kind == kind][:each]}
    return [one for one in questions if one.id in kept or one.twin_of in kept]


def _figures(assistant: Assistant, name: str, questions: Sequence[Question]) -> dict[str, Any]:
    answers = assistant.library.home.exams / "answers"
    outcomes = examine(named(assistant, name), questions, answers, Progress()).outcomes
    verifiers = {verifier.name: verifier.supports for verifier in levels()}
    return _rounded(measure(questions, outcomes, verifiers=verifiers))


def _rounded(metrics: Metrics) -> dict[str, Any]:
    kept = {name: metric for name, metric in metrics.items() if not name.startswith(TIMED)}
    return {name: {key: round(value, 4) for key, value in asdict(metric).items()} for name, metric in kept.items()}


if __name__ == "__main__":
    main()
