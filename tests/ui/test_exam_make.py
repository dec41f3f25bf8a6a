"""`groundsmith exam HOME --make`: what it writes and says, and that the file comes back as an exam."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path

import pytest

from tuning.exam.questions import read_questions
from ui.command import main

pytestmark = pytest.mark.models


@pytest.fixture(scope="module")
def made(sample_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("made") / "mine.csv"
    assert main(["exam", str(sample_home), "--make", "12", "--out", str(out)]) == 0
    return out


def test_it_says_what_it_made_and_where_it_went(
    sample_home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["exam", str(sample_home), "--make", "6", "--out", str(tmp_path / "draft")]) == 0
    shown = capsys.readouterr().out
    assert "6 questions drafted: 3 answerable, 1 twin, 2 near misses (seed 0)" in shown
    assert "left out before enough were found:" in shown
    assert f"--questions {tmp_path / 'draft.csv'}" in shown
    assert {path.name for path in tmp_path.iterdir()} == {"draft.jsonl", "draft.csv"}


def test_both_files_hold_the_same_questions(made: Path) -> None:
    table, lines = read_questions([made]), read_questions([made.with_suffix(".jsonl")])
    assert table == lines
    assert len(table[0]) == 12
    with made.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert all(row["evidence"] for row in rows if row["answerable"] == "true")


def test_what_was_edited_is_examined(made: Path, sample_home: Path, tmp_path: Path) -> None:
    with made.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    rows[1][1] = "What would you like to know?"
    edited, report = tmp_path / "edited.csv", tmp_path / "report.json"
    with edited.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file, delimiter=";").writerows(rows)
    assert main(["exam", str(sample_home), "--questions", str(edited), "--json", str(report), "--limit", "4"]) == 0
    examined = json.loads(report.read_text(encoding="utf-8"))["rows"]
    assert examined[0]["question"] == "What would you like to know?"
    assert len(examined) == 4


def test_a_draft_is_never_written_over(made: Path, sample_home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = made.read_bytes()
    assert main(["exam", str(sample_home), "--make", "12", "--out", str(made)]) == 2
    assert "is already there" in capsys.readouterr().err
    assert made.read_bytes() == before


@pytest.mark.parametrize("many", ["0", "-3", "2001"])
def test_a_number_out_of_range_is_refused(many: str, sample_home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["exam", str(sample_home), f"--make={many}"]) == 2
    assert "1 to 2000" in capsys.readouterr().err


def test_a_folder_that_is_not_there_is_named_before_any_work(
    sample_home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["exam", str(sample_home), "--make", "5", "--out", str(tmp_path / "none" / "q.csv")]) == 2
    assert "a folder that exists" in capsys.readouterr().err


def test_a_home_without_documents_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    home = tmp_path / "home"
    assert main(["new", str(home)]) == 0
    assert main(["exam", str(home), "--make", "5"]) == 2
    assert "groundsmith sync" in capsys.readouterr().err
    assert not list((home / "exams").iterdir())


def test_more_than_the_documents_hold_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    home = tmp_path / "home"
    assert main(["new", str(home)]) == 0
    (home / "documents" / "rules.md").write_text("# Rules\n\n## Keys\n\nBlue keys are kept for 9 days.\n")
    assert main(["sync", str(home)]) == 0
    assert main(["exam", str(home), "--make", "30"]) == 0
    shown = capsys.readouterr().out
    assert "30 were asked for" in shown
    assert "nothing is left to read" in shown
    assert (home / "exams" / "draft.csv").is_file()
    shutil.rmtree(home)
