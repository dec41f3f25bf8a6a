"""The report: what becomes of each question, which figures a baseline wins, and a JSON that is what its words say."""

from __future__ import annotations

import json
import re
from dataclasses import fields, replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.support.verifiers import levels
from tests.reported import FATES, OUTCOMES, QUESTIONS, compared, reported
from tests.test_house import ROOT
from tuning.exam.curves import Curves
from tuning.exam.directions import HIGHER, LOWER, NEITHER, beats, sense, surely, won
from tuning.exam.fates import GOOD, fate, per_hundred, tally
from tuning.exam.metrics import measure
from tuning.exam.report import Judged, Report
from tuning.nouns import Metric, Question

DOCUMENTED = set(re.findall(r"`([a-z_]\w*)`", (ROOT / "docs" / "report.md").read_text(encoding="utf-8")))


@pytest.fixture
def found(tmp_path: Path) -> Report:
    return reported(tmp_path)


# ------------------------------------------------------------------------------------- what becomes of a question


def test_each_question_ends_in_one_way(found: Report) -> None:
    assert {row.id: row.fate for row in found.rows} == FATES
    assert {name: share.value for name, share in found.fates.items()} == pytest.approx({
        "right_answer": 1 / 7, "right_refusal": 2 / 7, "wrong_answer": 1 / 7,
        "answered_unanswerable": 2 / 7, "refused_answerable": 1 / 7,
    })  # fmt: skip


def test_good_ends_are_what_is_right(found: Report) -> None:
    assert sum(found.fates[name].value for name in GOOD) == pytest.approx(found.metrics["right"].value)
    assert all((row.fate in GOOD) == row.right for row in found.rows)


def test_a_row_that_does_not_say_what_is_right_has_no_end() -> None:
    untold = Question("u", "What?", True)
    assert fate(untold, replace(OUTCOMES[0], id="u")) is None
    assert tally([None]) == {}


@given(st.lists(st.sampled_from([*FATES.values(), None]), min_size=1, max_size=400).filter(any))
def test_a_hundred_is_a_hundred(ends: list[None]) -> None:
    shares = tally(ends)
    counts = per_hundred(shares)
    assert sum(counts.values()) == 100
    assert abs(sum(counts[name] for name in GOOD) - 100 * sum(shares[name].value for name in GOOD)) <= 0.5 + 1e-9
    assert all(abs(counts[name] - 100 * share.value) < 2 for name, share in shares.items())


def test_a_row_carries_what_was_wanted_and_said(found: Report) -> None:
    first, refused = found.rows[0], found.rows[2]
    assert (first.question, first.answers, first.answer) == (QUESTIONS[0].question, ("24 months",), "24 months")
    assert first.citations[0].quote == "The warranty lasts 24 months from delivery."
    assert first.sources == QUESTIONS[0].passages
    assert (first.best_is_gold, found.rows[1].best_is_gold, found.rows[3].best_is_gold) == (True, True, None)
    assert (refused.forced, refused.found, refused.yes_no) == ("Yes: It covers the boiler.", ("Care, p. 1",), True)


# ------------------------------------------------------------------------------------- beside a baseline


def test_every_figure_has_its_direction() -> None:
    verifiers = {verifier.name: verifier.supports for verifier in levels()}
    claims = [
        replace(question, claims=(("24 months",),)) if question.answerable else question for question in QUESTIONS
    ]
    told = measure(claims, OUTCOMES, verifiers=verifiers)
    assert {"trust_score", "aurc", "seconds_p95"} <= told.keys()
    assert told.keys() <= HIGHER | LOWER | NEITHER
    assert not (HIGHER & LOWER or HIGHER & NEITHER or LOWER & NEITHER)


def test_a_baseline_that_is_better_is_named(found: Report) -> None:
    silence = found.baselines["always abstain"]
    better = won(found.metrics, silence)
    assert {"right", "answered_unanswerable"} <= set(better)  # silence is right on 4 of 7, and makes nothing up
    assert not {"refused_answerable", "answered_ratio", "answer_f1"} & set(better)


def test_margins_are_paired_differences(found: Report) -> None:
    margin = found.margins["always abstain"]
    for name in ("right", "refused_answerable", "answer_f1"):
        other = found.baselines["always abstain"][name].value
        assert margin[name].value == pytest.approx(found.metrics[name].value - other)
    assert margin["right"].low <= margin["right"].value <= margin["right"].high


@pytest.mark.parametrize(
    ("name", "value", "other", "better"),
    [("right", 0.5, 0.4, True), ("right", 0.4, 0.4, False), ("ece", 0.1, 0.2, True), ("ece", 0.2, 0.1, False),
     ("answered_ratio", 0.9, 0.1, False)],
)  # fmt: skip
def test_better_depends_on_the_direction(name: str, value: float, other: float, better: bool) -> None:
    assert beats(name, Metric(value, 0, 1, 9), Metric(other, 0, 1, 9)) is better


@pytest.mark.parametrize(
    ("low", "high", "up", "down"), [(0.1, 0.2, 1, -1), (-0.2, -0.1, -1, 1), (-0.1, 0.1, 0, 0), (0.0, 0.1, 0, 0)]
)
def test_sure_is_an_interval_on_one_side(low: float, high: float, up: int, down: int) -> None:
    difference = Metric((low + high) / 2, low, high, 9)
    assert (surely("right", difference), surely("aurc", difference)) == (up, down)
    assert sense("answered_ratio") == surely("answered_ratio", difference) == 0


# ------------------------------------------------------------------------------------- its JSON


def test_the_json_is_strict_and_survives(tmp_path: Path) -> None:
    found = reported(tmp_path, against=compared()).to_json()
    text = json.dumps(found, ensure_ascii=False, allow_nan=False)
    again = json.loads(text)
    assert again["metrics"]["right"] == found["metrics"]["right"]
    assert again["rows"][0]["citations"][0]["quote"] == "The warranty lasts 24 months from delivery."
    assert again["against"]["verdict"] == "no difference that these questions can tell"
    assert [one["id"] for one in again["against"]["lost"]] == ["a2~twin", "h2"]
    assert json.dumps(again, ensure_ascii=False) == text


def test_without_another_system_against_is_null(found: Report) -> None:
    assert found.to_json()["against"] is None


def test_every_key_is_documented() -> None:
    keys = {field.name for kind in (Report, Judged, Curves) for field in fields(kind)}
    assert keys <= DOCUMENTED, keys - DOCUMENTED


def test_the_keys_that_everyone_agrees_on_are_there(found: Report) -> None:
    agreed = {
        "metrics",
        "slices",
        "baselines",
        "rows",
        "model",
        "adapter",
        "format",
        "mix",
        "questions_sha256",
        "seconds",
    }
    assert agreed <= found.to_json().keys()
    row = {"id", "answer", "abstained", "reason", "confidence", "citations", "right"}
    assert row <= found.to_json()["rows"][0].keys()
