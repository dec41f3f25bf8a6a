"""Homes of every earlier schema: each was written by the groundsmith of its day, and is what its database held then."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant import Assistant, Spec, create_home, open_assistant
from assistant.memory import MIGRATIONS as ASSISTANT
from retrieval import EVERYONE, Access, Home, Principal
from retrieval.schema import MIGRATIONS as RETRIEVAL
from tests.conftest import SALARIES, WARRANTY
from tests.fakes import WordEncoder

FIXTURES = Path(__file__).parent / "fixtures"
HOMES = sorted(path.stem for path in FIXTURES.glob("*.sql"))
ADA = Principal("ada", frozenset({"HR"}))
LATER = WARRANTY.replace("24", "36")
FILES = {
    "warranty.md": LATER,
    "hr/salaries.md": SALARIES,
    "a.jsonl": '{"id": "rinsing", "title": "Rinsing", "text": "Rinse the milk pipe daily."}\n',
    "hr/b.jsonl": '{"id": "rinsing", "title": "Rinsing", "text": "Rinse the milk pipe weekly."}\n',
    "empty.md": "",
}


@pytest.fixture(params=HOMES)
def home(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Home]:
    home = create_home(tmp_path / "home", Spec(access=Access({"hr": frozenset({"HR"})})))
    for name, text in FILES.items():
        path = home.documents / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    frozen = sqlite3.connect(home.database)
    frozen.executescript((FIXTURES / f"{request.param}.sql").read_text(encoding="utf-8"))
    frozen.close()
    yield home


def opened(home: Home) -> Assistant:
    return open_assistant(home.root, WordEncoder())


def schemas(path: Path) -> dict[str, int]:
    database = sqlite3.connect(path)
    found = dict(database.execute("SELECT room, version FROM schema").fetchall())
    database.close()
    return found


def conversation(assistant: Assistant) -> str:
    (row,) = assistant.library.database.rows("SELECT id FROM conversations")
    return str(row["id"])


def test_every_earlier_schema_has_its_home() -> None:
    """Who adds a migration freezes a Home of the schema before it."""
    versions = [dict(zip(name.split("-")[::2], map(int, name.split("-")[1::2]), strict=True)) for name in HOMES]
    assert {each["retrieval"] for each in versions} == set(range(1, len(RETRIEVAL)))
    assert {each["assistant"] for each in versions} >= set(range(1, len(ASSISTANT)))


def test_it_migrates_after_a_backup(home: Home) -> None:
    before = schemas(home.database)
    opened(home)
    assert schemas(home.database) == {"retrieval": len(RETRIEVAL), "assistant": len(ASSISTANT)}
    (copy,) = home.database.parent.glob(f"{home.database.name}.*")
    assert schemas(copy) == before


def test_all_that_it_held_can_be_read(home: Home) -> None:
    assistant = opened(home)
    catalogue = assistant.library.catalogue
    assert catalogue.titles(EVERYONE) == {"rinsing": "Rinsing", "warranty.md": "Warranty"}
    assert catalogue.titles(ADA) == {"hr/salaries.md": "Salaries", "rinsing": "Rinsing", "warranty.md": "Warranty"}
    text = catalogue.document("warranty.md", EVERYONE)
    assert text is not None
    assert "36 months" in text
    assert catalogue.parts() == {"hr/salaries.md": "exam", "warranty.md": "train"}
    assert len(catalogue.problems(assistant.library.access, ADA)) == 2


def test_conversations_of_its_day_open_with_what_became_of_their_documents(home: Home) -> None:
    assistant = opened(home)
    turns = assistant.memory.turns(conversation(assistant), ADA)
    assert [turn.answer["answer"][:24] for turn in turns] == [
        "The warranty lasts 24 mo",
        "Descale the kettle every",
        "The tamarisk band pays 4",
        "I don't know: this is no",
    ]
    states = [citation["state"] for turn in turns for citation in turn.answer["citations"]]
    assert states == ["superseded", "deleted", "live"]
    assert turns[0].answer["citations"][0]["successor"] == "warranty.md"
    assert assistant.memory.ratings() == {"up": 1}


def test_it_is_searched_after_a_sync_and_can_be_purged(home: Home) -> None:
    assistant = opened(home)
    library = assistant.library
    report = library.sync()
    assert (report.deleted, sorted(name for name, _ in report.problems)) == ([], ["empty.md", "hr/b.jsonl"])
    assert library.in_step()
    found = library.searcher.search("how long is the warranty from delivery", 1)
    assert [(hit.passage.document, "36 months" in hit.passage.text) for hit in found] == [("warranty.md", True)]
    library.purge(["kettle.md"])
    library.database.close()
    assert b"Descale" not in home.database.read_bytes()
    assert not list(home.database.parent.glob(f"{home.database.name}.*"))
