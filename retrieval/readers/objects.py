"""JSON: an array of records is read as JSON lines are; any other value as an outline of its keys and values."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from retrieval.errors import ReadError
from retrieval.nouns import Document
from retrieval.readers.canvas import Canvas
from retrieval.readers.decode import decode
from retrieval.readers.facts import Facts, finish
from retrieval.readers.outline import scalar, write_outline
from retrieval.readers.records import document_of
from retrieval.readers.source import Reading, Source

_LISTS = ("records", "documents", "items", "entries", "data", "rows")  # keys under which records are kept


def read(source: Source) -> Reading:
    try:
        value = json.loads(decode(source))
    except (ValueError, RecursionError) as problem:
        raise ReadError(f"{source.id} is not JSON: {problem}.", "Mend it where it says.") from problem
    if isinstance(value, dict) and _has_text(value):
        return [document_of(source, {"id": source.id, **value}, 1, source.id, "json")], []
    records = _records(value)
    if records is None:
        return [_outline(source, value)], []
    documents: list[Document] = []
    problems: list[ReadError] = []
    for number, record in enumerate(records, start=1):
        try:
            documents.append(document_of(source, record, number, f"{source.id}, record {number}", "json"))
        except ReadError as problem:
            problems.append(problem)
    return documents, problems


def _records(value: Any) -> Sequence[Any] | None:
    """Objects of which at least one has a text."""
    if isinstance(value, Mapping):
        return next((found for key in _LISTS if (found := _records(_listed(value.get(key)))) is not None), None)
    texts = isinstance(value, list) and any(isinstance(each, Mapping) and _has_text(each) for each in value)
    return value if texts else None


def _listed(value: Any) -> Any:
    return value if isinstance(value, list) else None


def _has_text(record: Mapping[str, Any]) -> bool:
    return isinstance(record.get("text"), str)


def _outline(source: Source, value: Any) -> Document:
    canvas = Canvas()
    write_outline(source, canvas, value)
    said = value if isinstance(value, Mapping) else {}
    title, date, version = (scalar(said.get(key)) for key in ("title", "date", "version"))
    return finish(source, canvas, "json", Facts(title or source.path.name, date, version))
