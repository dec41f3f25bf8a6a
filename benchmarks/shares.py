"""A share with its 95 % Wilson interval."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TypedDict

Z = 1.959964


class Share(TypedDict):
    value: float
    low: float
    high: float
    n: int


def share(outcomes: Sequence[bool]) -> Share | None:
    """None where there is nothing to take a share of."""
    n = len(outcomes)
    if n == 0:
        return None
    p = sum(outcomes) / n
    centre = (p + Z * Z / (2 * n)) / (1 + Z * Z / n)
    half = Z * math.sqrt(p * (1 - p) / n + Z * Z / (4 * n * n)) / (1 + Z * Z / n)
    return Share(value=round(p, 4), low=round(max(0.0, centre - half), 4), high=round(min(1.0, centre + half), 4), n=n)


def shown(name: str, found: Share | None) -> str:
    if found is None:
        return f"{name:<36} not told by these questions"
    return f"{name:<36} {found['value']:.3f}  [{found['low']:.3f}, {found['high']:.3f}]  n = {found['n']}"
