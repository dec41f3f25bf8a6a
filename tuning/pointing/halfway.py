"""Halfway between where a net began and where it came to, it often knows what both know."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy

from tuning.pointing.judging import Judged
from tuning.pointing.net import Net


def better(net: Net, began: Net, found: Judged, judge: Callable[[], Judged]) -> tuple[Judged, bool]:
    """The net goes halfway back to where it `began` if it is worth more there than it was `found` to be."""
    reached = deepcopy(net.state_dict())
    net.meet(began)
    halfway = judge()
    if halfway.worth > found.worth:
        return halfway, True
    net.load_state_dict(reached)
    return found, False
