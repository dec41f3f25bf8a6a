"""Which of several statements is the newer: by the days of their documents, else by versions of one document."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal, TypeVar

from retrieval import Passage

By = Literal["date", "version", "rank"]
T = TypeVar("T")
_PLAIN = re.compile(r"v?([0-9]+(?:\.[0-9]+)*)", re.IGNORECASE)


def newest_first(sides: Sequence[tuple[Passage, T]]) -> tuple[list[tuple[Passage, T]], By]:
    """Newer ones first, and by what that was told; as they stand, where it can't be told of all."""
    dates = [passage.date for passage, _ in sides]
    if all(dates) and len(set(dates)) > 1:
        return sorted(sides, key=lambda side: side[0].date or "", reverse=True), "date"
    versions = [_version(passage) for passage, _ in sides]
    comparable = len({passage.title for passage, _ in sides}) == 1 and all(versions)
    if comparable and len(set(versions)) > 1:
        return sorted(sides, key=lambda side: _version(side[0]), reverse=True), "version"
    return list(sides), "rank"


def _version(passage: Passage) -> tuple[int, ...]:
    """`v2.1` as numbers; of what is no such version, nothing."""
    found = _PLAIN.fullmatch((passage.version or "").strip())
    return tuple(map(int, found[1].split("."))) if found else ()
