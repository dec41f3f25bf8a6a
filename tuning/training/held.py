"""What the decisions are worth on questions that are not learned from. Needs no answer to be written."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tuning.exam import statistics
from tuning.nouns import Kind
from tuning.training.loss import read_tree
from tuning.training.trees import Branch, Tree

Row = tuple[Branch, tuple[float, ...]]  # and the log-probability of each label


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

    rows: list[Row] = []
    with torch.inference_mode():
        for tree in trees:
            rows += zip(tree.branches, read_tree(model, tree).decisions, strict=True)
    scores: dict[Kind, list[float]] = {}
    for branch, weights in rows:
        scores.setdefault(branch.example.kind, []).append(-weights[-1])
    answerable = scores.pop("answerable", [])
    apart = {kind: auroc(answerable, others) for kind, others in scores.items() if answerable}
    golden = [(branch, weights) for branch, weights in rows if branch.example.gold]
    right = sum(map(_found, golden)) / len(golden) if golden else float("nan")
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


def _found(row: Row) -> bool:
    """Whether the likeliest source is a right one."""
    branch, weights = row
    return max(range(len(weights) - 1), key=weights.__getitem__) in branch.right


def _pairs(rows: Sequence[Row]) -> list[tuple[bool, float, float]]:
    twins = [(branch.example, -weights[-1]) for branch, weights in rows if branch.example.kind == "twin"]
    without = {twin.twin_of or twin.id: score for twin, score in twins}
    golden = [row for row in rows if row[0].example.gold and row[0].example.id in without]
    return [(_found(row), -row[1][-1], without[row[0].example.id]) for row in golden]


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
