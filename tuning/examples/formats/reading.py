"""Examples in whatever format they come: what can't be learned from is named with its file, its line and why."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from assistant.format import Message
from tuning.exam.questions import Problem, collected
from tuning.exam.rows import Row
from tuning.exam.values import short, texts
from tuning.examples.formats.files import rows_in
from tuning.examples.formats.framed import Framed, framed
from tuning.examples.formats.talk import exchange
from tuning.examples.rows import example_of
from tuning.nouns import KINDS, Example, Kind

BROUGHT = "brought"  # the origin of rows that don't say theirs


def read_any(paths: Sequence[Path]) -> tuple[list[Example], list[Problem]]:
    """Each row's format is known by its keys. Ids are unique over all files; the same row twice is named as such."""
    examples, _, problems = collected(paths, rows_in, example_in)
    return list(examples.values()), problems


def parted(examples: Iterable[Example]) -> tuple[list[Example], list[Example]]:
    """Rows that teach to point at a span, and rows that teach to write prose: no trainer can use both."""
    spans, prose = list[Example](), list[Example]()
    for example in examples:
        (prose if example.messages else spans).append(example)
    return spans, prose


def example_in(row: Row) -> Example:
    """An exchange in our frame is a row with sources again; any other is one of prose, without them."""
    if "question" in row and "answerable" in row:
        return example_of(row)
    said = exchange(row)
    found = framed(said)
    return _of_frame(row, said, found) if found else _of_prose(row, said)


def _of_prose(row: Row, said: Sequence[Message]) -> Example:
    return Example(
        id=_id(row, said),
        question=said[-2]["content"],
        sources=(),
        answer=said[-1]["content"],
        messages=tuple(said),
        **_known(row),
    )


def _of_frame(row: Row, said: Sequence[Message], found: Framed) -> Example:
    cited = found.said.cited
    return Example(
        id=_id(row, said),
        question=found.question,
        sources=found.sources,
        gold=() if cited is None else (cited,),
        answer=found.said.answer,
        kind="answerable" if cited is not None else _kind(row),
        twin_of=short(row, "twin_of"),
        **_known(row),
    )


def _known(row: Row) -> dict[str, Any]:
    return {
        "origin": short(row, "origin") or BROUGHT,
        "licence": short(row, "licence") or "",
        "documents": texts(row, "documents"),
        "slice": short(row, "slice"),
    }


def _kind(row: Row) -> Kind:
    """Why a row abstains, where it says so."""
    said = short(row, "kind")
    return next((kind for kind in KINDS if kind == said and kind != "answerable"), "hard")


def _id(row: Row, said: Sequence[Message]) -> str:
    """Its own, or one by what it says."""
    found = row.get("id")
    if isinstance(found, int) and not isinstance(found, bool):
        return str(found)
    told = json.dumps(list(said), ensure_ascii=False).encode()
    return short(row, "id") or f"brought-{hashlib.sha256(told).hexdigest()[:12]}"
