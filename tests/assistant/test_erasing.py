"""What a purge takes out of the cards of adapters. Conversations are in tests/tuning/test_purge.py."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from assistant import create_home
from assistant.erasing import mark
from retrieval import Home, Purge

PURGE = Purge(frozenset({"gone.md", "rows/7"}), frozenset({"gone.md"}), frozenset({"Gone"}))


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return create_home(tmp_path / "home")


def card(home: Home, name: str, **held: Any) -> Path:
    path = home.adapters / name / "card.json"
    path.parent.mkdir()
    path.write_text(json.dumps({"base": "b", "threshold": 0.5, **held}), encoding="utf-8")
    return path


def test_an_adapter_that_learned_from_it_is_marked_and_forgets_its_name(home: Home) -> None:
    path = card(home, "first", documents=["kettle.md", "gone.md", "rows/7"])
    mark(home, PURGE)
    found = json.loads(path.read_text(encoding="utf-8"))
    assert (found["documents"], found["retrain"]["purged"], found["base"]) == (["kettle.md"], 2, "b")


def test_a_second_purge_is_counted_with_the_first_and_the_same_once(home: Home) -> None:
    path = card(home, "first", documents=["kettle.md", "gone.md"])
    for _ in range(2):
        mark(home, PURGE)
    mark(home, Purge(frozenset({"kettle.md"}), frozenset(), frozenset()))
    found = json.loads(path.read_text(encoding="utf-8"))
    assert (found["documents"], found["retrain"]["purged"]) == ([], 2)


@pytest.mark.parametrize("held", [{}, {"documents": ["kettle.md", "Gone", "not-gone.md"]}, {"documents": "gone.md"}])
def test_other_cards_stay_as_they_are_to_the_letter(home: Home, held: dict[str, Any]) -> None:
    path = card(home, "other", **held)
    before = path.read_bytes()
    mark(home, PURGE)
    assert path.read_bytes() == before


def test_a_card_that_cannot_be_read_keeps_no_other_from_being_marked(home: Home) -> None:
    card(home, "a").write_text("{", encoding="utf-8")
    path = card(home, "b", documents=["gone.md"])
    mark(home, PURGE)
    assert "retrain" in json.loads(path.read_text(encoding="utf-8"))
