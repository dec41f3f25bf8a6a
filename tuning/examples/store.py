"""The Home's pool of examples: those to learn from, those that wait for a person, and what a person said of them."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from retrieval import EVERYONE, Database, Library, Principal, UsageError
from retrieval.database import Connection
from retrieval.database import Row as Record
from tuning.examples.rows import example_of, row_of_example
from tuning.nouns import Example, Source

State = Literal["waiting", "accepted", "corrected", "rejected"]
Decision = Literal["accepted", "corrected", "rejected"]
STATES: tuple[State, ...] = ("waiting", "accepted", "corrected", "rejected")
DELETED = "shows a document that is gone, superseded, or no longer for all who learn"
CHANGED = "its evidence no longer stands in its document"
_PASSAGE = re.compile(r"@[0-9a-f]{12}:\d+-\d+$")  # what the id of a Home's passage has behind its document's


@dataclass(frozen=True)
class Stored:
    """An example in the pool: `why` is what is doubted of it, or what a person said when deciding."""

    example: Example
    state: State
    why: str


@dataclass(frozen=True)
class Standing:
    """What can still be learned from, and how many rows can't, by reason."""

    examples: list[Example]
    left_out: Counter[str]


def put(
    database: Database, examples: Iterable[Example], state: State = "accepted", why: Mapping[str, str] | None = None
) -> int:
    """How many were new. The same id is the same row, so what was decided of it stays. `why`, by id, is its doubt."""
    with database.transaction() as connection:
        return sum(_add(connection, example, state, (why or {}).get(example.id, "")) for example in examples)


def kept(database: Database) -> list[Example]:
    """What may be learned from, in the order of the ids."""
    return [one.example for one in stored(database, "accepted", "corrected")]


def waiting(database: Database) -> list[Stored]:
    return stored(database, "waiting")


def stored(database: Database, *states: State) -> list[Stored]:
    """Rows in any of these states, in the order of their ids; without a state, all."""
    marks = ", ".join("?" * len(states or STATES))
    rows = database.rows(f"SELECT * FROM examples WHERE state IN ({marks}) ORDER BY id", *(states or STATES))
    return [_stored(row) for row in rows]


def found(database: Database, id: str) -> Stored:
    rows = database.rows("SELECT * FROM examples WHERE id = ?", id)
    if not rows:
        raise UsageError(f"No example has the id {id!r}.", "`groundsmith review HOME list` names those that wait.")
    return _stored(rows[0])


def decide(database: Database, id: str, state: Decision, example: Example | None = None, why: str = "") -> Stored:
    """What a person says of a row; with `corrected`, how it reads now. It may be said anew at any time."""
    before = found(database, id)
    if (example is not None) != (state == "corrected"):
        raise ValueError(f"{state}, {'with' if example else 'without'} an example")
    now = Stored(replace(example, id=id) if example else before.example, state, why)
    with database.transaction() as connection:
        connection.execute(
            "UPDATE examples SET row = ?, state = ?, why = ?, decided_at = CURRENT_TIMESTAMP WHERE id = ?",
            (_written(now.example), state, why, id),
        )
        connection.execute("DELETE FROM examples_documents WHERE example = ?", (id,))
        _name_documents(connection, now.example)
    return now


def remove(database: Database, ids: Iterable[str]) -> None:
    with database.transaction() as connection:
        connection.executemany("DELETE FROM examples WHERE id = ?", [(id,) for id in ids])


def counts(database: Database) -> dict[State, int]:
    rows = database.rows("SELECT state, COUNT(*) AS many FROM examples GROUP BY state")
    many = {row["state"]: row["many"] for row in rows}
    return {state: many.get(state, 0) for state in STATES}


def documents_of(example: Example) -> set[str]:
    """The documents that a row was made from or shows anything of; those that erase it when they are purged."""
    return {*example.documents, *(document_of(source) for source in example.sources)}


def document_of(source: Source) -> str:
    return _PASSAGE.sub("", source.id)


def standing(library: Library, examples: Iterable[Example], reader: Principal = EVERYONE) -> Standing:
    """The rows whose documents are live and readable for `reader`, and whose evidence stands there as it did.

    What was brought from elsewhere, and was never a document of this Home, stands.
    """
    catalogue = library.catalogue
    known = {row["id"] for row in library.database.rows("SELECT DISTINCT id FROM documents")}
    live = catalogue.titles(reader).keys()
    texts: dict[str, str] = {}
    stands, left_out = list[Example](), Counter[str]()
    for example in examples:
        own = documents_of(example) & known
        for id in (own & live) - texts.keys():
            texts[id] = catalogue.document(id, reader) or ""
        fault = DELETED if own - live else "" if _stands(example, own, texts) else CHANGED
        left_out.update([fault] if fault else [])
        stands += [] if fault else [example]
    return Standing(stands, left_out)


def _stands(example: Example, own: set[str], texts: Mapping[str, str]) -> bool:
    """Each piece of evidence in one of the documents that it is from; where there is none, the gold sources whole."""
    golden = [example.sources[place] for place in example.gold if document_of(example.sources[place]) in own]
    said = example.evidence or tuple(source.text for source in golden)
    among = [texts[document_of(source)] for source in golden]
    return not golden or all(any(part in text for text in among) for part in said)


def _add(connection: Connection, example: Example, state: State, why: str) -> bool:
    row = (example.id, _written(example), state, why)
    new = connection.execute("INSERT OR IGNORE INTO examples (id, row, state, why) VALUES (?, ?, ?, ?)", row).rowcount
    if new:
        _name_documents(connection, example)
    return bool(new)


def _name_documents(connection: Connection, example: Example) -> None:
    named = [(example.id, document) for document in sorted(documents_of(example))]
    connection.executemany("INSERT INTO examples_documents VALUES (?, ?)", named)


def _written(example: Example) -> str:
    return json.dumps(row_of_example(example), ensure_ascii=False)


def _stored(row: Record) -> Stored:
    return Stored(example_of(json.loads(row["row"])), row["state"], row["why"])
