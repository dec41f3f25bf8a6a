"""Training rows as an exam asks them: three passages of one article or contract, twins with the gold one replaced."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from itertools import islice

import numpy as np

from benchmarks.data import Row, data_folder, rows
from retrieval import Encoder
from tuning.nouns import Question, Source

PASSAGES = 3


def training_pairs(name: str, encoder: Encoder, many: int, seed: int = 1) -> list[Question]:
    """So many answerable questions with their twins; of more, the first ones are the same."""
    chance = random.Random(seed)
    corpus = {row["id"]: row for row in rows(data_folder() / name / "corpus.jsonl")}
    asked = [row for row in rows(data_folder() / name / "questions.jsonl") if row.get("split") == "train"]
    chance.shuffle(asked)
    nearest = _Nearest(corpus, encoder)
    pairs = (_pair(row, corpus, nearest, chance) for row in asked if row["answerable"])
    return [row for pair in islice(filter(None, pairs), many) for row in pair]


def _pair(row: Row, corpus: dict[str, Row], nearest: _Nearest, chance: random.Random) -> list[Question]:
    gold = corpus[row["gold_ids"][0]]
    misses = [one for one in nearest(row["question"], _group(gold)) if not _tells(one, row)][:PASSAGES]
    if len(misses) < PASSAGES:
        return []
    place = chance.randrange(PASSAGES)
    others = [*misses[:place], gold, *misses[place : PASSAGES - 1]]
    question = Question(
        id=row["id"],
        question=row["question"],
        answerable=True,
        answers=tuple(row["answers"]),
        gold_ids=tuple(row["gold_ids"]),
        passages=_sources(others),
        yes_no=set(row["answers"]) <= {"Yes", "No"},
    )
    swapped = _sources([*others[:place], misses[PASSAGES - 1], *others[place + 1 :]])
    twin = replace(question, id=f"{question.id}~twin", answerable=False, answers=(), gold_ids=(), passages=swapped)
    return [question, replace(twin, kind="twin", twin_of=question.id)]


class _Nearest:
    """Passages of an article or contract, the nearest to a question first. Each group is encoded once."""

    def __init__(self, corpus: dict[str, Row], encoder: Encoder) -> None:
        self._encoder = encoder
        self._groups: dict[str, list[Row]] = {}
        self._vectors: dict[str, np.ndarray[tuple[int, int], np.dtype[np.float32]]] = {}
        for row in corpus.values():
            self._groups.setdefault(_group(row), []).append(row)

    def __call__(self, question: str, group: str) -> list[Row]:
        there = self._groups.get(group, [])
        if not there:
            return []
        if group not in self._vectors:
            self._vectors[group] = np.asarray(self._encoder.encode([row["text"] for row in there]))
        near = self._vectors[group] @ np.asarray(self._encoder.encode([question]))[0]
        return [there[place] for place in np.argsort(-near, kind="stable")]


def _group(row: Row) -> str:
    return str(row["id"]).split("#")[0]


def _tells(passage: Row, row: Row) -> bool:
    """Gold, or an answer's very words: no near miss."""
    spans = [answer for answer in row["answers"] if answer not in ("Yes", "No")]
    return passage["id"] in row["gold_ids"] or any(span.lower() in passage["text"].lower() for span in spans)


def _sources(found: Sequence[Row]) -> tuple[Source, ...]:
    return tuple(Source(row["id"], row["title"], row["text"]) for row in found)
