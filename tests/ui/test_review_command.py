"""groundsmith review at the terminal: a list, decisions by id, and a walk."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from retrieval import Home
from tests.fakes import WordEncoder
from tests.tuning.test_example_review import ROW, TWIN, VERDICT
from tuning.examples.store import counts, found, put
from tuning.opening import open_whole
from ui.command import main


@pytest.fixture
def root(home: Home) -> Path:
    database = open_whole(home.root, WordEncoder()).library.database
    put(database, [ROW, VERDICT, TWIN], "waiting", {"a": "another answer elsewhere", "b": "the opposite"})
    database.close()
    return home.root


def run(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> tuple[int, str, str]:
    capsys.readouterr()
    code = main(["review", *map(str, arguments)])
    out, err = capsys.readouterr()
    return code, out, err


def state(root: Path) -> list[int]:
    database = open_whole(root, WordEncoder()).library.database
    many = list(counts(database).values())
    database.close()
    return many


def typing(monkeypatch: pytest.MonkeyPatch, *lines: str) -> None:
    """What a person types; at its end, the end of the input."""
    left: Iterator[str] = iter(lines)

    def said(prompt: str) -> str:
        line = next(left, None)
        if line is None:
            raise EOFError
        return line

    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr("builtins.input", said)


def test_list_accept_reject_and_correct(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, root, "list")
    assert code == 0
    assert "a\n  asked:    How long does the warranty last?\n  answer:   24 months\n" in out
    assert "  answer:   none: it is to abstain\n" in out
    assert "3 examples wait; 0 accepted, 0 corrected, 0 rejected." in out
    assert [row["id"] for row in json.loads(run(capsys, root, "--json")[1])] == ["a", "b", "c"]
    assert run(capsys, root, "accept", "a")[1] == "Accepted a\n"
    assert run(capsys, root, "correct", "b", "--answer", "No")[1] == "Corrected b: No\n"
    told = json.loads(run(capsys, root, "reject", "c", "--json")[1])
    assert told == [{"id": "c", "state": "rejected", "answer": ""}]
    assert run(capsys, root)[1] == "No example waits; 1 accepted, 1 corrected, 1 rejected.\n"


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["correct", "a", "--answer", "36 months"], "'36 months' stands in none of the 2 sources of a, word for word."),
        (["correct", "a"], "correct needs it"),
        (["correct", "--answer", "x"], "correct names 0 examples, the limit is 1."),
        (["accept"], "accept names no example."),
        (["accept", "z"], "No example has the id 'z'."),
        (["list", "a"], "list takes no ids, and 1 were given."),
        (["list", "--answer", "x"], "--answer belongs to correct"),
    ],
)
def test_what_does_not_belong_together_is_refused(
    root: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], why: str
) -> None:
    code, _, err = run(capsys, root, *arguments)
    assert code == 2
    assert why in err
    assert state(root) == [3, 0, 0, 0]


def test_a_walk_through_all_that_waits(
    root: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    typing(monkeypatch, "?", "c", "36 months", "c", "24 months from delivery", "s", "r")
    code, out, _ = run(capsys, root)
    assert (code, state(root)) == (0, [1, 0, 1, 1])
    assert "    »The warranty lasts 24 months from delivery.« It covers the pump." in out
    assert "[2]* Warranty" in out
    assert "'36 months' stands in none of the 2 sources" in out
    assert "3 of 3" in out
    database = open_whole(root, WordEncoder()).library.database
    assert found(database, "a").example.answer == "24 months from delivery"
    database.close()


@pytest.mark.parametrize("lines", [["a", "q"], ["a"]], ids=["asked to", "at the end of the input"])
def test_leaving_a_walk_keeps_what_was_decided(
    root: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, lines: list[str]
) -> None:
    typing(monkeypatch, *lines)
    assert "2 examples wait; 1 accepted" in run(capsys, root)[1]
    assert state(root) == [2, 1, 0, 0]
