"""JSON lines: one document a record, {"id", "title", "text", …}. A bad line is named, the rest goes on."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace

from retrieval.errors import ReadError
from retrieval.nouns import Document
from retrieval.readers.canvas import Canvas, clean, tidy
from retrieval.readers.decode import decode
from retrieval.readers.facts import Facts, finish
from retrieval.readers.source import Source
from retrieval.readers.text import write_text

_KNOWN = ("id", "title", "text", "date", "version", "language")
_REMEDY = 'Make every record an object such as {"id": "…", "title": "…", "text": "…"}.'


def read(source: Source) -> tuple[list[Document], list[ReadError]]:
    documents: dict[str, Document] = {}
    problems: list[ReadError] = []
    for number, line in enumerate(decode(source).split("\n"), start=1):
        if not line.strip():
            continue
        try:
            document = _document(source, line, number)
            if document.id in documents:
                raise ReadError(f'{source.id}, line {number}: the id "{document.id}" is taken.', _REMEDY)
            documents[document.id] = document
        except ReadError as problem:
            problems.append(problem)
    return list(documents.values()), problems


def _document(source: Source, line: str, number: int) -> Document:
    place = f"{source.id}, line {number}"
    try:
        record = json.loads(line)
    except (ValueError, RecursionError) as problem:
        raise ReadError(f"{place} is not JSON: {problem}.", _REMEDY) from problem
    return document_of(source, record, number, place)


def document_of(source: Source, value: object, number: int, place: str, media: str = "jsonl") -> Document:
    """A record as the document that it is; without an id of its own it is known by its number."""
    record = _record(value, place)
    given = {key: _word(value) for key, value in record.items()}
    id = given.get("id") or f"{source.id}#{number}"
    canvas = Canvas()
    write_text(canvas, str(record["text"]))
    stated = Facts(given.get("title"), given.get("date"), given.get("version"), given.get("language"))
    rest = {key: value for key, value in given.items() if key not in _KNOWN and value}
    return finish(replace(source, id=id), canvas, media, stated, metadata=rest)


def _record(record: object, place: str) -> Mapping[str, object]:
    if not isinstance(record, dict):
        raise ReadError(f"{place} holds {type(record).__name__}, not an object.", _REMEDY)
    if not isinstance(record.get("text"), str) or not tidy(record["text"]):
        raise ReadError(f'{place} has no "text".', _REMEDY)
    return record


def _word(value: object) -> str:
    if value is None:
        return ""
    return tidy(value) if isinstance(value, str) else clean(json.dumps(value, ensure_ascii=False))
