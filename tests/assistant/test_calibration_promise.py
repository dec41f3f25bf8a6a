"""The promise, simulated: draws from populations whose risk is known, and what was promised beside the truth."""

from __future__ import annotations

import math
import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.stats import binom

from assistant.calibration.walk import ERROR, Scored, grid, holds, walk

SHARE = float(os.environ.get("SOAK_SHARE", "0.1"))
SEED = int(os.environ.get("SEED", "20261121"))
DRAWS = round(2000 * SHARE)
CHANCE = 1e-4  # that a test of a promise that holds fails

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]
Chance = np.random.Generator
# n → of n families the confidence of the question, whether its answer is right, and the confidence of its twin
Shape = Callable[[Chance, int], tuple[Array, Flags, Array]]


def sure(low: float, steep: float) -> Shape:
    """The surer, the likelier right; unanswerable ones look less sure."""

    def draw(chance: Chance, n: int) -> tuple[Array, Flags, Array]:
        confidence = chance.beta(5, 2, n)
        right = chance.random(n) < 1 / (1 + np.exp(-steep * (confidence - low)))
        return confidence, right, chance.beta(2, 5, n)

    return draw


def flat(wrong: float, misled: float) -> Shape:
    """Confidence says nothing: at every level the risk is the same."""

    def draw(chance: Chance, n: int) -> tuple[Array, Flags, Array]:
        twins = np.where(chance.random(n) < misled, chance.random(n), -math.inf)
        return chance.random(n), chance.random(n) >= wrong, twins

    return draw


def overconfident(chance: Chance, n: int) -> tuple[Array, Flags, Array]:
    """The surest answers are the worst ones."""
    confidence = chance.random(n)
    return confidence, chance.random(n) >= 0.02 + 0.3 * confidence**4, 0.8 * chance.random(n)


def coarse(chance: Chance, n: int) -> tuple[Array, Flags, Array]:
    """Four values, so that hundreds tie."""
    confidence, right, twin = sure(0.3, 9.0)(chance, n)
    return np.round(confidence * 3) / 3, right, np.round(twin * 3) / 3


SHAPES: dict[str, Shape] = {
    "sure": sure(0.4, 9.0),
    "doubtful": sure(0.5, 5.0),
    "flat": flat(0.09, 0.05),
    "none misled": flat(0.12, 0.0),
    "only misled": flat(0.0, 0.3),
    "overconfident": overconfident,
    "coarse": coarse,
}


@dataclass(frozen=True)
class World:
    shape: str
    risk: float
    unanswerable: float
    many: int  # answerable questions of a draw
    others: int

    def __str__(self) -> str:
        return f"{self.shape}-{self.risk}-{self.unanswerable}-{self.many}"


@cache
def population(shape: str) -> tuple[Array, Flags, Array]:
    return SHAPES[shape](np.random.default_rng(7), 400_000)


def true_risk(world: World, threshold: float) -> float:
    confidence, right, twin = population(world.shape)
    answered = confidence >= threshold
    misled = world.unanswerable * float((twin >= threshold).mean())
    wrong = (1 - world.unanswerable) * float((answered & ~right).mean())
    return (wrong + misled) / ((1 - world.unanswerable) * float(answered.mean()) + misled)


def drawn(world: World, chance: Chance) -> tuple[list[Scored], list[Scored]]:
    """Some to take the grid from, and others to walk on."""
    shape = SHAPES[world.shape]
    confidence, right, _ = shape(chance, world.many)
    _, _, twin = shape(chance, world.others)
    first, _, _ = shape(chance, world.many // 2)
    known = [Scored(True, bool(r), float(c)) for c, r in zip(confidence, right, strict=True)]
    unknown = [Scored(False, False, float(c)) for c in twin]
    return [Scored(True, True, float(c)) for c in first], known + unknown


# Where most draws may be promised, where none may, and where the risk lies a little above what is asked for.
WORLDS = [
    World("sure", 0.1, 0.2, 150, 80),
    World("sure", 0.05, 0.2, 150, 80),
    World("doubtful", 0.1, 0.2, 200, 100),
    World("flat", 0.085, 0.0, 120, 0),
    World("flat", 0.095, 0.2, 300, 200),
    World("none misled", 0.115, 0.1, 100, 60),
    World("only misled", 0.068, 0.2, 120, 150),
    World("overconfident", 0.1, 0.2, 200, 100),
    World("coarse", 0.1, 0.3, 150, 100),
]


@pytest.mark.slow
@pytest.mark.parametrize("world", WORLDS, ids=str)
def test_promises_are_broken_no_more_often_than_was_said(world: World) -> None:
    chance = np.random.default_rng(SEED)
    broken = promised = 0
    for _ in range(DRAWS):
        fitted, walked = drawn(world, chance)
        taken = walk(grid(fitted), walked, world.risk, world.unanswerable)
        held = [step for step, counts in taken if holds(counts, world.risk, world.unanswerable)]
        promised += bool(held)
        broken += bool(held) and true_risk(world, held[-1].threshold) > world.risk
    assert broken <= binom.ppf(1 - CHANCE, DRAWS, ERROR), f"{broken} of {DRAWS} broken, {promised} promised"
