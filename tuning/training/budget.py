"""What a budget of time is spent on: steps, and checks on the way."""

from __future__ import annotations

from dataclasses import dataclass

CHECKS = 8  # at most
FEWEST_CHECKS = 2
CHECKING = 0.15  # share of the budget for checks


@dataclass(frozen=True)
class Spent:
    steps: int
    checks: int
    seconds: float


def spent(budget: float, step: float, check: float, most: int) -> Spent:
    """As many checks as their share pays for, and one more at the end, for the card; steps take the rest.

    `step` and `check` are what one takes, in seconds; without a check there is nothing to check with.
    """
    checks = min(CHECKS, max(FEWEST_CHECKS, int(budget * CHECKING / check))) if check else 0
    checking = (checks + 1) * check
    steps = max(1, min(most, int(max(budget - checking, budget / 2) / step)))
    return Spent(steps, checks, steps * step + checking)
