"""What was computed, kept on disk a line each: found again by a hash of all that it depends on."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from retrieval import storing


class Kept:
    """One file for each identity: whatever the values depend on besides what was asked."""

    def __init__(self, folder: Path, identity: object) -> None:
        self.path = folder / f"{_digest(identity)}.jsonl"
        with storing(folder):
            folder.mkdir(parents=True, exist_ok=True)
            self._known = dict(_lines(self.path))

    def __contains__(self, asked: object) -> bool:
        return _digest(asked) in self._known

    def once(self, asked: object, make: Callable[[], Any]) -> Any:
        """The value for what is asked: the one on disk, or else made now and on disk before it is returned."""
        key = _digest(asked)
        if key not in self._known:
            self._known[key] = self._write(key, make())
        return self._known[key]

    def _write(self, key: str, value: Any) -> Any:
        """What comes back is what the next run will read."""
        with storing(self.path), self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps({"asked": key, "value": value}) + "\n")
            file.flush()
            os.fsync(file.fileno())
        return json.loads(json.dumps(value))


def _digest(value: object) -> str:
    return hashlib.sha256(json.dumps(value).encode()).hexdigest()[:32]


def _lines(path: Path) -> Iterator[tuple[str, Any]]:
    """Whole lines alone; what was left of one when its writer was stopped is cut off."""
    held = path.read_bytes() if path.is_file() else b""
    whole = held[: held.rfind(b"\n") + 1]
    if whole != held:
        path.write_bytes(whole)
    for line in whole.splitlines():
        try:
            row = json.loads(line)
            yield row["asked"], row["value"]
        except (ValueError, KeyError, TypeError):
            continue  # damaged: it is made again
