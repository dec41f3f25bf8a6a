"""What a training goes on from, and the adapter that ships: whole, licensed, and for its own model alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from assistant import FORMAT_VERSION, create_home, serving
from assistant.adapters import GROUND, SHIPPED, called, shipped
from assistant.card import WEIGHTS, Card, check_weights, read_card, write_card
from assistant.language.embedded import READER
from assistant.spec import Spec
from retrieval import Home, ModelError
from retrieval.pointing.opening import EMBEDDED
from tuning.teaching.adoption import adopt, rollback
from tuning.training.beginning import beginning

PASSED = {"decision": "adopt", "reasons": ["More pairs."], "figures": {}}


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return create_home(tmp_path / "home")


def adopted(home: Home, name: str, **card: Any) -> Path:
    folder = home.adapters / name
    folder.mkdir()
    for file in WEIGHTS:
        (folder / file).write_text(name, encoding="utf-8")
    write_card(folder, Card(READER.name, "span", FORMAT_VERSION, 0.4, verdict=PASSED, **card))
    adopt(home, name)
    return folder


def name_of(home: Home, base: str = READER.name, group: str | None = None, chosen: str | None = None) -> str | None:
    found = beginning(home, base, group, chosen)
    return found.name if found else None


def test_what_ships_is_what_its_card_says() -> None:
    card = read_card(SHIPPED)
    check_weights(SHIPPED, card.weights)
    assert card.weights.keys() == set(WEIGHTS)
    assert (card.base, card.format, card.domain, card.documents) == (Spec().model.base, FORMAT_VERSION, None, ())
    assert "CC-BY-SA-4.0" in card.licences and card.exam
    both = sum(path.stat().st_size for folder in (SHIPPED, EMBEDDED) for path in folder.iterdir())
    assert both < 60e6


def test_the_first_training_goes_on_from_what_ships_and_the_next_from_what_serves(home: Home) -> None:
    assert name_of(home) == GROUND
    adopted(home, "own")
    assert name_of(home) == "own"
    rollback(home)
    assert name_of(home) == GROUND


def test_another_model_begins_as_it_comes(home: Home) -> None:
    assert name_of(home, base="another/model") is None
    assert shipped("another/model") is None


def test_what_is_chosen_comes_before_all_else(home: Home) -> None:
    adopted(home, "first")
    adopted(home, "second")
    assert name_of(home, chosen="first") == "first"
    assert name_of(home, chosen=GROUND) == GROUND
    assert name_of(home, chosen="none") is None
    with pytest.raises(ModelError, match="no adapter 'third'"):
        beginning(home, READER.name, None, "third")


def test_a_group_goes_on_from_its_own(home: Home) -> None:
    adopted(home, "all")
    adopted(home, "hr", domain="HR")
    assert name_of(home, group="HR") == "hr"
    assert name_of(home, group="Sales") == name_of(home) == "all"


def test_what_learned_of_purged_documents_is_not_gone_on_from(home: Home) -> None:
    adopted(home, "own")
    card = read_card(home.adapters / "own")
    write_card(home.adapters / "own", Card(card.base, "span", FORMAT_VERSION, 0.4, retrain={"purged": 1, "since": ""}))
    assert name_of(home) == GROUND


def test_what_ships_can_serve_and_one_of_the_homes_own_takes_its_name(home: Home) -> None:
    adopt(home, GROUND, "to hear both readers", anyway=True)
    found = serving(home)
    assert found is not None and found.folder == SHIPPED
    adopted(home, GROUND)
    own = serving(home)
    assert own is not None and own.folder == home.adapters / GROUND == called(home, GROUND).folder
