"""Conversations out of JSON lines: one with its messages a line, a message a line, or question and reply."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from retrieval import ReadError
from tuning.examples.past.columns import Columns, columns_of
from tuning.examples.past.nouns import Message
from tuning.examples.past.records import UNHEARD, asks, messages_in, text_of
from tuning.examples.past.tables import encoding_of

BROKEN = "a line that is not a JSON object"
LISTS = ("messages", "conversations", "conversation", "turns")  # what a whole conversation is called in a line
_MAX_LINE = 2**24  # characters
_IDS = ("id", "conversation_id", "conversation", "ticket")


def messages(path: Path, named: Mapping[str, str], left_out: Counter[str]) -> Iterator[Message]:
    columns: Columns | None = None
    with path.open(encoding=encoding_of(path)) as file:
        number = 0
        while line := file.readline(_MAX_LINE):
            number += 1
            record = _record(line)
            place = f"{path.name}, line {number}"
            if record is None:
                left_out[BROKEN] += bool(line.strip())
            elif (said := _listed(record)) is not None:
                yield from _conversation(record, said, place)
            else:
                columns = columns or columns_of(list(record), named, place)
                yield from messages_in(record, columns, place)
    if number == 0:
        raise ReadError(f"{path} is empty.", "Export the conversations again.")


def _record(line: str) -> dict[str, Any] | None:
    try:
        found = json.loads(line)
        json.dumps(found, ensure_ascii=False).encode()  # half a character can't be stored
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _listed(record: Mapping[str, Any]) -> list[Any] | None:
    return next((record[name] for name in LISTS if isinstance(record.get(name), list)), None)


def _conversation(record: Mapping[str, Any], said: list[Any], place: str) -> Iterator[Message]:
    """Messages as OpenAI has them (`role`, `content`), or ShareGPT (`from`, `value`)."""
    id = next((str(record[name]) for name in _IDS if isinstance(record.get(name), str | int)), place)
    for one in filter(lambda one: isinstance(one, dict), said):
        author = str(one.get("role") or one.get("from") or one.get("author") or "")
        text = text_of(one.get("content") or one.get("value") or one.get("text") or "")
        when = text_of(one.get("time") or one.get("timestamp") or record.get("date") or "")
        if author.lower() not in UNHEARD:
            yield Message(id, text, place, asks(author), author, when, text_of(record.get("subject") or ""))
