"""The firms that were written to learn from: every question can be set, and its answer stands where it is said to."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from tests.fakes import WordEncoder
from tuning.exam.questions import read_questions
from tuning.examples.shape import Shape
from tuning.ground.invented import FIRMS, Firm, firms
from tuning.nouns import Example

SHARE, SEED = float(os.environ.get("SOAK_SHARE", "0.1")), int(os.environ.get("SEED", "20261121"))
NAMES = sorted(folder.name for folder in FIRMS.iterdir() if folder.is_dir())
FIRST, *OTHERS = Random(SEED).sample(NAMES, max(2, round(SHARE * len(NAMES))))


@pytest.fixture(scope="module")
def homes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("homes")
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="module", params=[FIRST, *(pytest.param(name, marks=pytest.mark.slow) for name in OTHERS)])
def rows(request: pytest.FixtureRequest, homes: Path) -> tuple[Firm, list[Example]]:
    firm = next(one for one in firms(homes, WordEncoder(), Shape()) if one.name == request.param)
    return firm, [row for reading in firm.readings(Random(1)) for row in reading]


def test_its_questions_read_well(rows: tuple[Firm, list[Example]]) -> None:
    firm, _ = rows
    questions, problems = read_questions([firm.folder / "questions.jsonl"])
    assert not problems
    assert {question.kind for question in questions} == {"answerable", "hard"}


def test_the_answer_stands_in_its_source_and_a_twin_shows_none_that_holds_it(
    rows: tuple[Firm, list[Example]],
) -> None:
    _, made = rows
    for row in made:
        if row.gold and row.answer not in ("Yes", "No"):
            assert row.answer in row.sources[row.gold[0]].text
        if row.kind == "twin":
            assert not row.gold and row.sources


def test_nearly_every_question_that_has_an_answer_finds_it(rows: tuple[Firm, list[Example]]) -> None:
    """What is not found is no row; were it much, the evidence would not stand as it is said to."""
    firm, made = rows
    answerable = [asked for asked in firm._asked if asked.question.answerable]
    found = [row for row in made if row.gold]
    assert len(found) >= 0.6 * len(answerable), (firm.name, len(found), len(answerable))
