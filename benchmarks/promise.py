"""What a calibration promises, beside a truth that is known: `python -m benchmarks.promise --out FILE [--draws N]`.

Whole calibrations of drawn questions, as `groundsmith calibrate` makes them: features are fitted on the documents of
one side, the threshold is walked on those of the other. Worlds differ in what their scores look like, in how many
questions are unanswerable, and in how many there are. In each the true risk at any threshold is counted on many more
draws, so that a promise is kept or broken as a matter of fact.

Two things must hold. Of the draws, of a world and of all together, at most 5 % and what chance adds break the bound
that was promised. And a draw is `uncertified` exactly when its first level, by a bound computed in another way, does
not hold.
"""

from __future__ import annotations

import argparse
import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import beta, binom

from assistant.calibration.bounds import Counts
from assistant.calibration.calibrate import calibrate
from assistant.calibration.fit import Degenerate, fit
from assistant.calibration.nouns import Backend, Calibration, Case
from assistant.calibration.sides import one_of_each, sides
from assistant.calibration.walk import EARLY, ERROR, GRID, GUARD, counted, grid, scored

DRAWS = 2000
SEED = 20261121
CHANCE = 1e-4  # that a world in which the promise holds is called broken
MANY = 40_000  # families by which the truth is known
NAMES = ("noise", "score")
BACKEND = Backend("drawn", "none", "none", 1, "fp32", "none", "0123456789ab")

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]
Chance = np.random.Generator


@dataclass(frozen=True)
class Families:
    """Of each question its score and whether its answer is right; of its twin the score, and whether it is answered."""

    score: Array
    right: Flags
    twin: Array
    misled: Flags


Shape = Callable[[Chance, int], Families]


def sure(low: float, steep: float) -> Shape:
    """The surer, the likelier right; unanswerable ones look less sure."""

    def draw(chance: Chance, n: int) -> Families:
        score = chance.beta(5, 2, n)
        right = chance.random(n) < 1 / (1 + np.exp(-steep * (score - low)))
        return Families(score, right, chance.beta(2, 5, n), np.ones(n, dtype=bool))

    return draw


def flat(wrong: float, misled: float) -> Shape:
    """The score says nothing: at every level the risk is the same."""

    def draw(chance: Chance, n: int) -> Families:
        return Families(chance.random(n), chance.random(n) >= wrong, chance.random(n), chance.random(n) < misled)

    return draw


def alike(wrong: float, apart: float) -> Shape:
    """A twin is answered wrongly as surely as its question is."""

    def draw(chance: Chance, n: int) -> Families:
        right = chance.random(n) >= wrong
        score = np.where(right, chance.normal(apart, size=n), chance.normal(size=n))
        return Families(score, right, np.where(right, chance.normal(size=n), score), ~right | (chance.random(n) < 0.5))

    return draw


def overconfident(chance: Chance, n: int) -> Families:
    """The surest answers are the worst ones."""
    score = chance.random(n)
    right = chance.random(n) >= 0.02 + 0.3 * score**4
    return Families(score, right, 0.8 * chance.random(n), np.ones(n, dtype=bool))


def coarse(chance: Chance, n: int) -> Families:
    """Four values, so that many tie."""
    found = sure(0.3, 9.0)(chance, n)
    return replace(found, score=np.round(found.score * 3) / 3, twin=np.round(found.twin * 3) / 3)


SHAPES: dict[str, Shape] = {
    "sure": sure(0.4, 9.0),
    "doubtful": sure(0.5, 5.0),
    "flat": flat(0.09, 0.02),
    "none misled": flat(0.115, 0.0),
    "only misled": flat(0.0, 0.3),
    "alike": alike(0.1, 2.0),
    "overconfident": overconfident,
    "coarse": coarse,
}


@dataclass(frozen=True)
class World:
    shape: str
    risk: float
    unanswerable: float
    families: int  # a question and its twin each, two families a document

    def __str__(self) -> str:
        return f"{self.shape}, risk {self.risk}, {self.unanswerable} unanswerable, {self.families} families"


# Where most draws may be promised, where none may, where the risk lies a little above, and where there are too few.
WORLDS = (
    World("sure", 0.2, 0.2, 150),
    World("sure", 0.05, 0.05, 150),
    World("sure", 0.1, 0.5, 200),
    World("doubtful", 0.2, 0.2, 200),
    World("flat", 0.088, 0.0, 180),
    World("flat", 0.09, 0.2, 250),
    World("none misled", 0.11, 0.1, 150),
    World("only misled", 0.068, 0.2, 200),
    World("alike", 0.1, 0.2, 120),
    World("overconfident", 0.1, 0.2, 200),
    World("coarse", 0.1, 0.3, 150),
    World("sure", 0.1, 0.2, 25),
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--draws", type=int, default=DRAWS, metavar="N", help=f"of all worlds together ({DRAWS})")
    parser.add_argument("--seed", type=int, default=SEED)
    options = parser.parse_args()
    rows = []
    for world in WORLDS:
        rows.append(tried(world, math.ceil(options.draws / len(WORLDS)), options.seed))
        print(json.dumps(rows[-1]), flush=True)
    found = {"together": together(rows), "worlds": rows}
    options.out.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(found["together"]))


def tried(world: World, draws: int, seed: int) -> dict[str, Any]:
    """What was promised, what of it was broken, and where a verdict was not the one that its counts call for."""
    chance = np.random.default_rng([seed, *map(ord, str(world))])
    promised = broken = amiss = 0
    coverage: list[float] = []
    for _ in range(draws):
        cases = drawn(world, chance)
        found = calibrate(cases, BACKEND, world.risk, world.unanswerable)
        amiss += found.certified != due(cases, world)
        if found.level is not None:
            promised += 1
            broken += true_risk(found, world) > world.risk
            coverage.append(found.level.counts.answered / found.level.counts.answerable)
    mean = round(float(np.mean(coverage)), 3) if coverage else None
    return asdict(world) | {"coverage": mean} | _verdict(draws, promised, broken, amiss)


def together(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    return _verdict(*(sum(row[name] for row in rows) for name in ("draws", "promised", "broken", "amiss")))


def _verdict(draws: int, promised: int, broken: int, amiss: int) -> dict[str, Any]:
    most = int(binom.ppf(1 - CHANCE, draws, ERROR))
    told = {"draws": draws, "promised": promised, "broken": broken, "at_most": most, "amiss": amiss}
    return told | {"holds": broken <= most and not amiss}


def drawn(world: World, chance: Chance) -> list[Case]:
    found = SHAPES[world.shape](chance, world.families)
    noise = chance.normal(size=(2, world.families))
    cases: list[Case] = []
    for place in range(world.families):
        about = frozenset({f"{place // 2}.md"})
        features = {"score": float(found.score[place]), "noise": float(noise[0, place])}
        twins = {"score": float(found.twin[place]), "noise": float(noise[1, place])}
        right, misled = bool(found.right[place]), bool(found.misled[place])
        cases.append(Case(f"{place}", True, True, right, features, about, f"{place}"))
        cases.append(Case(f"{place}-twin", False, misled, False, twins, frozenset(), f"{place}"))
    return cases


# ------------------------------------------------------------------------------------- the truth


@cache
def population(shape: str) -> tuple[Families, Array]:
    chance = np.random.default_rng(7)
    return SHAPES[shape](chance, MANY), chance.normal(size=(2, MANY))


def true_risk(found: Calibration, world: World) -> float:
    """Of the threshold that was promised, on questions that had no part in it."""
    assert found.level is not None and found.confidence is not None
    families, noise = population(world.shape)
    asked, twins = np.full(MANY, found.confidence.bias), np.full(MANY, found.confidence.bias)
    for one in found.confidence.features:
        first, second = (families.score, families.twin) if one.name == "score" else noise
        asked = asked + one.weight * (first - one.mean) / one.scale
        twins = twins + one.weight * (second - one.mean) / one.scale
    answered = 1 / (1 + np.exp(-asked)) >= found.level.threshold
    misled = world.unanswerable * float((families.misled & (1 / (1 + np.exp(-twins)) >= found.level.threshold)).mean())
    wrong = (1 - world.unanswerable) * float((answered & ~families.right).mean())
    return (wrong + misled) / ((1 - world.unanswerable) * float(answered.mean()) + misled)


# ------------------------------------------------------------------------------------- the verdict that is due


def due(cases: Sequence[Case], world: World) -> bool:
    """Whether anything may be promised: by the same sides and levels, and by sums of scipy's binomials."""
    fitting, walking = sides(cases)
    walking = one_of_each(walking, world.unanswerable)
    try:
        confidence = fit(fitting, NAMES, world.unanswerable)
    except Degenerate:
        return False
    tries = [scored(case, confidence) for case in walking]
    steps = grid([scored(case, confidence) for case in fitting])
    levels = [(step.coverage, counted(tries, step.threshold)) for step in steps]
    first = _first(levels, world)
    return first is not None and ruled_out(first, world.risk, world.unanswerable)


def _first(levels: Sequence[tuple[float, Counts]], world: World) -> Counts | None:
    """Where one error would be forgiven, up to half of the coverage; else where none has to be."""
    for errors, far in ((1, EARLY), (0, 1.0)):
        for coverage, counts in levels:
            blank = replace(counts, wrong=min(errors, counts.answered), misled=0)
            if coverage <= far and ruled_out(blank, world.risk, world.unanswerable):
                return counts
    return None


def ruled_out(counts: Counts, risk: float, unanswerable: float, points: int = 257) -> bool:
    """Under no shares of wrong and of misled whose risk is just that are counts as good as these likely enough."""
    if not counts.answered:
        return False
    least = float(beta.ppf(GUARD / len(GRID), counts.answered, counts.answerable - counts.answered + 1))
    known = (1 - unanswerable) * least
    most = min(1.0, known * risk / (unanswerable * (1 - risk))) if unanswerable else 0.0
    misled = most * np.linspace(0, 1, points) ** 2
    wrong = np.clip(risk - misled * unanswerable * (1 - risk) / known, 0, 1)
    return float(_as_good(counts, unanswerable, wrong, misled).max()) <= ERROR - GUARD


def _as_good(counts: Counts, unanswerable: float, wrong: Array, misled: Array) -> Array:
    """At each point, the chance of errors that weigh no more than those that were counted."""
    one = (1 - unanswerable) / counts.answerable
    other = unanswerable / counts.unanswerable if counts.unanswerable else 0.0
    errors = np.arange(counts.answered + 1)
    left = one * (counts.wrong - errors) + other * counts.misled + 1e-9 * max(one, other)
    errors, left = errors[left >= 0], left[left >= 0]
    room = np.minimum(left / other, counts.unanswerable) if other else np.full(len(left), counts.unanswerable)
    few = binom.pmf(errors[:, None], counts.answered, wrong[None, :])
    found: Array = (few * binom.cdf(np.floor(room)[:, None], counts.unanswerable, misled[None, :])).sum(axis=0)
    return found


if __name__ == "__main__":
    main()
