"""Homes made of the training parts of public sets, for fitting what ships: never of an exam's documents."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass
from pathlib import Path

from assistant import Assistant, create_home, open_assistant
from benchmarks.data import Row, data_folder, rows

SETS = ("squad2", "covid_qa")


@dataclass(frozen=True)
class TrainingHome:
    name: str
    assistant: Assistant
    questions: list[Row]


def training_home(name: str, folder: Path, most: int, seed: int = 1) -> TrainingHome:
    """The set's training documents, synced into a Home below `folder`, and up to `most` of their questions."""
    source = data_folder() / name
    questions = [row for row in rows(source / "questions.jsonl") if row.get("split") == "train"]
    used = {_group(id) for row in questions for id in [*row["gold_ids"], *row.get("context_ids", ())]}
    home = create_home(folder / name)
    with (home.documents / "corpus.jsonl").open("w", encoding="utf-8") as file:
        for row in rows(source / "corpus.jsonl"):
            if _group(row["id"]) in used:
                file.write(json.dumps({key: row[key] for key in ("id", "title", "text")}) + "\n")
    assistant = open_assistant(home.root)
    assistant.library.sync()
    random.Random(seed).shuffle(questions)
    return TrainingHome(name, assistant, questions[:most])


def _group(id: str) -> str:
    """The article that a piece is of: an exam's articles are never among the training ones."""
    return id.split("#")[0]
