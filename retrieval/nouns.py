"""What retrieval talks about. Frozen, and all on one screen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import Literal

BlockKind = Literal["heading", "paragraph", "item", "row", "code"]
UnitKind = Literal["sentence", "item", "row", "code"]
NO_METADATA: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Block:
    """A structural part of a Document: `Document.text[start:end]`."""

    kind: BlockKind
    start: int
    end: int
    level: int = 0  # of a heading: 1 is the highest
    page: int | None = None  # 1-based, where the format has pages


@dataclass(frozen=True, slots=True)
class Unit:
    """The smallest thing that is quoted whole: a sentence, list item, table row or code block."""

    kind: UnitKind
    start: int  # in Document.text
    end: int


@dataclass(frozen=True)
class Document:
    """A file, or a record of one, as read. Every quote is a span of `text`."""

    id: str  # path below its source with forward slashes, or the record's own id
    title: str
    text: str
    blocks: tuple[Block, ...]
    media: str  # pdf, docx, pptx, xlsx, odt, odp, ods, epub, rtf, html, markdown, text, csv, json, jsonl, eml, code …
    date: str | None = None  # ISO, where the document says one
    version: str | None = None  # as the document words it
    language: str | None = None
    metadata: Mapping[str, str] = field(default_factory=lambda: NO_METADATA)


@dataclass(frozen=True)
class Passage:
    """A quotable piece with its place. `text` is `Document.text[start:end]`, to the letter."""

    id: str  # document id, digest of the document's text, span: names this wording for good
    document: str
    title: str
    heading: tuple[str, ...]  # path of headings above it, the title left out
    page: int | None
    start: int
    end: int
    text: str
    units: tuple[Unit, ...]
    date: str | None = None
    version: str | None = None

    @cached_property
    def place(self) -> str:
        """Where a reader finds it: title › heading path, page."""
        path = " › ".join((self.title, *self.heading))
        return path if self.page is None else f"{path}, p. {self.page}"

    def quote(self, unit: Unit) -> str:
        return self.text[unit.start - self.start : unit.end - self.start]


@dataclass(frozen=True, slots=True)
class Principal:
    """Who asks. Nobody in particular reads what everyone may read."""

    user: str | None = None
    groups: frozenset[str] = frozenset()


EVERYONE = Principal()


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that a search found; `found_by` keeps what each search thought of it."""

    passage: Passage
    score: float
    found_by: Mapping[str, float]
