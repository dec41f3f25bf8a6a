"""groundsmith corrections at the terminal: from what somebody would have had to what everybody gets."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.tuning.correcting import ADA, BOB, corrected, made, opened
from ui.command import main
from ui.commands import corrections

WARRANTY = "How long is the warranty from delivery?"


@pytest.fixture(scope="module")
def talked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three corrections: one that a document says, one that a document denies, one that is for HR."""
    assistant = made(root := tmp_path_factory.mktemp("corrections") / "home")
    corrected(assistant, WARRANTY, "24 months", BOB)
    corrected(assistant, WARRANTY, "36\x1b[2J months")
    corrected(assistant, "What does the tamarisk band pay a year?", "£41,000 a year", BOB)
    assistant.library.database.close()
    return root


@pytest.fixture
def home(talked: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(corrections, "open_whole", opened)  # the encoder of tests
    return Path(shutil.copytree(talked, tmp_path / "home"))


def run(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> tuple[int, str, str]:
    capsys.readouterr()
    code = main([str(argument) for argument in arguments])
    out, err = capsys.readouterr()
    return code, out, err


def ids(capsys: pytest.CaptureFixture[str], home: Path) -> dict[str, str]:
    """Correction → the id that `list` shows."""
    return {each["text"]: each["id"] for each in json.loads(run(capsys, "corrections", home, "--json")[1])}


def test_they_are_listed_with_what_the_documents_say(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "corrections", home)
    assert code == 0
    assert (out.count("your documents say so"), out.count("your document says otherwise")) == (2, 1)
    assert "  document:   Warranty › Duration (warranty.md)\n" in out
    assert "“The warranty lasts 24 months from delivery.”" in out
    assert "\x1b" not in out
    id = ids(capsys, home)["24 months"]
    (told,) = [json.loads(run(capsys, "corrections", home, "show", id[:8], "--json")[1])]
    assert (told["state"], told["checked"]["verdict"], told["question"]) == ("waiting", "supported", WARRANTY)


def test_accepted_and_taken_back(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    id = ids(capsys, home)["24 months"][:8]
    code, out, _ = run(capsys, "corrections", home, "accept", id, "--as", "owner")
    assert (code, f"“Owner's answer: {WARRANTY}”" in out, "for everyone" in out) == (0, True, True)
    assert "Of all corrections, 1 row to learn from; left out: not decided yet (2)." in out
    _, out, _ = run(capsys, "corrections", home, "show", id)
    assert "accepted: your documents say so" in out
    assert "by owner: Warranty › Duration says so." in out
    code, _, err = run(capsys, "corrections", home, "accept", id)
    assert (code, f"groundsmith corrections {home} undo {id}" in err) == (2, True)
    code, out, _ = run(capsys, "corrections", home, "undo", id)
    assert (code, "is gone, and it waits again" in out, "0 rows" in out) == (0, True, True)


def test_what_a_document_denies_needs_a_second_word(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    id = ids(capsys, home)["36[2J months"]
    code, _, err = run(capsys, "corrections", home, "accept", id, "--text", "36 months")
    assert (code, "Your document says otherwise" in err, "--anyway" in err) == (2, True, True)
    code, out, _ = run(capsys, "corrections", home, "accept", id, "--text", "36 months", "--anyway")
    assert (code, "mend it and sync" in out) == (0, True)
    assert "0 rows to learn from; left out: not decided yet (2), your document says otherwise (1)." in out


def test_it_is_for_its_groups(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    id = ids(capsys, home)["£41,000 a year"]
    code, _, err = run(capsys, "corrections", home, "accept", id, "--groups", "everyone")
    assert (code, "for Board, HR alone" in err) == (2, True)
    told = json.loads(run(capsys, "corrections", home, "accept", id, "--groups", "HR", "--json")[1])
    assert told == {"id": id, "state": "accepted", "document": f"owners-answers/{id[:12]}", "rows": 0}
    assert (
        not opened(home).library.searcher.search("Owner's answer tamarisk", 9, ADA)[0].passage.title.startswith("Own")
    )


def test_rejected_with_its_reason(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    id = ids(capsys, home)["24 months"]
    assert run(capsys, "corrections", home, "reject", id, "--why", "known")[1].startswith(
        "Rejected. Nothing comes of it."
    )
    assert "known" in run(capsys, "corrections", home, "show", id)[1]


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["accept"], "Which correction to accept?"),
        (["show", "zzzz"], "There is no correction 'zzzz'"),
        (["undo", "aaaa", "--why", "x"], "--why belongs to accept and reject"),
        (["list", "--anyway"], "--anyway belongs to accept"),
    ],
)
def test_what_cannot_be_meant_is_refused(
    home: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], why: str
) -> None:
    code, _, err = run(capsys, "corrections", home, *arguments)
    assert (code, why in err) == (2, True)
