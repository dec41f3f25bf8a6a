"""What an adapter is called that nobody has given a name."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import count

from assistant.adapters import named
from retrieval import Home


def free_name(home: Home) -> str:
    """The day, and a number where that day has one already. A training that was interrupted that day keeps its name."""
    today, taken = datetime.now(UTC).date().isoformat(), set(named(home))
    names = (today if number == 1 else f"{today}-{number}" for number in count(1))
    return next(name for name in names if name not in taken)
