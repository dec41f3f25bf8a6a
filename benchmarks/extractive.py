"""Fits the extractive reader on training rows: `python -m benchmarks.extractive [--questions 500]`.

Three things come out, printed to be copied into `assistant/reading/extractive.py`: how a unit's match is weighed
(conditional logit over the units of the hits), how sure the best match makes us (logistic regression on being right,
every question beside a twin whose gold is hidden), and the threshold at which answering though unanswerable and
refusing though answerable are equally frequent.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression

from assistant.reading.extractive import Candidate, candidates, grounds
from benchmarks.data import Row
from benchmarks.shares import share, shown
from benchmarks.training_homes import SETS, TrainingHome, training_home

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Case:
    """A question as the reader meets it: the candidates, and which of them are right."""

    name: str
    answerable: bool
    found: list[Candidate]
    features: Array  # a row a candidate
    right: NDArray[np.bool_]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--questions", type=int, default=500, help="how many of each set")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        homes = [training_home(name, Path(folder), options.questions) for name in SETS]
        cases = [case for home in homes for case in _cases(home)]
    match = fit_match([case for case in cases if case.right.any()])
    sure, bias, chance = fit_confidence(cases, match)
    threshold = equal_errors(cases, chance)
    print(f"MATCH = {_numbers(match)}\nSURE, BIAS = {_numbers(sure)}, {bias:.2f}\nTHRESHOLD = {threshold:.2f}")
    _report(cases, chance >= threshold, match)


def _cases(home: TrainingHome) -> Iterator[Case]:
    for row in home.questions:
        yield _case(home, row, ())
        if row["answerable"]:
            yield _case(home, row, row["gold_ids"])


def _case(home: TrainingHome, row: Row, without: Sequence[str]) -> Case:
    library = home.assistant.library
    hits = library.searcher.search(row["question"], home.assistant.spec.retrieval.passages, without=without)
    found = candidates(library.encoder, row["question"], hits)
    features = np.array([(c.meaning, c.shared, hits[c.place].score) for c in found])
    answerable = bool(row["answerable"]) and not without
    said = [_flat(hits[c.place].passage.quote(c.unit)) for c in found]
    gold = [answerable and hits[c.place].passage.document in row["gold_ids"] for c in found]
    wordings = [_flat(answer) for answer in row["answers"]]
    right = np.array([is_gold and any(w in text for w in wordings) for is_gold, text in zip(gold, said, strict=True)])
    return Case(home.name, answerable, found, features, right)


def _flat(text: str) -> str:
    return " ".join(text.lower().split())


def fit_match(cases: Sequence[Case]) -> Array:
    """Weights under which a right unit is likeliest among the units of all hits."""

    def loss(weights: Array) -> float:
        total = 0.0
        for case in cases:
            scores = case.features @ weights
            odds = np.exp(scores - scores.max())
            total -= float(np.log(odds[case.right].sum() / odds.sum()))
        return total / len(cases) + 1e-3 * float(weights @ weights)

    found: Array = minimize(loss, np.ones(3), method="BFGS").x
    return found


def fit_confidence(cases: Sequence[Case], match: Array) -> tuple[Array, float, Array]:
    features = np.array([_weighed(case, match) for case in cases])
    right = np.array([_best(case, match)[1] for case in cases])
    model = LogisticRegression(C=10, class_weight="balanced").fit(features, right)
    return model.coef_[0], float(model.intercept_[0]), model.predict_proba(features)[:, 1]


def _best(case: Case, match: Array) -> tuple[int, bool]:
    best = int(np.argmax(case.features @ match))
    return best, bool(case.right[best])


def _weighed(case: Case, match: Array) -> tuple[float, float, float]:
    scores = case.features @ match
    again = [Candidate(c.place, c.unit, c.meaning, c.shared, float(s)) for c, s in zip(case.found, scores, strict=True)]
    return grounds(again[int(np.argmax(scores))], again)


def equal_errors(cases: Sequence[Case], chance: Array) -> float:
    answerable = np.array([case.answerable for case in cases])

    def apart(threshold: float) -> float:
        return abs(float((chance[~answerable] >= threshold).mean()) - float((chance[answerable] < threshold).mean()))

    return min((float(step) / 100 for step in range(5, 96)), key=apart)


def _report(cases: Sequence[Case], answered: NDArray[np.bool_], match: Array) -> None:
    for name in SETS:
        mine = [(case, bool(said)) for case, said in zip(cases, answered, strict=True) if case.name == name]
        print(name)
        print(shown("  refused_answerable", share([not said for case, said in mine if case.answerable])))
        print(shown("  answered_unanswerable", share([said for case, said in mine if not case.answerable])))
        right = [_best(case, match)[1] for case, said in mine if case.answerable and said]
        print(shown("  right, where answered and answerable", share(right)))


def _numbers(values: Array) -> str:
    return f"({', '.join(f'{value:.2f}' for value in values)})"


if __name__ == "__main__":
    main()
