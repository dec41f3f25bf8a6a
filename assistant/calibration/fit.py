"""Features become a probability of being right: logistic regression with a ridge, by Newton's steps.

Every feature is made so that more of it speaks for an answer. A weight that comes out the other way is noise of few
rows or of features that say the same: that feature is left out and the rest fitted again.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from assistant.calibration.nouns import Case, Confidence, Feature

Array = NDArray[np.float64]

RIDGE = 1.0  # on the weights of standardised features, beside a loss summed over the rows
STEPS = 100
ENOUGH = 1e-9
CONSTANT = 1e-9


class Degenerate(Exception):
    """These rows teach nothing; the message says why."""


def fit(cases: Sequence[Case], names: Sequence[str], unanswerable: float) -> Confidence:
    """On what was answered, weighed as if that share of all cases were unanswerable."""
    answered = [case for case in cases if case.answered]
    right = np.array([case.right for case in answered], dtype=np.float64)
    if not answered or right.min() == right.max():
        ends = "right" if len(right) and right[0] else "wrong"
        raise Degenerate(
            f"all {len(answered)} answers it was to be fitted on are {ends}" if answered else "nothing was answered"
        )
    weights = _mixed(cases, answered, unanswerable)
    table = np.array([[case.features[name] for name in names] for case in answered], dtype=np.float64)
    mean, scale = table.mean(axis=0), table.std(axis=0)
    kept = [place for place in range(len(names)) if scale[place] > CONSTANT]
    standard = (table - mean) / np.where(scale > CONSTANT, scale, 1.0)
    kept, found = _speaking(standard, right, weights, kept)
    chosen = tuple(
        Feature(names[p], float(mean[p]), float(scale[p]), float(w)) for p, w in zip(kept, found, strict=False)
    )
    return Confidence(chosen, float(found[-1]))


def _mixed(cases: Sequence[Case], answered: Sequence[Case], unanswerable: float) -> Array:
    """A weight for each answered case; together all cases weigh as many as they are."""
    known = sum(case.answerable for case in cases)
    share = {True: (1 - unanswerable) / max(known, 1), False: unanswerable / max(len(cases) - known, 1)}
    return np.array([len(cases) * share[case.answerable] for case in answered])


def _speaking(table: Array, right: Array, weights: Array, kept: list[int]) -> tuple[list[int], Array]:
    """Places of the features that speak for an answer, and their weights with the bias behind them."""
    while kept:
        found = newton(table[:, kept], right, weights)
        worst = int(np.argmin(found[:-1]))
        if found[worst] > 0:
            return kept, found
        kept = kept[:worst] + kept[worst + 1 :]
    raise Degenerate("no feature tells right answers from wrong ones")


def newton(table: Array, right: Array, weights: Array) -> Array:
    """Weights and bias of least loss. The loss is convex: halved steps always arrive."""
    rows = np.column_stack([table, np.ones(len(table))])
    ridge = np.diag([*[RIDGE] * table.shape[1], 1e-6])
    at = np.zeros(rows.shape[1])
    for _ in range(STEPS):
        chance = _sigmoid(rows @ at)
        slope = rows.T @ (weights * (chance - right)) + ridge @ at
        bend = (rows * (weights * chance * (1 - chance))[:, None]).T @ rows + ridge
        step = np.linalg.solve(bend, slope)
        if float(np.abs(step).max()) < ENOUGH:
            break
        at = _down(rows, right, weights, ridge, at, step)
    return at


def _down(rows: Array, right: Array, weights: Array, ridge: Array, at: Array, step: Array) -> Array:
    before = _loss(rows, right, weights, ridge, at)
    for _ in range(40):
        if _loss(rows, right, weights, ridge, at - step) <= before:
            return at - step
        step = step / 2
    return at


def _loss(rows: Array, right: Array, weights: Array, ridge: Array, at: Array) -> float:
    odds = rows @ at
    return float(weights @ (np.logaddexp(0, odds) - right * odds) + at @ ridge @ at / 2)


def _sigmoid(odds: Array) -> Array:
    found: Array = np.exp(-np.logaddexp(0, -odds))
    return found
