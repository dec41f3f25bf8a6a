"""What a purge takes out of exported examples that are one JSON list. Those in lines go with all that is in lines."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from retrieval import Home, Purge
from retrieval.life.lines import files, texts
from retrieval.whole import write_whole
from tuning.examples.formats.writing import written


def erase(home: Home, purge: Purge) -> None:
    for path in files(home):
        if path.suffix.lower() == ".json":
            rows = _rows(path)
            kept = [row for row in rows if not any(map(purge.names, texts(row)))]
            if len(kept) < len(rows):
                write_whole(path, written(kept, one_list=True))


def _rows(path: Path) -> list[Any]:
    """None where it is something else: a card, a report, or torn."""
    try:
        found = json.loads(path.read_bytes())
    except (ValueError, RecursionError):
        return []
    return found if isinstance(found, list) else []
