"""Which adapter serves, and which are refused with what to do about it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from assistant import FORMAT_VERSION, Adapter, create_home, open_assistant, read_adapter, serving
from retrieval import Home, ModelError
from tests.conftest import SPEC
from tests.fakes import WordEncoder

CARD: dict[str, Any] = {
    "base": "SmolLM2-135M-Instruct",
    "answering": "span",
    "format": FORMAT_VERSION,
    "threshold": 0.4,
}


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return create_home(tmp_path / "home")


def adopt(home: Home, name: object = "first", card: object = CARD, weights: bool = True) -> Path:
    folder = home.adapters / "first"
    folder.mkdir(exist_ok=True)
    (folder / "card.json").write_text(card if isinstance(card, str) else json.dumps(card), encoding="utf-8")
    if weights:
        (folder / "adapter_model.safetensors").write_bytes(b"")
        (folder / "adapter_config.json").write_text("{}")
    (home.adapters / "serving.json").write_text(json.dumps({"adapter": name}), encoding="utf-8")
    return folder


def refusal(home: Home) -> str:
    with pytest.raises(ModelError) as refused:
        serving(home)
    assert refused.value.remedy
    return str(refused.value)


def test_none_serves_until_one_is_adopted(home: Home) -> None:
    assert serving(home) is None
    folder = adopt(home)
    assert serving(home) == Adapter("first", folder, "SmolLM2-135M-Instruct", "span", FORMAT_VERSION, 0.4)
    assert read_adapter(folder) == serving(home)


@pytest.mark.parametrize(
    "name",
    [
        "../first",
        "..",
        ".",
        "",
        "first/../../x",
        "/etc",
        "a/b",
        "a\\..\\b",
        "..\\x",
        "\x00",
        "first\n",
        1,
        ["first"],
        {},
    ],
)
def test_a_name_never_leads_out_of_the_adapters(home: Home, name: object) -> None:
    adopt(home, name)
    outside = home.root / "first"
    outside.mkdir()
    for path in (home.adapters / "first").iterdir():
        (outside / path.name).write_bytes(path.read_bytes())  # a whole adapter lies there
    assert "no adapter's name" in refusal(home)


@pytest.mark.parametrize("pointer", ["", "{", "[]", "null", '"first"', "{}", '{"adapter": 1}', "\x00"])
def test_a_broken_pointer_is_an_error_not_a_silent_fallback(home: Home, pointer: str) -> None:
    adopt(home)
    (home.adapters / "serving.json").write_text(pointer, encoding="utf-8")
    assert "serving.json" in refusal(home)


def test_a_pointer_that_is_no_text(home: Home) -> None:
    adopt(home)
    (home.adapters / "serving.json").write_bytes(b"\xff\xfe{")
    assert "serving.json" in refusal(home)


def test_an_adapter_that_is_gone(home: Home) -> None:
    adopt(home, "second")
    assert "card.json" in refusal(home)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"format": FORMAT_VERSION + 1}, f"format {FORMAT_VERSION + 1}"),
        ({"format": "1"}, "format"),
        ({"format": True}, "format"),
        ({"format": 1.0}, "format"),
        ({"format": None}, "format"),
        ({"base": 7}, "base"),
        ({"answering": None}, "answering"),
        ({"threshold": "high"}, "threshold"),
        ({"threshold": 1.5}, "threshold"),
        ({"threshold": -0.1}, "threshold"),
        ({"threshold": float("nan")}, "threshold"),
    ],
)
def test_a_card_that_does_not_fit(home: Home, change: dict[str, Any], named: str) -> None:
    adopt(home, card=CARD | change)
    assert named in refusal(home)


@pytest.mark.parametrize("key", CARD)
def test_a_card_without_a_key(home: Home, key: str) -> None:
    adopt(home, card={name: value for name, value in CARD.items() if name != key})
    assert key in refusal(home)


@pytest.mark.parametrize("card", ["", "{", "[]", "\x00"])
def test_a_card_that_is_no_json(home: Home, card: str) -> None:
    adopt(home, card=card)
    assert "card.json" in refusal(home)


@pytest.mark.parametrize("lost", ["adapter_model.safetensors", "adapter_config.json"])
def test_weights_that_are_missing(home: Home, lost: str) -> None:
    (adopt(home) / lost).unlink()
    assert lost in refusal(home)


# What an assistant makes of it when it is opened


@pytest.mark.parametrize(
    ("change", "named"), [({"base": "another/model"}, "another/model"), ({"answering": "verse"}, "verse")]
)
def test_an_adapter_for_something_else_is_not_served(tmp_path: Path, change: dict[str, Any], named: str) -> None:
    home = create_home(tmp_path / "other", SPEC)
    adopt(home, card=CARD | change)
    with pytest.raises(ModelError, match=named) as refused:
        open_assistant(home.root, WordEncoder())
    assert refused.value.remedy


def test_the_extractive_reader_opens_whatever_became_of_the_adapter(tmp_path: Path) -> None:
    """So that an owner can get out of a broken state with one word in the Spec."""
    home = create_home(tmp_path / "extractive", replace(SPEC, model=replace(SPEC.model, reader="extractive")))
    adopt(home, card="{")
    assert open_assistant(home.root, WordEncoder()).reader.name == "extractive"


def test_without_an_adapter_the_default_reader_points(home: Home) -> None:
    assert open_assistant(home.root, WordEncoder()).reader.name == "pointing"
