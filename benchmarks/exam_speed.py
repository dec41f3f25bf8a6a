"""Questions per second of an exam against a plain loop: `python -m benchmarks.exam_speed [--out FILE]`.

The peer calls `transformers.generate` once a question: the same weights, the same prompts, the same constraint. It runs
twice, as transformers loads the model unless it is told otherwise, and in the precision that we chose for this
processor. All do the questions in turn, round after round; how many answers are the same comes first.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import tempfile
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from assistant import Assistant, create_home, open_assistant
from assistant.language.local import LocalModel
from assistant.reading.model import ModelReader
from benchmarks.data import data_folder
from benchmarks.plain import Plain, weights
from benchmarks.rounds import Round, figures, timed
from retrieval import precision
from tuning.exam.named import served, with_adapter
from tuning.exam.questions import read_questions
from tuning.exam.run import examine
from tuning.nouns import Question
from ui.terminal import Progress


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--questions", type=int, default=60)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    questions = _questions(options.questions)
    with tempfile.TemporaryDirectory() as folder:
        assistant = with_adapter(open_assistant(create_home(Path(folder) / "home").root), "none")
        reader = assistant.reader
        assert isinstance(reader, ModelReader) and isinstance(reader.language, LocalModel)
        peers = _peers(reader, reader.language)
        for peer in peers.values():
            peer.answer(questions[0])  # all have their weights before the clock starts
        rounds = [_round(assistant, peers, questions, Path(folder) / str(number)) for number in range(options.rounds)]
    found = _summary(questions, peers, rounds)
    print(json.dumps(found, indent=1))
    if options.out:
        options.out.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


def _questions(many: int) -> list[Question]:
    """As many pairs as fit, with the hard ones of the same sources: a slice of the exam as it is."""
    questions, _ = read_questions([data_folder().parent / "exams" / "squad2.jsonl"])
    return questions[:many]


def _peers(reader: ModelReader, language: LocalModel) -> dict[str, Plain]:
    import torch

    ours = torch.bfloat16 if precision("prompt") == "bf16" else torch.float32
    chosen = {"as transformers loads it": "auto", "in our precision": ours}
    return {name: Plain(reader, language, weights(language, dtype)) for name, dtype in chosen.items()}


def _round(
    assistant: Assistant, peers: Mapping[str, Plain], questions: Sequence[Question], folder: Path
) -> dict[str, Round]:
    outcomes, ours = timed(lambda: examine(served(assistant), questions, folder, Progress()).outcomes)
    said = {outcome.id: outcome.forced or "" for outcome in outcomes}
    found = {}
    for name, peer in peers.items():
        answers, theirs = timed(partial(_answers, peer, questions))
        same = sum(_same(said[question.id], told) for question, told in zip(questions, answers, strict=True))
        found[name] = Round(ours, theirs, same / len(questions))
        print(f"{name}: {found[name]}", flush=True)
    return found


def _answers(peer: Plain, questions: Sequence[Question]) -> list[str]:
    return [peer.answer(question) for question in questions]


def _same(ours: str, theirs: str) -> bool:
    """A verdict is followed by its reason, which the model does not write."""
    return ours.split(":")[0].strip() == theirs if theirs in ("Yes", "No") else ours.strip() == theirs


def _summary(
    questions: Sequence[Question], peers: Mapping[str, Plain], rounds: Sequence[Mapping[str, Round]]
) -> dict[str, Any]:
    against = {name: [each[name] for each in rounds] for name in peers}
    ours = [each.ours for each in next(iter(against.values()))]
    return {
        "questions": len(questions),
        "processors": os.cpu_count(),
        "precision": precision("prompt"),
        "questions_per_second": round(len(questions) / statistics.median(ours), 2),
        "peers": {name: {"precision": peers[name].precision, **figures(taken)} for name, taken in against.items()},
    }


if __name__ == "__main__":
    main()
