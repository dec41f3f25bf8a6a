"""How high a search ranks what holds the answer, by the definitions of ir-measures.

A search ranks passages, and k counts them. A row names documents or passages as gold: a passage that is found stands
for the gold id that is its own, or else its document's. A gold id counts where its first passage stands; its further
passages, like those of any other document, keep their places and count for nothing. Recall is the share of a row's
gold ids among the first k. Since any of them is right, success stands beside it: whether one of them is there.

Questions whose gold lies in the same documents say much the same, so they share a key and are drawn together.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from ir_measures import RR, Measure, Qrel, R, ScoredDoc, Success, iter_calc, nDCG

from tuning.exam import statistics
from tuning.exam.statistics import Array
from tuning.nouns import Metric

Found = tuple[str, str]  # ids of a passage and of its document
Values = Mapping[str, Array]  # by measure, a value for each question

DEPTH = 10  # passages
MEASURES: Mapping[str, Measure] = {
    "ndcg_at_10": nDCG @ 10,
    "recall_at_5": R @ 5,
    "recall_at_10": R @ 10,
    "mrr_at_10": RR @ 10,
    "success_at_5": Success @ 5,
    "success_at_10": Success @ 10,
}
_ROUNDING = 1e-9


@dataclass(frozen=True)
class Paired:
    """One way of searching minus another, on the same questions; p is of an exact sign test over their keys."""

    against: str
    difference: Metric
    better: int
    worse: int
    p: float


def values(golds: Sequence[Collection[str]], rankings: Sequence[Sequence[Found]]) -> Values:
    """Question by question, each with its gold ids and what was found for it, the best first. Nothing found is 0."""
    judged = [Qrel(str(row), f"gold {n}", 1) for row, gold in enumerate(golds) for n in range(len(set(gold)))]
    pairs = enumerate(zip(golds, rankings, strict=True))
    ranked = [one for row, (gold, found) in pairs for one in _ranked(str(row), gold, found)]
    taken = {name: np.zeros(len(golds)) for name in MEASURES}
    if not ranked:
        return taken
    names = {measure: name for name, measure in MEASURES.items()}
    for figure in iter_calc(list(names), judged, ranked):
        taken[names[figure.measure]][int(figure.query_id)] = figure.value
    return taken


def credited(gold: Collection[str], found: Sequence[Found]) -> list[str | None]:
    """The gold id that each passage is the first of, if any."""
    left = set(gold)
    ranking: list[str | None] = []
    for ids in found:
        first = next((id for id in ids if id in left), None)
        left -= {first}
        ranking.append(first)
    return ranking


def measured(found: Values, keys: Sequence[str], seed: int) -> dict[str, Metric]:
    weights = statistics.resamples(_drawn(keys), seed)
    taken = {name: _metric(column, weights, len(set(_drawn(keys)))) for name, column in found.items()}
    return {name: metric for name, metric in taken.items() if metric}


def paired(after: Values, parts: Mapping[str, Values], keys: Sequence[str], seed: int) -> dict[str, Paired]:
    """Against the part that has the higher figure, measure by measure."""
    weights = statistics.resamples(_drawn(keys), seed)
    compared: dict[str, Paired] = {}
    for name, column in after.items():
        best = max(parts, key=lambda part: parts[part][name].mean())
        other = parts[best][name]
        difference = statistics.difference(statistics.mean(column), statistics.mean(other), weights, len(keys))
        won, lost = _sides(column - other, keys)
        p = statistics.mcnemar(won, lost)
        if difference and p is not None:
            compared[name] = Paired(best, difference, sum(won), sum(lost), p)
    return compared


def together(documents: Sequence[Collection[str]]) -> list[str]:
    """A key for each question: the same where they share a document of their gold, be it through other questions."""
    above: dict[str, str] = {}
    for named in documents:
        for one in named:
            low, high = sorted((_top(above, one), _top(above, min(named))))
            above[high] = low
    return [_top(above, min(named)) for named in documents]


def _top(above: Mapping[str, str], id: str) -> str:
    while above.get(id, id) != id:
        id = above[id]
    return id


def _drawn(keys: Sequence[str]) -> Sequence[str]:
    """Where all share one key, drawing by it would draw the same each time: then question by question."""
    return keys if len(set(keys)) > 1 else [str(row) for row in range(len(keys))]


def _metric(column: Array, weights: Array, keys: int) -> Metric | None:
    """A share has Wilson's interval, widened to the bootstrap's where questions are drawn together."""
    drawn = statistics.bootstrap(statistics.mean(column), weights, len(column))
    exact = statistics.wilson(float(column.sum()), len(column))
    if drawn is None or exact is None or not np.isin(column, (0.0, 1.0)).all():
        return drawn
    if keys == len(column):
        return exact
    return Metric(exact.value, min(exact.low, drawn.low), max(exact.high, drawn.high), exact.n)


def _sides(differences: Array, keys: Sequence[str]) -> tuple[list[bool], list[bool]]:
    """Which keys got better in sum, and which worse."""
    _, place = np.unique(np.asarray(keys, dtype=str), return_inverse=True)
    sums = np.bincount(place, weights=differences)
    return (sums > _ROUNDING).tolist(), (sums < -_ROUNDING).tolist()


def _ranked(row: str, gold: Collection[str], found: Sequence[Found]) -> Iterator[ScoredDoc]:
    """Under numbers of our own, for an id may hold any character."""
    numbers = {id: n for n, id in enumerate(sorted(set(gold)))}
    for place, id in enumerate(credited(gold, found)):
        yield ScoredDoc(row, f"other {place}" if id is None else f"gold {numbers[id]}", float(-place))
