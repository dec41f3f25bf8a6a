"""`groundsmith teach`: what it prints before and after, and what it refuses before any work."""

from __future__ import annotations

import argparse
from pathlib import Path

import pytest

from assistant import create_home
from tests.reported import QUESTIONS, reported
from tests.tuning.test_verdict import GOOD
from tuning.nouns import Metric
from tuning.teaching.teach import Plan, Taught
from tuning.teaching.verdict import Verdict, judged
from tuning.training.course import Planned
from ui.command import main
from ui.commands.teach import _plan, _text

KEPT = judged(GOOD | {"pair_switch": Metric(-0.1, -0.2, 0.0, 80)})
FEW = judged(GOOD | {"pair_switch": Metric(0.2, 0.1, 0.3, 12)})


def refused(capsys: pytest.CaptureFixture[str], *arguments: object) -> str:
    assert main(["teach", *map(str, arguments)]) == 2
    return capsys.readouterr().err


def test_what_cannot_be_is_refused_before_any_work(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    home = create_home(tmp_path / "home")
    assert "holds no documents" in refused(capsys, home.root)
    assert "--why" in refused(capsys, home.root, "--anyway")
    assert "no length of time" in refused(capsys, home.root, "--budget", "soon")
    assert not list(home.adapters.iterdir())


def test_the_plan_says_what_and_how_long_and_what_it_takes() -> None:
    training = Planned(rows=540, left_out=0, steps=120, seconds=1500, rounds=3.5, memory=0)
    plan = Plan("first", None, training, {"train": 210, "calibrate": 48, "exam": 44}, QUESTIONS[:3], QUESTIONS)
    told = "\n".join(_plan(plan))
    assert "Teaching first, from the base model." in told
    assert "540 rows, of 210 passages; 120 steps, about 25 minutes" in told
    assert "calibrate:  3 questions (3 answerable), of 48 passages" in told
    assert "7 questions (3 answerable, 2 twin, 2 hard), of 44 passages" in told
    for needed in ("59 pairs", "59 answerable", "99 multiple-choice"):
        assert needed in " ".join(told.split())
    again = Plan("second", "first", None, plan.passages, (), QUESTIONS)
    assert "Teaching second, from first." in "\n".join(_plan(again)) and "train:      done" in "\n".join(_plan(again))


@pytest.mark.parametrize(
    ("found", "adopted", "said", "next_step"),
    [
        (judged(GOOD), True, "first is better, and serves everyone", "groundsmith rollback home"),
        (KEPT, False, "what serves goes on serving", "groundsmith adopt home first --anyway"),
        (FEW, False, "yours to decide", "groundsmith adopt home first --anyway"),
        (KEPT, True, "because you said so", "groundsmith rollback home"),
    ],
)
def test_the_table_and_the_verdict(found: Verdict, adopted: bool, said: str, next_step: str, tmp_path: Path) -> None:
    told = _text(Taught("first", found, reported(tmp_path), adopted), argparse.Namespace(home="home", domain=None))
    assert said in " ".join(told.split()) and next_step in told
    heads, *rows = told.strip().splitlines()
    assert heads.split() == ["before:", "always", "abstain", "after"]
    assert rows[0].startswith("pair_switch") and rows[0].count("[") == 2
    assert all(reason.split(":")[0] in " ".join(told.split()) for reason in found.reasons)
