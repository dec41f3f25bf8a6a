"""`groundsmith exam HOME --forgetting FOLDER`: the table, the report, and what is refused."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from assistant import create_home
from assistant.language.embedded import READER
from retrieval import Home, resolve
from tests.assistant.test_likelihood import NAME, save_adapter
from tests.tuning.test_forgetting import CHOICE, POLAR, rows, write
from tuning.exam.forgetting import Forgetting
from tuning.exam.leaks import leaks
from tuning.exam.probes import Probes
from tuning.exam.retention import LEAST, Weighed, by_file, pooled, worst
from tuning.nouns import Metric
from ui.command import main
from ui.exams.forgetting import text

ROWS = [
    CHOICE,
    CHOICE | {"id": "c", "question": "What burns?", "choices": ["dry wood", "the sea", "a wet stone"]},
    CHOICE | {"id": "d", "question": "To open a tin,", "choices": ["use a tin opener", "sing to it"]},
    POLAR,
    POLAR | {"id": "e", "question": "can a stone swim?", "answer": "no"},
    {"id": "f", "type": "open", "question": "Why?"},
]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return create_home(tmp_path / "home")


@pytest.fixture
def probes(tmp_path: Path) -> Path:
    return write(tmp_path / "probes", "things.jsonl", *ROWS)


def refused(capsys: pytest.CaptureFixture[str], *arguments: object) -> str:
    assert main(["exam", *map(str, arguments)]) != 0
    return capsys.readouterr().err


# What is refused


def test_a_folder_that_is_not_there(home: Home, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    error = refused(capsys, home.root, "--forgetting", tmp_path / "nowhere")
    assert "nowhere is not there" in error and "*.jsonl" in error


def test_bad_rows_are_named_and_may_be_left_out(home: Home, probes: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(probes, "worse.jsonl", CHOICE | {"answer": 9}, "{")
    error = refused(capsys, home.root, "--forgetting", probes)
    assert "worse.jsonl, line 1: answer is 9; it must be the place of a choice, 0 to 1" in error
    assert "worse.jsonl, line 2" in error and "--skip-bad" in error
    error = refused(capsys, home.root, "--forgetting", probes, "--skip-bad", "--adapter", "unknown")
    assert "no adapter 'unknown'" in error


@pytest.mark.parametrize("option", [("--html", "page.html"), ("--against", "none"), ("--limit", "0")])
def test_options_that_mean_nothing_here(
    home: Home, probes: Path, option: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert option[0].strip("-") in refused(capsys, home.root, "--forgetting", probes, *option)


def test_one_exam_at_a_time(home: Home, probes: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["exam", str(home.root), "--forgetting", str(probes), "--questions", str(probes / "things.jsonl")])
    assert "not allowed with" in capsys.readouterr().err


# The table


def report(weighed: list[Weighed], replies: dict[Any, list[str]], moved: Metric | None = None) -> Forgetting:
    return Forgetting(
        files=by_file(weighed, 0),
        pooled=pooled(weighed, 0),
        worst_group=worst(weighed, 0),
        kl_per_token=moved,
        leaks=leaks(["Hello", "Count"], replies, []),
        rows=[{} for _ in weighed],
        model="small",
        framing=1,
        seed=0,
    )


def test_both_sides_and_what_was_lost_are_shown() -> None:
    weighed = rows("xx" * LEAST, "x." * LEAST, slice="tools") + rows(".x", "xx", file="other")
    replies = {"base": ["Hi", "1"], "tuned": ["Hi", "Cited:none"]}
    shown = text(report(weighed, replies, Metric(0.25, 0.2, 0.3, 40)), None, Probes())
    line = next(line for line in shown.splitlines() if line.startswith("set "))
    assert line.split()[1:4] == ["40", "1.000", "1.000"]
    assert "0.500 [" in line and "-0.500 [" in line and line.endswith("0.500")
    assert "Worst of 1 groups: set: tools, -0.500" in shown
    assert "Chosen by likelihood, length-normalised by bytes: other, set" in shown
    assert "not surely better than guessing, so little can be forgotten: other, set" in shown
    assert "KL(base‖tuned) on plain chat: 0.250 [0.200, 0.300] nats a token, over 40 tokens" in shown
    assert "Leaks into 2 plain chats: base 0, tuned 1, p = 1.000" in shown
    assert "tuned, Count → Cited:none" in shown


def test_without_an_adapter_there_is_one_column() -> None:
    shown = text(report(rows("x.", None), {"base": ["Hi", "1"]}), None, Probes(skipped={"x.jsonl: why not": 3}))
    assert "no adapter" in shown and "3 rows skipped: x.jsonl: why not" in shown
    assert "tuned" not in shown and "KL" not in shown and "Worst" not in shown
    assert "Leaks into 2 plain chats: base 0\n" in shown + "\n"


# The whole way, with the embedded model


@pytest.fixture
def one_thread() -> Iterator[None]:
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.mark.models
@pytest.mark.slow
def test_an_adapter_beside_its_base(
    home: Home, probes: Path, tmp_path: Path, one_thread: None, capsys: pytest.CaptureFixture[str]
) -> None:
    import torch
    from transformers import AutoModelForCausalLM

    plain = AutoModelForCausalLM.from_pretrained(resolve(NAME, [READER]), dtype=torch.float32)
    save_adapter(plain, home.adapters / "first")
    out = tmp_path / "report.json"
    call = ["exam", str(home.root), "--forgetting", str(probes), "--json", str(out)]
    assert main([*call, "--adapter", "first"]) == 0
    shown = capsys.readouterr()
    assert "with the adapter first" in shown.out and "1 rows skipped" in shown.out
    tuned = json.loads(out.read_text(encoding="utf-8"))
    assert tuned["adapter"] == "first" and tuned["model"] == NAME
    assert tuned["kl_per_token"]["value"] > 0.01
    assert {"base", "tuned", "delta", "retention", "mcnemar_p"} == tuned["files"]["things"]["accuracy"].keys()
    first = out.read_bytes()
    assert main([*call, "--adapter", "first"]) == 0
    assert out.read_bytes() == first
    assert main([*call, "--adapter", "none"]) == 0
    base = json.loads(out.read_text(encoding="utf-8"))
    assert base["adapter"] is None and "kl_per_token" not in base
    assert base["files"]["things"]["accuracy"] == {"base": tuned["files"]["things"]["accuracy"]["base"]}
    assert [row["base"] for row in base["rows"]] == [row["base"] for row in tuned["rows"]]
