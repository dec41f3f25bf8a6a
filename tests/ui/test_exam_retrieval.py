"""`groundsmith exam --retrieval`: the table, the report, and what calls and rows that are off do."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from ui.command import main
from ui.sample import QUESTIONS

MEASURES = {"ndcg_at_10", "recall_at_5", "recall_at_10", "mrr_at_10"}
ROW = {"id": "a", "question": "What does VPN error 619 mean?", "answerable": True, "answers": ["blocked"]}
GOLD = {"gold_ids": ["it/vpn.md"]}

Exam = Callable[..., tuple[int, str, str]]

pytestmark = pytest.mark.models


@pytest.fixture
def exam(sample_home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Exam:
    """Of a question file or of these rows."""

    def run(questions: Path | Sequence[dict[str, Any]], *options: str) -> tuple[int, str, str]:
        file = questions if isinstance(questions, Path) else tmp_path / "questions.jsonl"
        if not isinstance(questions, Path):
            file.write_text("".join(f"{json.dumps(row)}\n" for row in questions), encoding="utf-8")
        code = main(["exam", str(sample_home), "--retrieval", str(file), *options])
        return code, *capsys.readouterr()

    return run


def test_the_sample_company_is_reported(exam: Exam, tmp_path: Path) -> None:
    out = tmp_path / "report.json"
    code, shown, _ = exam(QUESTIONS, "--limit", "24", "--json", str(out))
    assert code == 0
    assert shown.startswith("24 questions, encoder all-MiniLM-L6-v2")
    report = json.loads(out.read_text(encoding="utf-8"))
    assert set(report["metrics"]) == {"dense", "lexical", "hybrid"}
    for how, metrics in report["metrics"].items():
        assert how in shown
        assert set(metrics) >= MEASURES
        for name, metric in metrics.items():
            assert 0 <= metric["low"] <= metric["value"] <= metric["high"] <= 1
            assert f"{metric['value']:.3f} [{metric['low']:.3f}, {metric['high']:.3f}]" in shown
            assert (name in shown) == (name in MEASURES)  # success is recall where each has one gold id
    assert report["metrics"]["hybrid"]["recall_at_5"]["value"] > 0.8
    assert "hybrid minus the better of its parts" in shown
    assert "folder: manuals" in shown


def test_two_runs_give_the_same_report(exam: Exam, tmp_path: Path) -> None:
    outs = [tmp_path / "first.json", tmp_path / "second.json"]
    shown = [exam(QUESTIONS, "--limit", "12", "--json", str(out))[1].replace(str(out), "") for out in outs]
    assert shown[0] == shown[1]
    assert outs[0].read_bytes() == outs[1].read_bytes()


def test_what_is_left_out_or_missing_is_said(exam: Exam) -> None:
    history = [{"role": "user", "content": "Hello"}, {"role": "assistant", "content": "Hello!"}]
    rows = [
        ROW | GOLD | {"history": history},
        ROW | {"id": "b", "gold_ids": ["it/vpn.md", "it/none.md"]},
        ROW | {"id": "c"},
        ROW | {"id": "d", "answerable": False, "answers": []},
    ]
    code, shown, _ = exam(rows)
    assert code == 0
    assert "2 questions" in shown
    assert "With several gold ids: 1" in shown
    assert "success_at_5" in shown
    assert "Follow-ups: 1 (asked by their last turn" in shown
    assert "Skipped: 1 (names no gold_ids" in shown
    assert "Skipped: 1 (not answerable" in shown
    assert "  b: it/none.md" in shown


def test_a_bad_row_is_named_and_the_rest_used_on_request(exam: Exam) -> None:
    rows = [ROW | GOLD, ROW | GOLD | {"id": "b", "question": ""}]
    code, _, error = exam(rows)
    assert code == 2
    assert "line 2" in error
    assert "--skip-bad" in error
    assert exam(rows, "--skip-bad")[0] == 0


@pytest.mark.parametrize(
    ("rows", "options", "code", "says"),
    [
        ([ROW], [], 2, "gold_ids"),
        ([ROW | {"gold_ids": ["nowhere.md"]}], [], 2, "Sync the documents"),
        ([ROW | GOLD], ["--html", "page.html"], 2, "--html belongs to"),
        ([ROW | GOLD], ["--against", "abstain"], 2, "--against belongs to"),
        ([ROW | GOLD], ["--json", "no-folder/report.json"], 10, "a folder that exists"),
    ],
)
def test_what_cannot_be_done_has_a_remedy(
    exam: Exam, rows: list[dict[str, Any]], options: list[str], code: int, says: str
) -> None:
    ended, _, error = exam(rows, *options)
    assert ended == code
    assert says in error


@pytest.mark.parametrize("options", [[], ["--questions", "a.jsonl", "--retrieval", "b.jsonl"]])
def test_an_exam_is_of_one_thing(options: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["exam", "home", *options])
    assert stopped.value.code == 2
    assert "--retrieval" in capsys.readouterr().err
