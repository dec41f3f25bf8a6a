"""groundsmith train: the plan comes before the work, and what can't be trained is refused before it begins."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from assistant import read_spec, write_spec
from assistant.adapters import serving
from assistant.language.embedded import READER
from assistant.spec import ModelSpec
from retrieval import Home, open_home, resolve
from tests.assistant.tiny import tiny_adapter, tiny_base, tiny_home
from tests.tuning.crates import rows
from tuning.examples.rows import write_examples
from ui.command import main

pytestmark = [pytest.mark.models, pytest.mark.usefixtures("one_thread")]


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_base(tmp_path_factory.mktemp("base"), resolve(READER.name, [READER]))


@pytest.fixture
def home(tmp_path: Path, base: Path) -> Home:
    return tiny_home(tmp_path / "home", base)


@pytest.fixture
def examples(tmp_path: Path) -> Path:
    path = tmp_path / "examples.jsonl"
    write_examples(path, rows())
    return path


def trained(home: Home, *further: str) -> int:
    """Once through, and without general replies: taking these is most of the time."""
    dials = ["--name", "first", "--rank", "2", "--rounds", "1", "--replay", "0"]
    return main(["train", str(home.root), *dials, *further])


def test_an_adapter_is_made_with_its_card_and_does_not_serve_yet(
    home: Home, examples: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert trained(home, "--examples", str(examples), "--replay", "0.1") == 0
    said, going = capsys.readouterr()
    assert "Taking general replies, to be kept, 40/40\n" in going
    assert "Rows:" in said and "Time:    about" in said
    assert "teach little" in said  # forty rows once through are a few steps
    card = json.loads((home.adapters / "first" / "card.json").read_text(encoding="utf-8"))
    assert card["recipe"]["rows"] + card["recipe"]["held"]["questions"] == 40
    assert card["answering"] == "span"
    assert card["weights"].keys() == {"adapter_model.safetensors", "adapter_config.json"}
    assert serving(home) is None
    assert [path.name for path in (home.adapters / ".training").glob("first*")] == []


def test_a_name_that_is_taken_is_refused(home: Home, examples: Path, capsys: pytest.CaptureFixture[str]) -> None:
    trained(home, "--examples", str(examples))
    assert trained(home, "--examples", str(examples)) != 0
    assert "There is an adapter 'first' already. Choose another --name." in capsys.readouterr().err


def test_a_corrupt_file_is_named_with_line_and_reason(
    home: Home, examples: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = examples.read_text(encoding="utf-8").splitlines()
    examples.write_text("\n".join([*lines[:4], lines[4][:30], *lines[5:]]), encoding="utf-8")
    assert trained(home, "--examples", str(examples)) != 0
    said = capsys.readouterr().err
    assert "line 5" in said and "not JSON" in said and "--skip-bad" in said
    assert trained(home, "--examples", str(examples), "--skip-bad") == 0


def test_too_few_examples_are_said_before_it_starts(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    assert trained(home) != 0
    assert "There are 0 examples that can be learned from, at least 20 are needed." in capsys.readouterr().err


def test_a_server_cannot_be_trained(home: Home, examples: Path, capsys: pytest.CaptureFixture[str]) -> None:
    spec = replace(read_spec(home.spec), model=ModelSpec(base="http://localhost:1/v1", remote_model="large"))
    home.spec.write_text(write_spec(spec), encoding="utf-8")
    assert trained(home, "--examples", str(examples)) != 0
    assert "its weights are not here to be trained" in capsys.readouterr().err


def test_a_base_without_a_chat_template_is_refused(
    home: Home, examples: Path, tmp_path: Path, base: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plain = tmp_path / "plain"
    plain.mkdir()
    for path in base.iterdir():
        if path.suffix != ".jinja":
            (plain / path.name).write_bytes(path.read_bytes())
    settings = json.loads((plain / "tokenizer_config.json").read_text(encoding="utf-8"))
    settings.pop("chat_template", None)
    (plain / "tokenizer_config.json").write_text(json.dumps(settings), encoding="utf-8")
    spec = replace(read_spec(home.spec), model=ModelSpec(base=str(plain)))
    home.spec.write_text(write_spec(spec), encoding="utf-8")
    assert trained(home, "--examples", str(examples)) != 0
    assert "has no chat template" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("card", "said"),
    [({"domain": "HR"}, "--domain HR"), ({"retrain": {"purged": 1, "since": "2026-01-01"}}, "have been purged")],
)
def test_what_may_not_be_gone_on_from_is_refused(
    home: Home, base: Path, examples: Path, card: dict[str, Any], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    tiny_adapter(home, base, "old", 1, **card)
    assert trained(home, "--examples", str(examples), "--base", "old") != 0
    assert said in capsys.readouterr().err


def test_the_documents_of_what_it_goes_on_from_stay_on_the_card(home: Home, base: Path, examples: Path) -> None:
    tiny_adapter(home, base, "old", 1, documents=("old.md",))
    assert trained(home, "--examples", str(examples), "--base", "old") == 0
    card = json.loads((home.adapters / "first" / "card.json").read_text(encoding="utf-8"))
    assert card["continued_from"] == "old"
    assert {"old.md", "Alder#1"} <= set(card["documents"])


def test_two_trainings_at_once_are_refused(home: Home, examples: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with open_home(home.root).training():
        assert trained(home, "--examples", str(examples)) != 0
    assert "Another process is training" in capsys.readouterr().err


def test_too_little_memory_is_said_before_the_model_is_loaded(
    home: Home, examples: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    meminfo = tmp_path / "meminfo"
    meminfo.write_text("MemTotal: 9 kB\nMemAvailable: 1000 kB\n", encoding="utf-8")
    monkeypatch.setattr("tuning.training.memory.MEMINFO", meminfo)
    assert trained(home, "--examples", str(examples)) != 0
    said = capsys.readouterr().err
    assert "0.0 GB are free" in said and "--longest" in said
