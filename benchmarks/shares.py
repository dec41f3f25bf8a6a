"""A share with its 95 % Wilson interval."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypedDict

from tuning.exam.statistics import wilson


class Share(TypedDict):
    value: float
    low: float
    high: float
    n: int


def share(outcomes: Sequence[bool]) -> Share | None:
    """None where there is nothing to take a share of."""
    found = wilson(sum(outcomes), len(outcomes))
    if found is None:
        return None
    return Share(value=round(found.value, 4), low=round(found.low, 4), high=round(found.high, 4), n=found.n)


def shown(name: str, found: Share | None) -> str:
    if found is None:
        return f"{name:<36} not told by these questions"
    return f"{name:<36} {found['value']:.3f}  [{found['low']:.3f}, {found['high']:.3f}]  n = {found['n']}"
