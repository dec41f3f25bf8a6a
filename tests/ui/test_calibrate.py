"""`groundsmith calibrate`: what it promises, what it can't, and that the promise serves."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from assistant import Assistant, create_home
from tests.conftest import MATCHING
from tests.fakes import WordEncoder
from tuning.exam.questions import read_questions
from tuning.opening import open_whole
from ui.command import main
from ui.commands import calibrate
from ui.exams.calibrating import unbarred
from ui.sample import QUESTIONS

KETTLES = 66
Row = dict[str, Any]


@pytest.fixture(scope="module")
def examined(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A document for each kettle with one fact in it, and every question asked once."""
    home = create_home(tmp_path_factory.mktemp("kettles") / "home", MATCHING)
    for number in range(KETTLES):
        text = f"# Kettle {name(number)}\n\nThe {name(number)} kettle is descaled every {number + 2} months.\n"
        (home.documents / f"{number}.md").write_text(text, encoding="utf-8")
    assistant = open_whole(home.root, WordEncoder())
    assistant.library.sync()
    questions, _ = read_questions([written(home.exams, ALL)])
    unbarred(assistant, questions, lambda what, done, total: None)
    return home.root


@pytest.fixture
def kettles(examined: Path, tmp_path: Path) -> Path:
    return shutil.copytree(examined, tmp_path / "kettles")


def name(number: int) -> str:
    return "".join(random.Random(number).choices("bdfglmnprstv", k=9))


def asked(number: int) -> Row:
    wanted = [f"every {number + 2} months"]
    question = f"How often is the {name(number)} kettle descaled?"
    return {
        "id": f"{number}",
        "question": question,
        "answerable": True,
        "answers": wanted,
        "gold_ids": [f"{number}.md"],
    }


def absent(number: int) -> Row:
    return {
        "id": f"n{number}",
        "question": f"Who invented the {name(number + 500)}?",
        "answerable": False,
        "answers": [],
    }


ALL = [*map(asked, range(KETTLES)), *map(absent, range(KETTLES))]


def written(folder: Path, rows: list[Row]) -> Path:
    path = folder / "questions.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


@pytest.fixture
def command(kettles: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., int]:
    """The command on that Home, with the encoder whose cosines can be told by eye."""
    monkeypatch.setattr(calibrate, "open_whole", lambda root: open_whole(root, WordEncoder()))

    def run(rows: list[Row], *options: str) -> int:
        return main(["calibrate", str(kettles), "--questions", str(written(tmp_path, rows)), *options])

    return run


def served(kettles: Path) -> Assistant:
    return open_whole(kettles, WordEncoder())


def test_a_promise_is_made_and_serves(
    kettles: Path, command: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    assert command(ALL) == 0
    told = " ".join(capsys.readouterr().out.split())
    assert "Promised: of 100 answers, no more than 10 are wrong" in told
    assert "where 20 of 100 questions are not answered by the documents" in told
    assert "Coverage: it answers" in told and "It serves from the next question on." in told
    answer = served(kettles).ask(str(asked(3)["question"]))
    assert answer.certified and answer.abstention is None and "every 5 months" in answer.text
    assert served(kettles).ask(str(absent(400)["question"])).abstention is not None


def test_too_few_questions_promise_nothing_and_change_nothing(
    kettles: Path, command: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    before = served(kettles).threshold
    assert command([*map(asked, range(20)), *map(absent, range(20))]) == 0
    told = " ".join(capsys.readouterr().out.split())
    assert "Uncertified: nothing can be promised" in told
    assert "Too few questions to promise 10 of 100" in told and "questions like these would be needed" in told
    answer = served(kettles).ask(str(asked(3)["question"]))
    assert not answer.certified and answer.trace["decided"]["threshold"] == before
    assert "Too few questions" in answer.trace["decided"]["why"]


def test_a_promise_weaker_than_the_spec_says_what_to_write(
    kettles: Path, command: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    assert command(ALL, "--risk", "0.2", "--unanswerable", "0.1") == 0
    told = " ".join(capsys.readouterr().out.split())
    assert "It does not serve: the Spec asks for more" in told and "risk = 0.2 unanswerable = 0.1" in told
    assert not served(kettles).gate.bar.certified


def test_the_json_is_the_calibration(
    kettles: Path, command: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    assert command(ALL, "--json") == 0
    told = json.loads(capsys.readouterr().out)
    (path,) = (kettles / "calibration").iterdir()
    assert told == json.loads(path.read_text(encoding="utf-8")) | {"skipped": {}}
    assert told["certified"] and told["risk"] == 0.1 and told["unanswerable"] == 0.2


def test_a_second_run_asks_nothing_again_and_says_the_same(
    kettles: Path, command: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    """Though by then the Home serves by the first one's threshold."""
    assert command(ALL, "--json") == 0
    first = capsys.readouterr().out
    held = {path.name: path.read_bytes() for path in (kettles / "exams" / "answers").iterdir()}
    assert command(ALL, "--json") == 0
    assert capsys.readouterr().out == first
    assert {path.name: path.read_bytes() for path in (kettles / "exams" / "answers").iterdir()} == held


@pytest.mark.parametrize(
    ("option", "value", "limits"), [("--risk", "0.9", "0.01 to 0.5"), ("--unanswerable", "-1", "0 to 0.95")]
)
def test_what_cannot_be_promised_is_refused(
    command: Callable[..., int], capsys: pytest.CaptureFixture[str], option: str, value: str, limits: str
) -> None:
    assert command([asked(1)], option, value) == 2
    assert f"Choose from {limits}." in capsys.readouterr().err


def test_a_bad_row_is_named(command: Callable[..., int], capsys: pytest.CaptureFixture[str]) -> None:
    rows = [asked(1), {"id": "x"}]
    assert command(rows) == 2
    assert "line 2" in capsys.readouterr().err
    assert command(rows, "--skip-bad") == 0


@pytest.mark.models
@pytest.mark.slow
def test_the_sample_company_through_the_real_models(
    sample_home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Two dozen of its questions are too few for any promise, and that is what it says."""
    home = shutil.copytree(sample_home, tmp_path / "home")
    rows = [json.loads(line) for line in QUESTIONS.read_text(encoding="utf-8").splitlines()]
    twins = {row["twin_of"]: row for row in rows if row.get("twin_of")}
    some = [row for row in rows if row["id"] in twins][:12]
    questions = written(tmp_path, [*some, *(twins[row["id"]] for row in some)])
    assert main(["calibrate", str(home), "--questions", str(questions)]) == 0
    assert "Uncertified: nothing can be promised" in capsys.readouterr().out
    assert main(["ask", str(home), "How long are the boilers of the Heron 320 covered against leaks?", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["certified"] is False
