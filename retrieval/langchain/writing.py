"""Files that appear whole or not at all, and waiting for one's turn to write."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from retrieval.errors import HomeBusy
from retrieval.home import storing

T = TypeVar("T")
PATIENCE = 300.0  # seconds that a writer waits for those before it
_LOOK = 0.02


def place(path: Path, data: bytes) -> None:
    aside = path.with_name(f".{path.name}.{os.getpid()}")  # hidden, so that no sync reads it
    with storing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        with aside.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        aside.replace(path)


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
