"""The pool keeps each row once, heeds what a person decided, forgets what is purged, and knows what still stands."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from retrieval import Home, Library, Principal, UsageError
from tests.conftest import ready
from tests.fakes import WordEncoder
from tuning.examples.store import CHANGED, DELETED, counts, decide, document_of, found, kept, put, standing, waiting
from tuning.nouns import Example, Source
from tuning.opening import open_whole

HR = Principal("ada", frozenset({"HR"}))


@pytest.fixture
def library(home: Home) -> Library:
    return ready(open_whole(home.root, WordEncoder())).library


def row(id: str, library: Library, document: str, answer: str, *others: str) -> Example:
    """A row on the first passage of a document, with those of others beside it."""
    audiences = library.catalogue.audiences()
    passages = [kept.passage for audience in audiences for kept in library.catalogue.passages(audience)]
    shown = [next(one for one in passages if one.document == name) for name in (document, *others)]
    sources = tuple(Source(one.id, one.title, one.text) for one in shown)
    unit = next(shown[0].quote(unit) for unit in shown[0].units if answer in shown[0].quote(unit))
    return Example(id, "How long?", sources, (0,), answer, evidence=(unit,), documents=(document,))


def write(library: Library, name: str, text: str) -> None:
    (library.home.documents / name).write_text(text, encoding="utf-8")
    library.sync()


def test_a_row_is_kept_once_and_read_back_as_it_was(library: Library) -> None:
    rows = [row("b", library, "warranty.md", "24 months"), row("a", library, "kettle.md", "3 months", "warranty.md")]
    assert put(library.database, rows) == 2
    assert put(library.database, [replace(rows[0], answer="24")]) == 0
    assert put(library.database, [replace(rows[0], id="c")], "waiting", {"c": "doubtful"}) == 1
    assert kept(library.database) == [rows[1], rows[0]]
    assert [(one.example.id, one.why) for one in waiting(library.database)] == [("c", "doubtful")]
    assert counts(library.database) == {"waiting": 1, "accepted": 2, "corrected": 0, "rejected": 0}


def test_what_a_person_decided_stays(library: Library) -> None:
    rows = [row(id, library, "warranty.md", "24 months") for id in ("a", "b", "c")]
    put(library.database, rows, "waiting")
    decide(library.database, "a", "accepted")
    decide(library.database, "b", "rejected", why="about another machine")
    decide(library.database, "c", "corrected", replace(rows[2], answer="24 months from delivery"))
    assert put(library.database, rows) == 0
    assert [one.answer for one in kept(library.database)] == ["24 months", "24 months from delivery"]
    assert found(library.database, "b").why == "about another machine"
    assert decide(library.database, "b", "accepted").state == "accepted"
    with pytest.raises(UsageError, match="No example has the id 'd'"):
        decide(library.database, "d", "accepted")
    with pytest.raises(ValueError, match="corrected, without an example"):
        decide(library.database, "a", "corrected")


def test_a_purge_takes_rows_that_show_anything_of_the_document(library: Library) -> None:
    warranty = row("a", library, "warranty.md", "24 months", "kettle.md")
    put(library.database, [warranty, row("b", library, "warranty.md", "24 months")])
    put(library.database, [row("c", library, "kettle.md", "3 months")], "waiting")
    decide(library.database, "b", "corrected", replace(warranty, id="b"))
    (library.home.documents / "kettle.md").unlink()
    library.purge(["kettle.md"])
    assert kept(library.database) == []
    assert waiting(library.database) == []
    assert library.database.rows("SELECT * FROM examples_documents") == []
    library.database.close()
    assert b"Descale" not in library.home.database.read_bytes()


def test_rows_stand_while_their_evidence_does(library: Library) -> None:
    warranty = row("a", library, "warranty.md", "24 months")
    kettle = row("b", library, "kettle.md", "3 months", "warranty.md")
    twin = replace(kettle, id="c", sources=kettle.sources[1:], gold=(), answer="", kind="twin", evidence=())
    brought = Example("d", "Who?", (Source("elsewhere", "", "Ada did."),), (0,), "Ada")
    rows = [warranty, kettle, twin, brought]
    assert standing(library, rows).examples == rows
    write(library, "warranty.md", "# Warranty\n\n## Duration\n\nNew: the warranty lasts 36 months from delivery.\n")
    assert standing(library, rows).examples == [kettle, twin, brought]
    assert standing(library, rows).left_out == Counter({CHANGED: 1})
    (library.home.documents / "kettle.md").unlink()
    library.sync(confirmed=True)
    assert standing(library, rows).left_out == Counter({CHANGED: 1, DELETED: 2})
    write(library, "newer.md", "---\nsupersedes: warranty.md\n---\n\n# Warranty\n\nThe warranty lasts 48 months.\n")
    assert standing(library, rows).examples == [brought]


def test_rows_stand_for_those_who_may_read_their_documents(library: Library) -> None:
    paid = row("a", library, "hr/salaries.md", "41,000")
    assert standing(library, [paid]).left_out == Counter({DELETED: 1})
    assert standing(library, [paid], HR).examples == [paid]


def test_a_passage_names_its_document() -> None:
    assert document_of(Source("mails/a@b.eml@0123456789ab:10-20", "", "x")) == "mails/a@b.eml"
    assert document_of(Source("mails/a@b.eml", "", "x")) == "mails/a@b.eml"
