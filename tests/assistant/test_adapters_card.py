"""The card of an adapter: what is read is what was written, what is broken is named, and a changed file is refused."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant import FORMAT_VERSION
from assistant.card import CARD, KINDS, WEIGHTS, Card, card_of, check_weights, read_card, sha256, table_of, write_card
from retrieval import ModelError

PLAIN = Card("SmolLM2-135M-Instruct", "span", FORMAT_VERSION, 0.4)
WHERE = Path("card.json")
TEXTS = st.text(max_size=8)
TABLES = st.builds(lambda key, value: {key: value}, TEXTS, st.integers() | TEXTS)
CARDS = st.builds(
    Card,
    base=TEXTS,
    answering=TEXTS,
    format=st.integers(),
    threshold=st.floats(0, 1),
    documents=st.lists(TEXTS, max_size=3).map(tuple),
    domain=st.none() | st.text(min_size=1, max_size=4),
    recipe=TABLES,
    data=TEXTS,
    licences=st.lists(TEXTS, max_size=2).map(tuple),
    exam=TABLES,
    verdict=st.none() | TABLES,
    calibration=st.none() | TABLES,
    continued_from=st.none() | st.text(min_size=1, max_size=4),
    made_at=TEXTS,
    groundsmith=TEXTS,
    precision=TEXTS,
    weights=st.sampled_from([{}, {WEIGHTS[0]: "ab"}, dict.fromkeys(WEIGHTS, "cd")]),
    retrain=st.none() | TABLES,
    further=TABLES.filter(lambda table: not table.keys() & KINDS.keys()),
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "adapter_model.safetensors").write_bytes(b"weights")
    (tmp_path / "adapter_config.json").write_text("{}")
    return tmp_path


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(CARDS)
def test_what_is_read_is_what_was_written(card: Card) -> None:
    assert card_of(json.loads(json.dumps(table_of(card))), WHERE) == card


def test_a_card_is_sealed_with_the_weights_beside_it(folder: Path) -> None:
    card = write_card(folder, replace(PLAIN, further={"of tomorrow": [1]}))
    assert card.weights == {name: sha256(folder / name) for name in WEIGHTS}
    assert read_card(folder) == card and card.further == {"of tomorrow": [1]}
    check_weights(folder, card.weights)
    assert {path.name for path in folder.iterdir()} == {CARD, *WEIGHTS}


@pytest.mark.parametrize("name", WEIGHTS)
def test_a_changed_file_is_refused_by_name(folder: Path, name: str) -> None:
    card = write_card(folder, PLAIN)
    (folder / name).write_bytes((folder / name).read_bytes() + b" ")
    with pytest.raises(ModelError, match=name) as refused:
        check_weights(folder, card.weights)
    assert refused.value.remedy
    (folder / name).unlink()
    with pytest.raises(ModelError, match=name):
        check_weights(folder, card.weights)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("documents", "all"),
        ("documents", [1]),
        ("domain", ["HR"]),
        ("licences", {}),
        ("licences", [None]),
        ("recipe", []),
        ("exam", "good"),
        ("verdict", True),
        ("calibration", 1),
        ("weights", []),
        ("weights", {"adapter_config.json": 7}),
        ("retrain", "yes"),
        ("made_at", 2026),
        ("continued_from", False),
    ],
)
def test_a_broken_key_is_named(key: str, value: Any) -> None:
    with pytest.raises(ModelError, match=key) as refused:
        card_of(table_of(PLAIN) | {key: value}, WHERE)
    assert "card.json" in str(refused.value) and refused.value.remedy


@pytest.mark.parametrize("verdict", [None, {}, {"decision": "keep"}, {"decision": "yours"}])
def test_only_the_verdict_to_adopt_passes(verdict: dict[str, str] | None) -> None:
    assert not replace(PLAIN, verdict=verdict).passed
    assert replace(PLAIN, verdict={"decision": "adopt"}).passed
