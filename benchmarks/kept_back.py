"""The firms that nothing was learned from, each examined through its own search: `python -m benchmarks.kept_back`.

Every question, its twin (the same with the documents hidden that hold its answer) and the hard ones, by each reader.
Summaries alone are written (--out FILE).
"""

from __future__ import annotations

import argparse
import hashlib
import json
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from assistant import Assistant, open_assistant
from retrieval import open_encoder
from retrieval.models import ENCODER
from tuning.exam.metrics import measure
from tuning.exam.named import named
from tuning.exam.rightness import polarity
from tuning.exam.run import examine
from tuning.examples.shape import Shape
from tuning.ground.invented import Firm, firms
from tuning.ground.making import kept_back
from tuning.nouns import Outcome, Question
from ui.terminal import Progress

SYSTEMS = ("extractive", "pointing")
TIMED = ("seconds", "first_evidence")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--systems", nargs="+", default=SYSTEMS, metavar="NAME")
    parser.add_argument("--each", type=int, metavar="N", help="only N rows of a firm")
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        ready = exams_of_firms(Path(folder), options.each)
        found = {name: _figures(ready, name) for name in options.systems}
    told = {"firms": [name for name, _, _ in ready], "systems": found}
    for name, figures in found.items():
        print(name, {key: metric["value"] for key, metric in figures["metrics"].items()}, figures["verdicts"])
    if options.out:
        options.out.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")


def exams_of_firms(folder: Path, each: int | None) -> list[tuple[str, Assistant, list[Question]]]:
    """The firms that nothing was learned from, with so many questions of each."""
    kept = [firm for firm in firms(folder, open_encoder(ENCODER.name), Shape()) if kept_back(firm)]
    return [(firm.name, _ready(firm), _mixed(firm)[:each]) for firm in kept]


def _mixed(firm: Firm) -> list[Question]:
    """In any order, but always the same, twins with theirs."""
    return sorted(firm.exam(), key=lambda one: hashlib.sha256((one.twin_of or one.id).encode()).hexdigest())


def _ready(firm: Firm) -> Assistant:
    assistant = open_assistant(firm.open().root)
    assistant.library.sync()
    return assistant


def _figures(ready: Sequence[tuple[str, Assistant, Sequence[Question]]], system: str) -> dict[str, Any]:
    asked: list[Question] = []
    outcomes: list[Outcome] = []
    for _, assistant, questions in ready:
        asked += questions
        answers = assistant.library.home.exams / "answers"
        outcomes += examine(named(assistant, system), questions, answers, Progress()).outcomes
    told = {name: one for name, one in measure(asked, outcomes).items() if not name.startswith(TIMED)}
    rounded = {name: {key: round(value, 4) for key, value in asdict(one).items()} for name, one in told.items()}
    return {"verdicts": dict(Counter(map(_verdict, asked, outcomes))), "metrics": rounded}


def _verdict(question: Question, outcome: Outcome) -> str:
    """What became of a question for Yes or No. An answer may also be the sentence alone, without a verdict."""
    if question.answers not in (("Yes",), ("No",)):
        return "other questions"
    if outcome.abstained:
        return "refused"
    said = polarity(outcome.answer)
    if said is None:
        return "without a verdict"
    return "right" if said == polarity(question.answers[0]) else "wrong"


if __name__ == "__main__":
    main()
