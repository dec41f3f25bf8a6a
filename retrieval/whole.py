"""Files that appear whole or not at all: readers see the old one or the new one, whenever the writer is stopped."""

from __future__ import annotations

import os
from pathlib import Path

from retrieval.home import storing


def write_whole(path: Path, said: str | bytes) -> None:
    aside = path.with_name(f".{path.name}.{os.getpid()}")  # hidden, so that no sync reads it
    with storing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        with aside.open("wb") as file:
            file.write(said if isinstance(said, bytes) else said.encode())
            file.flush()
            os.fsync(file.fileno())
        aside.replace(path)
