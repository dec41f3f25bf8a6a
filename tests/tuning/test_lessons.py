"""What a training learns from is what the assistant is asked when it serves."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from tests.tuning.crates import rows
from tuning.examples.lessons import lesson, lesson_from_files
from tuning.examples.rows import write_examples

SAID = (
    {"role": "user", "content": "What does Alder keep?"},
    {"role": "assistant", "content": "11 crates"},
)
BIRCH = "What does Birch keep?"


def test_a_follow_up_is_learned_as_the_question_that_it_becomes() -> None:
    first, *others = rows()
    follow_up = replace(first, question="And Birch?", history=SAID)
    found = lesson([follow_up, *others], "first")
    (learned,) = [one for one in (*found.learned, *found.held) if one.id == first.id]
    assert (learned.question, learned.history) == (BIRCH, ())
    assert (learned.sources, learned.gold, learned.answer) == (first.sources, first.gold, first.answer)


def test_so_are_those_of_files_and_those_that_are_held_back(tmp_path: Path) -> None:
    follow_up = replace(rows()[0], question="And Birch?", history=SAID)
    for name in ("learned", "held"):
        write_examples(tmp_path / f"{name}.jsonl", [replace(follow_up, id=name)])
    found = lesson_from_files([tmp_path / "learned.jsonl"], "first", held=[tmp_path / "held.jsonl"])
    assert [one.question for one in (*found.learned, *found.held)] == [BIRCH, BIRCH]
