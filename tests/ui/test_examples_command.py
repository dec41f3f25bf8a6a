"""`groundsmith examples`: what it makes, writes, keeps and says; and what it says where there is nothing to make."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.tuning.papers import PAPERS
from tuning.examples.formats import writing
from tuning.examples.rows import read_examples
from tuning.examples.store import kept
from tuning.opening import open_whole
from ui import command
from ui.command import main
from ui.learning.gathering import origins

pytestmark = pytest.mark.models
Shown = pytest.CaptureFixture[str]


def home_of(root: Path, **texts: str) -> Path:
    assert main(["new", str(root)]) == 0
    for name, text in texts.items():
        (root / "documents" / f"{name}.md").write_text(text, encoding="utf-8")
    assert main(["sync", str(root)]) == 0
    return root


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    texts = {name.removesuffix(".md"): text for name, text in PAPERS.items()}
    return home_of(tmp_path_factory.mktemp("examples") / "home", **texts)


@pytest.fixture(scope="module")
def made(home: Path) -> Path:
    out = home.parent / "rows.jsonl"
    assert main(["examples", str(home), "--out", str(out)]) == 0
    return out


def lines(path: Path, *rows: dict[str, Any]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def test_what_is_written_is_what_is_kept_and_can_be_read_back(made: Path, home: Path) -> None:
    rows, problems = read_examples([made])
    assert problems == [] and len({row.id for row in rows}) == len(rows) > 10
    assert {row.kind for row in rows} >= {"answerable", "twin", "hard"}
    stored = {row.id: row for row in kept(open_whole(home).library.database)}
    assert all(stored[row.id] == row for row in rows)


def test_it_says_what_was_made_and_what_is_too_little(made: Path, home: Path, tmp_path: Path, capsys: Shown) -> None:
    assert main(["examples", str(home), "--out", str(tmp_path / "again.jsonl")]) == 0
    shown = " ".join(capsys.readouterr().out.split())
    for said in (" answerable, ", " twins, ", "made of: ", "Documents: 2 teach, 1 set thresholds, 1 examine"):
        assert said in shown
    assert "too few to learn from. Bring about" in shown
    assert "of which 0 are new" in shown  # a second time nothing is added twice
    assert (tmp_path / "again.jsonl").read_text() == made.read_text()


def test_the_report_as_json(made: Path, home: Path, capsys: Shown) -> None:
    assert main(["examples", str(home), "--json", "--many", "8", "--abstaining", "0.25"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["rows"] == sum(found["kinds"].values()) <= 8
    assert found["documents"] == {"train": 2, "calibrate": 1, "exam": 1}
    assert found["kinds"]["answerable"] >= 5 and found["warnings"]


def test_rows_are_brought_and_those_about_other_sides_are_counted(
    made: Path, home: Path, tmp_path: Path, capsys: Shown
) -> None:
    database = open_whole(home).library.database
    side = {row["document"]: row["side"] for row in database.rows("SELECT document, side FROM sides")}
    golden = {
        "leave.md": ("How soon do I hear of my holidays?", "within 3 working days"),
        "otter.md": ("How much power does the Otter draw?", "340 W"),
        "badger.md": ("How heavy is the Badger?", "11.4 kg"),
        "faq.md": ("Where is the type plate?", "On the underside"),
    }
    rows = [
        {"id": name, "question": asked, "answerable": True, "answers": [answer], "gold_ids": [name]}
        for name, (asked, answer) in golden.items()
    ]
    out = tmp_path / "mine.jsonl"
    brought = lines(tmp_path / "questions.jsonl", *rows)
    assert main(["examples", str(home), "--questions", str(brought), "--out", str(out)]) == 0
    written, _ = read_examples([out])
    assert {row.id for row in written if row.gold} == {name for name in golden if side[name] == "train"}
    assert {row.twin_of for row in written if not row.gold} <= golden.keys()
    shown = " ".join(capsys.readouterr().out.split())
    assert "2 its documents are kept for the exam or the calibration" in shown


def test_rows_that_were_written_are_read_back_into_another_home(made: Path, tmp_path: Path, capsys: Shown) -> None:
    other = home_of(tmp_path / "other", bees="# Bees\n\n## Hive\n\nThe hive is opened every 9 days.\n")
    assert main(["examples", str(other), "--questions", str(made)]) == 0
    rows, _ = read_examples([made])
    assert {row.id for row in kept(open_whole(other).library.database)} == {row.id for row in rows}


def test_a_bad_row_is_named_and_may_be_left_out(home: Path, tmp_path: Path, capsys: Shown) -> None:
    bad = lines(tmp_path / "bad.jsonl", {"id": "1", "question": "What?"}, {"id": "2", "answerable": False})
    assert main(["examples", str(home), "--questions", str(bad)]) == 2
    error = capsys.readouterr().err
    assert "bad.jsonl, line 1: " in error and "line 2: " in error and "--skip-bad" in error
    assert main(["examples", str(home), "--questions", str(bad), "--skip-bad"]) == 0


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--many", "0"], "Ask for 1 to 20000"),
        (["--abstaining", "1.5"], "Choose from 0 to 0.9"),
        (["--out", "rows.csv"], "does not end in .jsonl"),
        (["--out", "nowhere/rows.jsonl"], "a folder that exists"),
        (["--corpus", "c.jsonl"], "Add --questions FILE"),
        (["--domain", "Sales"], "No document is for the group 'Sales'"),
    ],
)
def test_what_can_be_refused_is_refused_before_any_work(
    options: list[str], said: str, home: Path, capsys: Shown
) -> None:
    assert main(["examples", str(home), *options]) == 2
    assert said in capsys.readouterr().err


def test_a_file_that_is_there_is_never_written_over(made: Path, home: Path, capsys: Shown) -> None:
    before = made.read_bytes()
    assert main(["examples", str(home), "--out", str(made)]) == 2
    assert "is already there" in capsys.readouterr().err
    assert made.read_bytes() == before


def test_a_home_without_documents_says_so(tmp_path: Path, capsys: Shown) -> None:
    assert main(["new", str(tmp_path / "home")]) == 0
    assert main(["examples", str(tmp_path / "home")]) == 2
    assert "holds no documents. Put documents into it" in capsys.readouterr().err


def test_documents_that_nobody_in_general_may_read_need_a_domain(tmp_path: Path, capsys: Shown) -> None:
    root = tmp_path / "home"
    assert main(["new", str(root)]) == 0
    spec = root / "assistant.toml"
    spec.write_text(spec.read_text().replace("[access]\n", '[access]\n"hr" = ["HR"]\n'))
    (root / "documents" / "hr").mkdir()
    (root / "documents" / "hr" / "leave.md").write_text(PAPERS["leave.md"])
    assert main(["sync", str(root)]) == 0
    assert main(["examples", str(root)]) == 2
    assert "no document that everyone may read. Learn from what one group may read: --domain HR" in (
        capsys.readouterr().err
    )
    assert main(["examples", str(root), "--domain", "HR"]) == 0
    assert "There are too few documents to part, so their sections are." in capsys.readouterr().out


def test_one_sentence_and_another_language_are_told(tmp_path: Path, capsys: Shown) -> None:
    root = home_of(tmp_path / "home", note="# Schlüssel\n\nDer blaue Schlüssel wird nicht mit der Post verschickt.\n")
    assert main(["examples", str(root)]) == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert "0 examples: none" in shown and "1 document not in English" in shown
    assert "The Home has 0 rows with an answer: too few to learn from" in shown
    assert "Nothing is left to set thresholds or examine" in shown


def test_each_origin_is_asked_for_by_an_option() -> None:
    from ui.command import parser

    given = vars(parser().parse_args(["examples", "home"]))
    assert given.keys() >= origins().keys() and not any(given[name] for name in origins())


def test_every_format_can_be_asked_for() -> None:
    assert command.FORMATS == writing.FORMATS
