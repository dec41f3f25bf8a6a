"""Waiting for one's turn to write."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from retrieval.errors import HomeBusy

T = TypeVar("T")
PATIENCE = 300.0  # seconds that a writer waits for those before it
_LOOK = 0.02


def in_turn(act: Callable[[], T], patience: float = PATIENCE) -> T:
    """LangChain adds from several threads at once: who finds the Home taken waits, up to a limit."""
    end = time.monotonic() + patience
    while True:
        try:
            return act()
        except HomeBusy:
            if time.monotonic() > end:
                raise
            time.sleep(_LOOK)
