"""The promise, simulated: draws from populations whose risk is known, and what was promised beside the truth."""

from __future__ import annotations

import math
import os

import numpy as np
import pytest
from scipy.stats import binom

from assistant.calibration.bounds import Counts
from assistant.calibration.walk import ERROR, Scored, grid, holds, walk
from benchmarks.promise import (
    CHANCE,
    DRAWS,
    SEED,
    SHAPES,
    WORLDS,
    Chance,
    World,
    population,
    ruled_out,
    together,
    tried,
)

SHARE = float(os.environ.get("SOAK_SHARE", "0.1"))
GIVEN = int(os.environ.get("SEED", SEED))


@pytest.mark.slow
def test_whole_calibrations_break_their_promise_no_more_often_than_was_said() -> None:
    """And each is certified exactly when it must be."""
    rows = [tried(world, math.ceil(DRAWS * SHARE / len(WORLDS)), GIVEN) for world in WORLDS]
    whole = together(rows)
    assert whole["holds"], rows
    assert all(row["holds"] for row in rows), rows
    assert 0 < whole["promised"] < whole["draws"]
    assert rows[-1]["promised"] == 0, "there are too few questions"


def test_the_other_way_to_compute_a_bound_says_the_same() -> None:
    chance = np.random.default_rng(GIVEN)
    verdicts = []
    for _ in range(150):
        answerable, unanswerable = (int(chance.integers(20, 90)) for _ in range(2))
        answered = int(chance.integers(0, answerable + 1))
        wrong = min(answered, int(chance.integers(0, 4)))
        counts = Counts(answerable, answered, wrong, unanswerable, int(chance.integers(0, 4)))
        risk, share = float(chance.uniform(0.05, 0.4)), float(chance.choice([0.0, 0.1, 0.2, 0.5]))
        verdicts.append(holds(counts, risk, share))
        assert verdicts[-1] == ruled_out(counts, risk, share), (counts, risk, share)
    assert 10 < sum(verdicts) < 140


# The walk alone, on more draws: confidences as they come, known ones and strangers


def true_risk(world: World, threshold: float) -> float:
    families, _ = population(world.shape)
    answered = families.score >= threshold
    misled = world.unanswerable * float((families.misled & (families.twin >= threshold)).mean())
    wrong = (1 - world.unanswerable) * float((answered & ~families.right).mean())
    return (wrong + misled) / ((1 - world.unanswerable) * float(answered.mean()) + misled)


def drawn(world: World, chance: Chance) -> tuple[list[Scored], list[Scored]]:
    """Some to take the grid from, and others to walk on."""
    first, asked, strangers = (SHAPES[world.shape](chance, world.families) for _ in range(3))
    known = [Scored(True, bool(right), float(score)) for score, right in zip(asked.score, asked.right, strict=True)]
    twins = zip(strangers.twin, strangers.misled, strict=True)
    unknown = [Scored(False, False, float(score) if misled else -math.inf) for score, misled in twins]
    return [Scored(True, True, float(score)) for score in first.score], known + unknown


@pytest.mark.slow
@pytest.mark.parametrize("world", WORLDS, ids=str)
def test_walks_break_their_promise_no_more_often_than_was_said(world: World) -> None:
    chance, draws = np.random.default_rng(GIVEN), round(DRAWS * SHARE)
    broken = promised = 0
    for _ in range(draws):
        fitted, walked = drawn(world, chance)
        taken = walk(grid(fitted), walked, world.risk, world.unanswerable)
        held = [step for step, counts in taken if holds(counts, world.risk, world.unanswerable)]
        promised += bool(held)
        broken += bool(held) and true_risk(world, held[-1].threshold) > world.risk
    assert broken <= binom.ppf(1 - CHANCE, draws, ERROR), f"{broken} of {draws} broken, {promised} promised"
