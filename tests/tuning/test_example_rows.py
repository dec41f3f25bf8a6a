"""Examples go through a file unchanged, and a row that can't be learned from says why."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tuning.examples.rows import read_examples, write_examples
from tuning.nouns import Example, Source

SOURCES = (Source("a#1", "Warranty", "It lasts 24 months."), Source("b#1", "Returns", "Within 30 days."))
ANSWERED = Example(
    "1",
    "How long is the warranty?",
    SOURCES,
    (0,),
    "24 months",
    origin="documents",
    evidence=("It lasts 24 months.",),
    documents=("a",),
    licence="CC-BY-4.0",
    slice="duration",
    history=({"role": "user", "content": "Hello"},),
)
JUDGED = Example("2", "Does it last?", SOURCES, (0, 1), "Yes")
TWIN = Example("3", "How long is the warranty?", SOURCES[1:], kind="twin", twin_of="1")
NEAR = Example("4", "How long is the lease?", SOURCES, kind="hard")
PROSE = Example("5", "Sum it up.", (), answer="Done. [1]", messages=({"role": "user", "content": "Sum it up."},))


def test_examples_go_through_a_file_unchanged(tmp_path: Path) -> None:
    path = tmp_path / "examples.jsonl"
    written = [ANSWERED, JUDGED, TWIN, NEAR, PROSE]
    write_examples(path, written)
    assert read_examples([path]) == (written, [])


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ({"answerable": True, "answers": ["x"]}, "none of its passages is named in gold_ids"),
        ({"answerable": True}, "answerable, but answers is empty"),
        ({"answerable": False, "kind": "answerable"}, "kind is answerable"),
        ({"answerable": False, "evidence": "x"}, "evidence is"),
        ({"answerable": False, "messages": [{"role": "robot", "content": "x"}]}, "a role in messages"),
    ],
)
def test_a_row_that_cannot_be_learned_from_says_why(tmp_path: Path, row: dict[str, object], why: str) -> None:
    path = tmp_path / "examples.jsonl"
    path.write_text(json.dumps({"id": "1", "question": "What?"} | row) + "\n", encoding="utf-8")
    examples, problems = read_examples([path])
    assert not examples
    assert problems[0].line == 1
    assert why in problems[0].reason
