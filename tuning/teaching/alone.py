"""What one process does at a time. The hold dies with its process."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from retrieval import HomeBusy, storing

PATIENCE = 5.0  # seconds, for what takes a moment


@contextmanager
def alone(path: Path, doing: str, patience: float = 0.0) -> Iterator[None]:
    lock = FileLock(path)
    with storing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            lock.acquire(timeout=patience)
        except Timeout as error:
            raise HomeBusy(f"Another process is {doing} ({path}).", "Wait until it is done, then try again.") from error
    try:
        yield
    finally:
        lock.release()
