"""The public sets as pools: passages that lie near each other, and the questions that were asked of them."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from retrieval import SpecError
from tuning.examples.showing import worded
from tuning.nouns import Source

Row = dict[str, Any]
MARKED = ("squad2", "covid_qa", "contractnli", "cuad_clauses")  # whose rows say `train` or `exam`
CLAUSES = re.compile(r'What does the agreement say about "(.+)"\?')  # of cuad_clauses
NEAR = "near"  # questions of this project's own over passages of `grounded`, as many without an answer as with one
NEAR_QUESTIONS = Path(__file__).parent / "near"


@dataclass(frozen=True)
class Asking:
    """A question of a pool. `about` are passages that it comes near; `gold` those that answer it."""

    id: str
    question: str
    answers: tuple[str, ...]
    gold: frozenset[str]
    about: frozenset[str]

    @property
    def judges(self) -> bool:
        return set(self.answers) <= {"Yes", "No"} and bool(self.answers)


@dataclass(frozen=True)
class Pool:
    """An article, a contract, or a collection of short texts."""

    name: str
    origin: str
    passages: Mapping[str, Source]
    asked: Sequence[Asking]


def pools(folder: Path, sets: Sequence[str]) -> list[Pool]:
    """Training rows only. A set that is not there is named."""
    found: list[Pool] = []
    for name in sets:
        if name == NEAR:
            found.append(_near(folder / "train_pool"))
        else:
            found += _marked(folder / name, name) if name in MARKED else [_collected(folder / "train_pool", name)]
    return found


def _marked(folder: Path, origin: str) -> Iterator[Pool]:
    corpus: dict[str, dict[str, Source]] = defaultdict(dict)
    asked: dict[str, list[Asking]] = defaultdict(list)
    for row in _rows(folder / "corpus.jsonl"):
        corpus[_group(row["id"])][row["id"]] = Source(row["id"], row["title"], row["text"])
    for row in _put_as_asked(_rows(folder / "questions.jsonl")):
        near = row["gold_ids"] or row.get("context_ids") or []
        group = _group(near[0]) if near else _contract(row["id"])
        if row["split"] == "train" and group in corpus:
            asked[group].append(_asking(row, near))
    for group, passages in corpus.items():
        if kept := _sound(asked[group], passages):
            yield Pool(group, origin, passages, kept)


def _collected(folder: Path, origin: str) -> Pool:
    """Rows that carry their own passage: together they are one pool, in which the nearest are the distractors."""
    passages: dict[str, Source] = {}
    asked = []
    for row in _rows(folder / f"{origin}.jsonl"):
        if row["history"]:  # such a question can't stand alone
            continue
        for passage in row["passages"]:
            passages[passage["id"]] = Source(passage["id"], "", passage["text"])
        answers = [row["answer"]] if row["answerable"] else []
        asked.append(_asking(row | {"answers": answers}, [passage["id"] for passage in row["passages"]]))
    return Pool(origin, origin, passages, _sound(asked, passages))


def _near(folder: Path) -> Pool:
    """All passages of their set lie around those that were asked of."""
    passages = _collected(folder, "grounded").passages
    rows = [row for path in sorted(NEAR_QUESTIONS.glob("*.jsonl")) for row in _rows(path)]
    asked = []
    for number, row in enumerate(rows):
        of = frozenset([row["of"]])
        answers = (row["answer"],) if row["answer"] else ()
        asked.append(Asking(f"near-{number}", row["question"], answers, of if answers else frozenset(), of))
    return Pool(NEAR, NEAR, passages, _sound([one for one in asked if one.about <= passages.keys()], passages))


def _asking(row: Row, near: Sequence[str]) -> Asking:
    gold = frozenset(row["gold_ids"]) if row["answerable"] else frozenset()
    return Asking(row["id"], row["question"], tuple(row["answers"]), gold, frozenset(near))


def _sound(asked: Sequence[Asking], passages: Mapping[str, Source]) -> list[Asking]:
    """What can be answered in a passage's own words, or by no passage at all."""
    return [one for one in asked if not one.gold or one.judges or any(spans(one, passages[id]) for id in one.gold)]


@cache
def spans(asking: Asking, source: Source) -> tuple[str, ...]:
    """The answers that stand in the source from word to word. The same are shown together again and again."""
    return tuple(said for answer in asking.answers if (said := worded(answer, source, asking.question)))


def _put_as_asked(rows: Sequence[Row]) -> list[Row]:
    """A kind of clause that is answered by Yes is asked about by a question for Yes or No, as in the exams."""
    said = {kind for row in rows if row["answers"] == ["Yes"] and (kind := _kind(row))}
    return [row | {"question": f'Does the agreement contain a clause on "{_kind(row)}"?'} if _kind(row) in said else row
            for row in rows]  # fmt: skip


def _kind(row: Row) -> str:
    found = CLAUSES.fullmatch(row["question"])
    return found[1] if found else ""


def _group(id: str) -> str:
    return id.split("#")[0]


def _contract(id: str) -> str:
    """`cuad-0266a35d-exclusivity` and `cnli-dev-3-nda-18` name their contract."""
    _, _, rest = id.partition("-")
    return rest.split("-nda-")[0] if "-nda-" in rest else rest.split("-")[0]


def _rows(path: Path) -> list[Row]:
    try:
        with path.open(encoding="utf-8") as file:
            return [json.loads(line) for line in file]
    except OSError as error:
        raise SpecError(
            f"{path} cannot be read: {error.strerror}.", "Set GROUNDSMITH_DATA to the folder of the public sets."
        ) from error
