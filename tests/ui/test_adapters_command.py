"""`groundsmith adapters`, `adopt` and `rollback`: what they say, and what they refuse."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from assistant import create_home
from assistant.adapters import NOT_TAKEN_UP, note
from retrieval import Home
from tests.tuning.test_adoption import PASSED, name_of, trained
from ui.command import main

AFTER = {"pair_switch": {"value": 0.5, "low": 0.4, "high": 0.6, "n": 80}}


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return create_home(tmp_path / "home")


def call(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    code = main([str(one) for one in arguments])
    shown = capsys.readouterr()
    return code, shown.out, shown.err


def test_a_home_without_any_says_how_to_make_one(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = call(capsys, "adapters", home.root)
    assert code == 0 and "groundsmith teach" in out


def test_the_way_of_an_adapter(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    trained(home, "first", exam={"after": AFTER}, documents=("a.md",), licences=("CC BY 4.0",))
    trained(home, "second", verdict=None, continued_from="first")
    code, out, _ = call(capsys, "adopt", home.root, "first")
    assert code == 0 and "first serves everyone from the next question on." in out and "groundsmith rollback" in out
    code, _, err = call(capsys, "adopt", home.root, "second")
    assert code == 2 and "never examined" in err and "--anyway --why" in err
    code, _, err = call(capsys, "adopt", home.root, "second", "--anyway")
    assert code == 2 and "--why" in err
    code, out, _ = call(capsys, "adopt", home.root, "second", "--anyway", "--why", "to try it")
    assert code == 0 and "in the place of first" in out and name_of(home) == "second"
    code, out, _ = call(capsys, "adapters", home.root)
    assert out.splitlines()[0].startswith("first ") and "passed" in out.splitlines()[0]
    assert "serves everyone" in out.splitlines()[1] and "never examined" in out.splitlines()[1]
    code, out, _ = call(capsys, "rollback", home.root)
    assert code == 0 and "first serves again" in out
    assert "no adapter serves" in call(capsys, "rollback", home.root)[1]
    code, _, err = call(capsys, "rollback", home.root)
    assert code == 2 and "none to roll back" in err


def test_what_a_card_says(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    retrain = {"purged": 2, "since": "2026-11-01"}
    trained(home, "first", exam={"after": AFTER}, documents=("a.md",), domain="HR", retrain=retrain)
    _, out, _ = call(capsys, "adapters", home.root, "show", "first")
    for said in (
        "1 document, for the group HR",
        "2 of its documents were purged",
        "adopt",
        "More pairs.",
        "0.500 [0.4",
    ):
        assert said in out
    table = json.loads(call(capsys, "adapters", home.root, "show", "first", "--json")[1])
    assert table["exam"] == {"after": AFTER} and table["verdict"] == PASSED


def test_two_side_by_side(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    trained(home, "first", exam={"after": AFTER})
    trained(home, "second", continued_from="first")
    _, out, _ = call(capsys, "adapters", home.root, "compare", "first", "second")
    assert "continued_from" in out and "--adapter first --against second" in out
    row = next(line for line in out.splitlines() if line.startswith("pair_switch"))
    assert "0.500 [0.400, 0.600]" in row and row.endswith("–")


def test_a_broken_card_is_listed_with_what_is_wrong(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    (trained(home, "first") / "card.json").write_text("{", encoding="utf-8")
    code, out, _ = call(capsys, "adapters", home.root)
    assert code == 0 and "cannot be read" in out
    assert json.loads(call(capsys, "adapters", home.root, "--json")[1])[0]["name"] == "first"
    assert call(capsys, "adapters", home.root, "show", "first")[0] == 7


@pytest.mark.parametrize("given", [["show"], ["compare", "a"], ["list", "a"], ["export", "a"]])
def test_too_many_names_or_too_few(home: Home, capsys: pytest.CaptureFixture[str], given: list[str]) -> None:
    code, _, err = call(capsys, "adapters", home.root, *given)
    assert code == 2 and "takes" in err


def test_gguf_says_what_it_takes(home: Home, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    trained(home, "first")
    code, _, err = call(capsys, "adapters", home.root, "export", "first", tmp_path / "out", "--format", "gguf")
    assert code == 8 and not (tmp_path / "out").exists()
    assert f"--format merged, then: python convert_hf_to_gguf.py {tmp_path / 'out'} --outfile first.gguf" in err


@pytest.mark.models
def test_status_says_what_was_not_taken_up(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    note(home, "adopted", "first")
    note(home, NOT_TAKEN_UP, "first", why="its weights are no numbers")
    assert "adapter:    not taken up: its weights are no numbers" in call(capsys, "status", home.root)[1]
    note(home, "adopted", "second")
    assert "not taken up" not in call(capsys, "status", home.root)[1]
