"""The benchmark of answers measures what it says: on a tiny model, whose figures mean nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from assistant import open_assistant
from benchmarks.answer_speed import in_a_row, second_question
from benchmarks.at_once import alone_and_beside, askers
from benchmarks.copying import copied, copies, costs
from benchmarks.rounds import Round, figures, in_turn, share, together
from benchmarks.sides import Sides, sides
from tests.assistant.tiny import tiny_base, tiny_home
from tests.fakes import WordEncoder
from tuning.nouns import Question, Source

pytestmark = [pytest.mark.models, pytest.mark.usefixtures("one_thread")]
PUMP = Source("pump", "Pump", "The pump hums. " * 20)
FIREPLACE = Source(
    "kettle",
    "Fireplace",
    "The chimney of a fireplace is swept once a year. In houses with two of them, both are swept on the same day.",
)
KETTLE = Source("kettle", "Kettle", "Descale the kettle every 3 months.")
ROWS = [
    Question(str(number), asked, True, ("hums",), passages=tuple(sources), gold_ids=("kettle",))
    for number, (asked, sources) in enumerate(
        [
            ("What hums?", [PUMP, KETTLE]),
            ("What is descaled, and how often is that?", [PUMP, KETTLE]),
            ("Does the kettle hum?", [KETTLE]),
            ("Does the pump hum?", [PUMP]),
        ]
    )
]


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory, folder: Path) -> Path:
    return tiny_base(tmp_path_factory.mktemp("tiny") / "base", folder)


@pytest.fixture(scope="module")
def both(base: Path) -> Sides:
    return sides("fp32", base)


@contextmanager
def passes(both: Sides) -> Iterator[list[int]]:
    """How many tokens go through our weights, pass by pass."""
    read: list[int] = []
    hook = both.language._model.register_forward_pre_hook(
        lambda module, args, kwargs: read.append(kwargs["input_ids"].shape[1]), with_kwargs=True
    )
    yield read
    hook.remove()


def test_the_peer_decides_as_ours_does(both: Sides) -> None:
    assert [both.decided(both.language, row) for row in ROWS] == [both.peer_decided(row) for row in ROWS]


def test_of_a_second_question_only_what_is_new_is_read(both: Sides) -> None:
    with passes(both) as read:
        found = second_question(both, ROWS, 2, 2)
    assert (found["questions"], found["same"], len(found["ratios"])) == (1, 1.0, 2)
    first, last = both.language.count(both.messages(ROWS[0])), both.language.count(both.messages(ROWS[1]))
    assert first < sum(read) / 2 < first + last


def test_questions_in_a_row_bring_other_sources_each_time(both: Sides) -> None:
    found = in_a_row(both, ROWS, 9, 1)
    assert found["questions"] == 3
    assert found["against_peer"]["same"] == found["against_forgetting"]["same"] == 1.0


def test_what_is_not_copied_does_not_count(both: Sides) -> None:
    assert copies(both, ROWS, 2) == []


@pytest.mark.slow
def test_copied_answers_are_drafted_and_written_as_freely(folder: Path) -> None:
    """By the embedded model: one that has learned nothing copies nothing."""
    both = sides("fp32", folder)
    (copy,) = copies(both, [replace(ROWS[2], passages=(FIREPLACE,))], 2)
    length = len(both.language.wording.tokens(copy.said))
    with passes(both) as read:
        found = copied(both, [copy], 1)
    assert (found["answers"], found["same"]) == (1, 1.0)
    assert len(read) < length / 3
    with passes(both) as read:
        found = costs(both, [copy], 1)
    assert (found["same"], len(found["more"])) == (1.0, 1)
    assert read.count(1) > 1.5 * length  # both write a token a pass


def test_all_are_told_the_same_alone_and_beside_others(both: Sides) -> None:
    found = alone_and_beside(both, ROWS)
    assert found["requests"] == found["same"] == len(ROWS)
    assert found["tokens"] > 0


def test_askers_at_once_are_told_what_they_are_told_one_by_one(tmp_path: Path, base: Path) -> None:
    home = tiny_home(tmp_path / "home", base)
    assistant = open_assistant(home.root, WordEncoder())
    assistant.spec = replace(assistant.spec, model=replace(assistant.spec.model, reader="model"))
    assistant.library.sync()
    found = askers(assistant, ["How long does the warranty last?", "How often should I descale the kettle?"], 2)
    assert (found["questions"], found["same"], len(found["ratios"])) == (2, 1.0, 2)


def test_figures_by_eye() -> None:
    rounds = [Round(1.0, 2.0, 1.0), Round(2.0, 2.0, 0.5), Round(1.0, 3.0, 1.0)]
    found = figures(rounds)
    assert (found["same"], found["ratios"], found["ratio"]) == (0.5, [2.0, 1.0, 3.0], 2.0)
    assert together(rounds[:2]) == Round(3.0, 4.0, 0.75)
    assert share("abcd", "abxd") == 0.75


def test_who_is_first_changes() -> None:
    order: list[str] = []
    for number in range(2):
        assert in_turn(number, lambda: order.append("ours"), lambda: order.append("theirs")).same == 1.0
    assert order == ["ours", "theirs", "theirs", "ours"]
