"""An exam may be killed at any moment: the same command goes on, and its report has the same numbers."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.retrieval.homes import SEED, SHARE
from ui.sample import QUESTIONS, create_sample_home

KILLS = max(1, round(10 * SHARE))
ASKED = 3  # questions
TIMED = ("seconds", "first_evidence")

pytestmark = [pytest.mark.models, pytest.mark.slow]


def exam(home: Path, out: Path, questions: Path) -> subprocess.Popen[bytes]:
    """With the language model: in bf16 a number that owed anything to what was asked before would show it."""
    told = ["exam", str(home), "--questions", str(questions), "--adapter", "none", "--json", str(out)]
    return subprocess.Popen([sys.executable, "-m", "ui.command", *told], stdout=subprocess.DEVNULL)


def finished(home: Path, out: Path, questions: Path) -> dict[str, Any]:
    with exam(home, out, questions) as child:
        assert child.wait(timeout=280) == 0
    return dict(json.loads(out.read_text(encoding="utf-8")))


def timeless(found: Any) -> Any:
    if isinstance(found, dict):
        return {key: timeless(value) for key, value in found.items() if not key.startswith(TIMED)}
    return [timeless(value) for value in found] if isinstance(found, list) else found


def shown(folder: Path, rows: Sequence[str]) -> Path:
    file = folder / "questions.jsonl"
    file.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return file


@pytest.mark.timeout(1800)
def test_a_killed_exam_goes_on_and_ends_with_the_same_numbers(tmp_path: Path) -> None:
    rows = [row for row in QUESTIONS.read_text(encoding="utf-8").splitlines() if not json.loads(row).get("history")]
    questions = shown(tmp_path, rows[:ASKED])
    homes = [create_sample_home(tmp_path / name).root for name in ("whole", "killed")]
    for home in homes:
        subprocess.run([sys.executable, "-m", "ui.command", "sync", str(home)], check=True, stdout=subprocess.DEVNULL)
    began = time.monotonic()
    whole = finished(homes[0], tmp_path / "whole.json", questions)
    lasted, chance = time.monotonic() - began, random.Random(SEED)
    kept = 0
    for _ in range(KILLS):
        with exam(homes[1], tmp_path / "killed.json", questions) as child:
            time.sleep(chance.uniform(0.1, 0.7) * lasted)
            child.kill()
        answers = sorted((homes[1] / "exams" / "answers").glob("*.jsonl"))
        held = sum(file.read_bytes().count(b"\n") for file in answers)
        assert held >= kept, "what was answered before is lost"
        kept = held
    killed = finished(homes[1], tmp_path / "killed.json", questions)
    assert timeless(killed) == timeless(whole)
    assert len(killed["rows"]) == ASKED
