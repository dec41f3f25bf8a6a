"""Examining: question after question, each outcome on disk before the next: an interruption costs one at most."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from retrieval import Progress, storing
from tuning.exam.systems import System
from tuning.nouns import Cited, Outcome, Question

FOLLOW_UP = "a follow-up: a question can't be put together with those before it yet"


@dataclass(frozen=True)
class Examination:
    """What one system made of the questions, and which rows it could not be asked."""

    system: str
    outcomes: list[Outcome]
    skipped: dict[str, str]  # id → why


def examine(system: System, questions: Sequence[Question], folder: Path, progress: Progress) -> Examination:
    """Outcomes already on disk for this very system and row are taken from there."""
    skipped = {question.id: FOLLOW_UP for question in questions if question.history}
    asked = [question for question in questions if question.id not in skipped]
    answers = Answers(folder, system.identity)
    outcomes = []
    for number, question in enumerate(asked):
        progress(f"Examining {system.name}", number, len(asked))
        outcomes.append(answers.known(question) or answers.keep(question, system.answer(question)))
    progress(f"Examining {system.name}", len(asked), len(asked))
    return Examination(system.name, outcomes, skipped)


class Answers:
    """One system's outcomes, a line each, found again by a hash of all that was shown to it."""

    def __init__(self, folder: Path, identity: tuple[str, ...]) -> None:
        self.path = folder / f"{_digest(identity)}.jsonl"
        self._known = dict(_lines(self.path))
        with storing(folder):
            folder.mkdir(parents=True, exist_ok=True)
            _drop_half_a_line(self.path)

    def known(self, question: Question) -> Outcome | None:
        found = self._known.get(shown(question))
        return _outcome(question.id, found) if found else None

    def keep(self, question: Question, outcome: Outcome) -> Outcome:
        self._known[shown(question)] = asdict(outcome)
        line = json.dumps({"shown": shown(question), "outcome": asdict(outcome)})
        with storing(self.path), self.path.open("a", encoding="utf-8") as file:
            file.write(line + "\n")
            file.flush()
            os.fsync(file.fileno())
        return outcome


def shown(question: Question) -> str:
    """Hash of what the system sees of a row, and of nothing else: who is right does not change an answer."""
    sources = [asdict(source) for source in question.passages] if question.passages is not None else None
    history = [dict(turn) for turn in question.history]
    asker = [question.user, sorted(question.groups)]
    return _digest((question.question, history, asker, sources, sorted(question.without)))


def _digest(value: object) -> str:
    return hashlib.sha256(json.dumps(value).encode()).hexdigest()[:32]


def _lines(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    lines = path.read_text(encoding="utf-8", errors="replace").split("\n") if path.is_file() else []
    for line in filter(None, lines):
        try:
            row = json.loads(line)
            yield row["shown"], row["outcome"]
        except (ValueError, KeyError, TypeError):
            continue  # half a line, written when the exam was stopped: that question is asked again


def _drop_half_a_line(path: Path) -> None:
    held = path.read_bytes() if path.is_file() else b""
    if held and not held.endswith(b"\n"):
        path.write_bytes(held[: held.rfind(b"\n") + 1])


def _outcome(id: str, row: dict[str, Any]) -> Outcome:
    citations = tuple(Cited(**cited) for cited in row["citations"])
    return Outcome(**{**row, "id": id, "citations": citations})
