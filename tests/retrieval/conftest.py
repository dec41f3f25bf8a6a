"""What retrieval's tests share."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

MEMORY = Path("/dev/shm")


@pytest.fixture
def shelf() -> Iterator[Path]:
    """A folder in memory where the system has one: a sync waits for the disk fifteen times as long as it works."""
    folder = Path(tempfile.mkdtemp(prefix="groundsmith-", dir=MEMORY if MEMORY.is_dir() else None)).resolve()
    yield folder
    shutil.rmtree(folder, ignore_errors=True)
    if folder.exists():  # tantivy laid a lock there meanwhile, in a thread of its own
        shutil.rmtree(folder)
