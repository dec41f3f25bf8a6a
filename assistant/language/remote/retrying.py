"""When a request is tried again: after a growing, random while, or after as long as the server asks for."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from assistant.language.remote.exchange import Patience, Unreached

FIRST, LONGEST = 0.5, 8.0  # seconds; doubled with each attempt, and drawn at random from the upper half


@dataclass
class Clock:
    """Time and chance, so that a test need not wait for either."""

    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    chance: Callable[[], float] = random.random


class Retrying:
    """The attempts of one request, all within the time that it has as a whole."""

    def __init__(self, patience: Patience, clock: Clock) -> None:
        self._clock = clock
        self._until = clock.now() + patience.whole
        self._retries = patience.retries
        self._pause = FIRST

    @property
    def left(self) -> float:
        return max(self._until - self._clock.now(), 0.001)

    def again(self, error: Unreached) -> bool:
        """Waits, and says whether there is another attempt."""
        pause = self._pause * (0.5 + self._clock.chance() / 2) if error.after is None else error.after
        self._pause = min(2 * self._pause, LONGEST)
        if self._retries <= 0 or pause >= self.left:
            return False
        self._retries -= 1
        self._clock.sleep(pause)
        return True


def asked_for(header: str) -> float | None:
    """The seconds of a Retry-After, which may be a date."""
    text = header.strip()
    if text.isascii() and text.replace(".", "", 1).isdigit():
        return float(text)
    try:
        until = parsedate_to_datetime(text)
    except ValueError:
        return None
    aware = until if until.tzinfo else until.replace(tzinfo=UTC)
    return max((aware - datetime.now(UTC)).total_seconds(), 0.0)
