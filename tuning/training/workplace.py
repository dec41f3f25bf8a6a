"""Where trainings that are not done lie, and what a purge takes out of there.

Gone are those that learn from what is purged, and the replies that were taken of models that may know it. A training
that runs meanwhile finds its plan gone at its next step, and ends.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from assistant.erasing import mark
from retrieval import Home, HomeBusy, Purge

PLAN = "plan.json"
REPLIES = "replies-"  # what the names of files with replies begin with


def workplace(home: Home) -> Path:
    """A folder for each of them."""
    return home.adapters / ".training"


def erase(home: Home, purge: Purge) -> None:
    place = workplace(home)
    for plan in _resting_on(place, purge):
        plan.unlink()
    for replies in place.glob(f"{REPLIES}*"):
        replies.unlink(missing_ok=True)
    mark(home, purge)  # once more: one of them may have been done just now
    with suppress(HomeBusy), home.training():
        _sweep(place)


def _resting_on(place: Path, purge: Purge) -> Iterator[Path]:
    """Plans that name what leaves; one that names nothing may rest on anything."""
    for plan in sorted(place.glob(f"*/{PLAN}")):
        try:
            documents = json.loads(plan.read_text(encoding="utf-8"))["documents"]
        except (ValueError, KeyError, TypeError):
            yield plan
        else:
            if any(map(purge.names, documents)):
                yield plan


def _sweep(place: Path) -> None:
    for folder in place.glob("*/"):
        if not (folder / PLAN).is_file():
            shutil.rmtree(folder, ignore_errors=True)
