"""What passes between sync and its workers: frames of JSON, each behind its length, and Documents to the letter."""

from __future__ import annotations

import json
import struct
from collections.abc import Sequence
from types import MappingProxyType
from typing import IO, Any

from retrieval.errors import ReadError
from retrieval.nouns import Block, Document

_LENGTH = struct.Struct(">Q")
_PLAIN = ("id", "title", "text", "media", "date", "version", "language")


class Overlong(Exception):
    """A frame says that it is longer than any may be."""


def pack(value: object) -> bytes:
    """Half characters, which names of files may hold, pass as they are."""
    data = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
    return _LENGTH.pack(len(data)) + data


def receive(stream: IO[bytes], most: int) -> Any:
    """The next frame's value; None where the other side has gone."""
    head = stream.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    length = _LENGTH.unpack(head)[0]
    if length > most:
        raise Overlong
    data = stream.read(length)
    return json.loads(data.decode("utf-8", "surrogatepass")) if len(data) == length else None


def to_json(document: Document) -> dict[str, Any]:
    blocks = [(block.kind, block.start, block.end, block.level, block.page) for block in document.blocks]
    plain = {name: getattr(document, name) for name in _PLAIN}
    return plain | {"blocks": blocks, "metadata": dict(document.metadata)}


def from_json(value: dict[str, Any]) -> Document:
    blocks = tuple(Block(*block) for block in value["blocks"])
    plain = {name: value[name] for name in _PLAIN}
    return Document(**plain, blocks=blocks, metadata=MappingProxyType(value["metadata"]))


def problems_to_json(problems: Sequence[ReadError]) -> list[tuple[str, str]]:
    return [(problem.problem, problem.remedy) for problem in problems]


def problems_from_json(value: Sequence[Sequence[str]]) -> list[ReadError]:
    return [ReadError(problem, remedy) for problem, remedy in value]
