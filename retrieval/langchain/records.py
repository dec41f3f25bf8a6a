"""A LangChain document as a record of the Home's own documents, and back, to the letter."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, unquote

from langchain_core.documents import Document

from retrieval.access import PUBLIC, Audience
from retrieval.errors import UsageError
from retrieval.langchain.asking import group_names
from retrieval.readers.canvas import Canvas, tidy
from retrieval.readers.text import write_text

ROOM = "langchain"  # the folder below documents/ where records lie, and how their ids begin
AS_GIVEN = "langchain"  # the key of a record that holds the document as it was given
FACTS = ("date", "version", "language")  # of the metadata, what a document of ours says about itself too
_OPENING = 60  # characters of a text that serve as its title where it has none


@dataclass(frozen=True)
class Record:
    id: str
    line: str
    groups: Audience


def record_of(document: Document, id: str, groups: Audience = PUBLIC) -> Record:
    """`groups` are those of a document that names none of its own."""
    own = document.metadata.get("groups")
    return Record(lasting(id), _line(document, id), groups if own is None else group_names(own))


def lasting(id: str) -> str:
    """The document's id in the Home; any id that LangChain may give has one of its own."""
    return f"{ROOM}/{quote(id, errors='surrogatepass')}"


def is_record(id: str) -> bool:
    return id.startswith(f"{ROOM}/")


def given(id: str, as_given: str) -> Document:
    """The document as LangChain gave it."""
    kept = json.loads(as_given)
    name = unquote(id.removeprefix(f"{ROOM}/"), errors="surrogatepass")
    return Document(id=name, page_content=kept["page_content"], metadata=kept["metadata"])


def _line(document: Document, id: str) -> str:
    text, metadata = document.page_content, document.metadata
    facts = {name: metadata[name] for name in FACTS if isinstance(metadata.get(name), str)}
    title = metadata.get("title")
    plain = {name: value for name, value in metadata.items() if isinstance(value, str | int | float)}
    record = {
        **{name: value for name, value in plain.items() if name not in FACTS},
        "id": lasting(id),
        "title": title if isinstance(title, str) and tidy(title) else _opening(text),
        "text": _readable(text, id),
        **facts,
        AS_GIVEN: _sealed({"page_content": text, "metadata": metadata}, id),
    }
    return json.dumps(record)


def _sealed(value: dict[str, Any], id: str) -> str:
    """JSON in which there is nothing to tidy: what a reader does to a record's values leaves it as it is."""
    try:
        return json.dumps(value, separators=(",", ":")).replace(" ", "\\u0020").replace("\x7f", "\\u007f")
    except (TypeError, ValueError, RecursionError) as error:
        remedy = "Keep texts, numbers, truth values, lists and tables in it."
        raise UsageError(f"The metadata of {id!r} cannot be written as JSON: {error}.", remedy) from error


def _readable(text: str, id: str) -> str:
    """The text for our reader; one of nothing but headings is made a list, for a heading alone is in no passage."""
    canvas = Canvas()
    write_text(canvas, text)
    if not canvas.blocks:
        raise UsageError(f"The document {id!r} holds no text.", "Leave it out.")
    if any(block.kind != "heading" for block in canvas.blocks):
        return text
    return "\n".join(f"- {line}" for line in text.splitlines() if line.strip())


def _opening(text: str) -> str:
    words = tidy(text)
    if len(words) <= _OPENING:
        return words
    whole = words[:_OPENING].rsplit(" ", 1)[0]
    return f"{whole}…"


def checked_lengths(texts: Sequence[object], **lists: Sequence[object] | None) -> None:
    for name, given in lists.items():
        if given is not None and len(given) != len(texts):
            raise UsageError(
                f"There are {len(texts)} documents and {len(given)} {name}.", "Give as many of one as of the other."
            )
