"""`groundsmith exam`: the table, the report, and what bad rows do."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from ui.command import main
from ui.sample import QUESTIONS

ROW = {
    "id": "a",
    "question": "What does VPN error 619 mean?",
    "answerable": True,
    "answers": ["The network blocks VPN"],
}

pytestmark = pytest.mark.models


@pytest.fixture
def exam(sample_home: Path, tmp_path: Path) -> Callable[..., tuple[int, Path]]:
    def run(questions: Path, *options: str) -> tuple[int, Path]:
        out = tmp_path / "report.json"
        return main(["exam", str(sample_home), "--questions", str(questions), "--json", str(out), *options]), out

    return run


def test_the_sample_exam_is_reported(exam: Callable[..., tuple[int, Path]], capsys: pytest.CaptureFixture[str]) -> None:
    code, out = exam(QUESTIONS, "--limit", "20")
    assert code == 0
    shown = capsys.readouterr().out
    assert "95 % interval" in shown
    assert "always abstain" in shown
    report = json.loads(out.read_text(encoding="utf-8"))
    assert report["metrics"]["verbatim_rate"]["value"] == 1
    assert report["baselines"]["always abstain"]["refused_answerable"]["value"] == 1
    assert {"id", "answer", "abstained", "reason", "confidence", "citations", "right"} <= report["rows"][0].keys()


def test_a_report_that_cannot_be_written_names_the_remedy(
    sample_home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    nowhere = tmp_path / "no-folder" / "report.json"
    questions = ["--questions", str(QUESTIONS), "--limit", "2"]
    assert main(["exam", str(sample_home), *questions, "--json", str(nowhere)]) == 10
    assert "a folder that exists" in capsys.readouterr().err


def test_two_runs_give_the_same_numbers(exam: Callable[..., tuple[int, Path]]) -> None:
    first = json.loads(exam(QUESTIONS, "--limit", "12")[1].read_text(encoding="utf-8"))
    second = json.loads(exam(QUESTIONS, "--limit", "12")[1].read_text(encoding="utf-8"))
    assert first == second


def test_a_bad_row_is_named_and_the_rest_used_on_request(
    exam: Callable[..., tuple[int, Path]], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    questions = tmp_path / "questions.jsonl"
    questions.write_text(json.dumps(ROW) + "\n{broken\n", encoding="utf-8")
    code, _ = exam(questions)
    assert code == 2
    error = capsys.readouterr().err
    assert "line 2" in error
    assert "--skip-bad" in error
    assert exam(questions, "--skip-bad")[0] == 0
