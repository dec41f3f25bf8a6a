"""A step that takes its time says so, and whoever waits for the reader waits longer."""

from __future__ import annotations

from collections.abc import Callable


def _nobody(seconds: float) -> None:
    """Read in the same process, a file is waited for however long it takes."""


_waiting: Callable[[float], None] = _nobody


def longer(seconds: float) -> None:
    """From now on, the next step may take as long as this: a page of OCR, say."""
    _waiting(seconds)


def waits(listener: Callable[[float], None]) -> None:
    """Who is to be told, in this process."""
    global _waiting
    _waiting = listener
