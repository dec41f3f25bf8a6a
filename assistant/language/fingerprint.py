"""What tells one set of weights from another: an answer kept for one of them is never shown for another."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

from assistant.adapters import Adapter
from assistant.card import WEIGHTS

LARGE = ".safetensors"


def of_model(folder: Path) -> str:
    """Its settings byte by byte, its weights by size and time, for they may be many gigabytes."""
    files = sorted(path for path in folder.iterdir() if path.is_file())
    weights = [(path.name, path.stat().st_size, path.stat().st_mtime_ns) for path in files if path.suffix == LARGE]
    return f"{_digest(path for path in files if path.suffix != LARGE)} {weights}"


def of_adapter(adapter: Adapter) -> str:
    """Its weights, and how its card lets them serve. What else is written on the card does not change an answer."""
    serves = f"{adapter.base} {adapter.answering} {adapter.format} {adapter.threshold}"
    return f"{_digest(adapter.folder / name for name in WEIGHTS)} {serves}"


def _digest(files: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for path in files:
        digest.update(f"{path.name} {path.stat().st_size} ".encode() + path.read_bytes())
    return digest.hexdigest()
