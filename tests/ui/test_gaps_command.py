"""groundsmith gaps at the terminal: which documents are still to be written."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.tuning.correcting import ADA, BOB, made, opened
from ui.command import main
from ui.commands import gaps

OVEN, SECRET = "How loud is the oven while it preheats?", "Why does the tamarisk band get a rise?"


@pytest.fixture(scope="module")
def talked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    assistant = made(root := tmp_path_factory.mktemp("gaps") / "home")
    for who, question in ((ADA, OVEN), (BOB, OVEN), (ADA, "While it preheats, how loud is the oven?"), (BOB, SECRET)):
        assistant.ask(question, who, conversation=assistant.memory.begin(who))
    assistant.library.database.close()
    return root


@pytest.fixture
def home(talked: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(gaps, "open_whole", opened)  # the encoder of tests
    return Path(shutil.copytree(talked, tmp_path / "home"))


def run(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> tuple[int, str, str]:
    capsys.readouterr()
    code = main([str(argument) for argument in arguments])
    out, err = capsys.readouterr()
    return code, out, err


def test_what_was_asked_most_comes_first(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "gaps", home)
    assert code == 0
    first, second = out.strip().split("\n\n")
    assert first.splitlines()[0].endswith(f"  {OVEN}")
    assert "asked:    3 times, by 2 people, last on 2" in first
    assert "also as:  While it preheats, how loud is the oven?" in first
    assert "nearest:  Oven › Care (oven.md)" in first
    assert SECRET in second
    assert not {"ada", "bob"} & set(out.split())


def test_others_see_only_what_came_up_over_what_they_may_read(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert SECRET not in run(capsys, "gaps", home, "--as", "ada")[1]
    assert SECRET in run(capsys, "gaps", home, "--groups", "HR")[1]


def test_closed_ones_are_counted_and_shown_on_request(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = "# Noise\n\n## The oven while it preheats\n\nHow loud is the oven while it preheats? 40 dB.\n"
    (home / "documents" / "noise.md").write_text(text, encoding="utf-8")
    opened(home).library.sync()
    out = run(capsys, "gaps", home)[1]
    assert OVEN not in out
    assert "1 more gap is answered by now, by documents that came since: --all" in out
    assert "answered: Noise › The oven while it preheats (noise.md)" in run(capsys, "gaps", home, "--all")[1]


def test_dismissed_since_and_json(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = json.loads(run(capsys, "gaps", home, "--json")[1])
    assert [(each["times"], each["people"], each["closed"]) for each in told] == [(3, 2, False), (1, 1, False)]
    assert run(capsys, "gaps", home, "--since", "2999-01-01")[1] == "No gaps.\n"
    assert run(capsys, "gaps", home, "--since", "soon")[0] == 2
    out = run(capsys, "gaps", home, "--dismiss", told[0]["id"][:8])[1]
    assert out == f"Dismissed, in 2 wordings: {OVEN}\n"
    assert OVEN not in run(capsys, "gaps", home)[1]
    code, _, err = run(capsys, "gaps", home, "--dismiss", told[0]["id"])
    assert (code, "There is no gap" in err) == (2, True)
