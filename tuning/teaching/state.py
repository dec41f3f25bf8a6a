"""A teaching that is under way, on disk: what was decided when it began, so that the same command goes on with it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from assistant.card import read_object, write_object
from retrieval import Home, UsageError, storing
from tuning.exam.questions import read_questions, write_questions
from tuning.nouns import Question

FOLDER = ".teaching"  # in adapters/
BEGUN = "begun.json"


@dataclass(frozen=True)
class Begun:
    """What does not change until it is done. `continued` is the adapter that it goes on from, if any."""

    name: str
    domain: str | None
    continued: str | None


@dataclass(frozen=True)
class State:
    home: Home
    begun: Begun

    @property
    def folder(self) -> Path:
        return folder_of(self.home, self.begun.domain)

    def once(self, what: str, make: Callable[[], Sequence[Question]]) -> list[Question]:
        """Questions that were made at the beginning; a file that is there is whole."""
        path = self.folder / f"{what}.jsonl"
        if not path.is_file():
            aside = self.folder / f"{what}.part.jsonl"
            write_questions(aside, make())
            aside.replace(path)
        if not path.stat().st_size:
            return []
        return read_questions([path])[0]

    def path(self, what: str) -> Path:
        return self.folder / f"{what}.jsonl"

    def end(self) -> Path:
        """Done: what it was examined with stays among the exams."""
        kept = self.home.exams / f"taught-{self.begun.name}.jsonl"
        with storing(kept):
            shutil.copy(self.path("exam"), kept)
            shutil.rmtree(self.folder)
        return kept


def folder_of(home: Home, domain: str | None) -> Path:
    return home.adapters / FOLDER / (f"group-{domain.encode().hex()}" if domain else "everyone")


def begin(home: Home, wanted: Begun, named: bool) -> State:
    """The teaching that is under way for these people, or a new one. Under another name it would be another one."""
    path = folder_of(home, wanted.domain) / BEGUN
    if path.is_file():
        table = read_object(path)
        begun = Begun(**{key: table[key] for key in asdict(wanted)})
        if named and begun.name != wanted.name:
            raise UsageError(
                f"The teaching of {begun.name} is not done yet.", f"Finish it first, or remove {path.parent}."
            )
        return State(home, begun)
    with storing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
    write_object(path, json.loads(json.dumps(asdict(wanted))))
    return State(home, wanted)
