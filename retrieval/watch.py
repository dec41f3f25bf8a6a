"""Waits until files change. What a look at them tells without opening one is enough to know that."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path

from retrieval.home import Home
from retrieval.sources import locate, walk

EVERY = 2.0  # seconds from one look to the next, or more where a look takes long
_REST = 9  # times as long as a look took

State = dict[str, tuple[int, ...]]


def look(home: Home, sources: Sequence[str]) -> State:
    """Size and time of change of every file, and of the Spec."""
    files = [file.path for source in sources for file in walk(locate(home, source), source).files]
    return {str(path): _stat(path) for path in [home.spec, *files]}


def wait(before: State, look: Callable[[], State], sleep: Callable[[float], None] = time.sleep) -> State:
    """Until files are other than before, and no longer changing: a copy under way is let finish."""
    last = before
    while True:
        began = time.monotonic()
        now = look()
        if now == last != before:
            return now
        last = now
        sleep(max(EVERY, _REST * (time.monotonic() - began)))


def _stat(path: Path) -> tuple[int, ...]:
    try:
        found = path.stat()
    except OSError:  # gone meanwhile, or not to be looked at: the sync will say so
        return ()
    return found.st_size, found.st_mtime_ns, found.st_ino
