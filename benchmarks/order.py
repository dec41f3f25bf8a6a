"""Whether answers hang on the order of the sources: `python -m benchmarks.order ADAPTER [--limit N] --out FILE`.

Each question of the fixed exam squad2 is read by the adapter in that folder with its sources in several orders: as the
file has them, then shuffled. `same` is taken against the file's order. Questions are drawn whole for the intervals, in
all their orders. With --keep FOLDER the answers stay there, and a run that was stopped goes on.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from assistant import Assistant, Spec, create_home, open_assistant, read_adapter
from assistant.opening import model_reader
from assistant.spec import ModelSpec
from benchmarks.data import data_folder
from retrieval import precision
from tuning.exam.named import served
from tuning.exam.normal import normalise
from tuning.exam.questions import read_questions
from tuning.exam.rightness import right
from tuning.exam.run import examine
from tuning.exam.statistics import bootstrap, difference, mean, resamples
from tuning.nouns import Metric, Outcome, Question
from ui.terminal import Progress

ORDERS = 4


@dataclass(frozen=True)
class Read:
    """One question in one order; `gold` counts the places of its sources from 1, and is 0 where none answers it."""

    question: Question
    outcome: Outcome
    gold: int

    @property
    def right(self) -> bool:
        return right(self.question, self.outcome)

    @property
    def found(self) -> bool:
        return self.outcome.best in self.question.gold_ids

    @property
    def decided(self) -> str | None:
        return None if self.outcome.abstained else self.outcome.best


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("adapter", type=Path)
    parser.add_argument("--limit", type=int, metavar="N", help="so many questions, drawn by chance")
    parser.add_argument("--orders", type=int, default=ORDERS, metavar="N", help=f"with the file's ({ORDERS})")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--keep", type=Path, metavar="FOLDER")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        root = options.keep or Path(folder)
        asked = _questions(options.limit, options.seed)
        orders = _read(_reading(root, options.adapter), asked, options.orders, options.seed, root)
    figures = {"questions": len(asked), "precision": precision("prompt"), **_figures(orders)}
    print("\n".join(_table(figures)))
    options.out.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")


def _questions(limit: int | None, seed: int) -> list[Question]:
    found, _ = read_questions([data_folder().parent / "exams" / "squad2.jsonl"])
    several = [question for question in found if len(question.passages or ()) > 1]
    return random.Random(seed).sample(several, min(limit or len(several), len(several)))


def _reading(root: Path, adapter: Path) -> Assistant:
    """In a Home without documents: each question brings its sources along."""
    home = root / "home"
    if not home.is_dir():
        create_home(home, Spec(model=ModelSpec(reader="model")))
    assistant = open_assistant(home)
    return replace(assistant, reader=model_reader(assistant.spec, read_adapter(adapter)))


def _read(assistant: Assistant, asked: Sequence[Question], orders: int, seed: int, root: Path) -> list[list[Read]]:
    found = []
    for order in range(orders):
        moved = [_moved(question, order, seed) for question in asked]
        outcomes = examine(served(assistant), moved, root / "answers", Progress()).outcomes
        found.append([Read(one, outcome, _gold(one)) for one, outcome in zip(moved, outcomes, strict=True)])
    return found


def _moved(question: Question, order: int, seed: int) -> Question:
    sources = list(question.passages or ())
    if order:
        random.Random(f"{seed}:{order}:{question.id}").shuffle(sources)
    return replace(question, passages=tuple(sources))


def _gold(question: Question) -> int:
    places = [place for place, one in enumerate(question.passages or (), 1) if one.id in question.gold_ids]
    return places[0] if places and question.answerable else 0


# ------------------------------------------------------------------------------------- figures


def _figures(orders: Sequence[Sequence[Read]]) -> dict[str, Any]:
    first, *others = orders
    pairs = [pair for order in others for pair in zip(order, first, strict=True)]
    golden = [read for order in orders for read in order if read.gold]
    places = sorted({read.gold for read in golden})
    at = {place: [read for read in golden if read.gold == place] for place in places}
    return {
        "same decision": _share(pairs, lambda pair: pair[0].decided == pair[1].decided),
        "same answer": _share(pairs, _same_answer),
        "right, by order": [_share(order, lambda read: read.right) for order in orders],
        "right, against the first order": [_apart(order, first) for order in others],
        "right, by the gold's place": {str(place): _share(at[place], lambda read: read.right) for place in places},
        "right passage, by the gold's place": {
            str(place): _share(at[place], lambda read: read.found) for place in places
        },
    }


def _same_answer(pair: tuple[Read, Read]) -> bool:
    one, other = (normalise(read.outcome.answer) for read in pair)
    return pair[0].decided == pair[1].decided and one == other


def _share(rows: Sequence[Any], holds: Callable[[Any], bool]) -> dict[str, float] | None:
    ids = [(row[0] if isinstance(row, tuple) else row).question.id for row in rows]
    values = np.array([float(holds(row)) for row in rows])
    return _told(bootstrap(mean(values), resamples(ids), len(rows)))


def _apart(order: Sequence[Read], first: Sequence[Read]) -> dict[str, float] | None:
    after, before = (np.array([float(read.right) for read in reads]) for reads in (order, first))
    ids = [read.question.id for read in first]
    return _told(difference(mean(after), mean(before), resamples(ids), len(ids)))


def _told(metric: Metric | None) -> dict[str, float] | None:
    return {name: round(value, 4) for name, value in asdict(metric).items()} if metric else None


def _table(figures: dict[str, Any]) -> Iterator[str]:
    for name, value in figures.items():
        if isinstance(value, list):
            yield from (_line(f"{name}: {number}", one) for number, one in enumerate(value))
        elif isinstance(value, dict) and "low" not in value:
            yield from (_line(f"{name}: {place}", one) for place, one in value.items())
        else:
            yield _line(name, value)


def _line(name: str, value: Any) -> str:
    if not isinstance(value, dict):
        return f"{name:<44}{value}"
    return f"{name:<44}{value['value']:.3f} [{value['low']:.3f}, {value['high']:.3f}] of {value['n']}"


if __name__ == "__main__":
    main()
