"""What the decisions are worth on questions that are not learned from. Needs no answer to be written."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tuning.exam import statistics
from tuning.nouns import Example, Kind
from tuning.training.loss import read_tree
from tuning.training.trees import Tree


@dataclass(frozen=True)
class Told:
    """What was decided of a question: log-probabilities of its sources, and last of none of them."""

    example: Example
    weights: Sequence[float]
    right: Collection[int]  # places of the sources that answer it

    @property
    def some(self) -> float:
        """How surprising it would be if none answered."""
        return -self.weights[-1]

    @property
    def found(self) -> bool:
        """Whether the likeliest source is a right one."""
        return max(range(len(self.weights) - 1), key=self.weights.__getitem__) in self.right


@dataclass(frozen=True)
class Held:
    """Shares. `switched`: of questions that are there with and without their gold, at the best threshold."""

    questions: int
    right_passage: float
    told_apart: dict[Kind, float]  # AUROC of answerable against each kind
    switched: float
    threshold: float  # probability that some source answers, at which both errors are as frequent


def hold(model: Any, trees: Iterable[Tree]) -> Held:
    import torch

    rows: list[Told] = []
    with torch.inference_mode():
        for tree in trees:
            decisions = read_tree(model, tree).decisions
            rows += [Told(one.example, told, one.right) for one, told in zip(tree.branches, decisions, strict=True)]
    return held(rows)


def held(rows: Sequence[Told]) -> Held:
    scores: dict[Kind, list[float]] = {}
    for row in rows:
        scores.setdefault(row.example.kind, []).append(row.some)
    answerable = scores.pop("answerable", [])
    apart = {kind: auroc(answerable, others) for kind, others in scores.items() if answerable}
    golden = [row.found for row in rows if row.example.gold]
    right = sum(golden) / len(golden) if golden else float("nan")
    unanswered = [score for others in scores.values() for score in others]
    return Held(len(rows), right, apart, switched(_pairs(rows)), even(answerable, unanswered))


def even(answerable: Sequence[float], unanswered: Sequence[float]) -> float:
    """The probability to ask for, where as large a share of the one falls below it as of the other above."""
    if not answerable or not unanswered:
        return float("nan")

    def uneven(place: float) -> float:
        refused = sum(score < place for score in answerable) / len(answerable)
        return abs(refused - sum(score >= place for score in unanswered) / len(unanswered))

    return -math.expm1(-min(sorted([*answerable, *unanswered]), key=uneven))


def _pairs(rows: Sequence[Told]) -> list[tuple[bool, float, float]]:
    without = {row.example.twin_of or row.example.id: row.some for row in rows if row.example.kind == "twin"}
    golden = [row for row in rows if row.example.gold and row.example.id in without]
    return [(row.found, row.some, without[row.example.id]) for row in golden]


def switched(pairs: Sequence[tuple[bool, float, float]]) -> float:
    """Share of pairs that are decided rightly on both sides, at the threshold that suits them best."""
    places = sorted({score for _, with_gold, without in pairs for score in (with_gold, without)})
    found = [sum(right and high >= place > low for right, high, low in pairs) for place in places]
    return max(found, default=0) / len(pairs) if pairs else float("nan")


def auroc(higher: Sequence[float], lower: Sequence[float]) -> float:
    """As in an exam, of these scores against those."""
    scores = np.array([*higher, *lower])
    first = np.arange(len(scores)) < len(higher)
    return float(statistics.auroc(scores, first, ~first)(np.ones((1, len(scores))))[0])
