"""The whole way with the sample company's documents and a tiny model that learns nothing worth having: every stage is
real, an interruption anywhere goes on, and what serves is not touched before the verdict."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from assistant import Assistant, serving
from assistant.adapters import named, noted
from assistant.calibration.nouns import Calibration
from assistant.card import read_card
from assistant.gate import backend_of
from assistant.language.embedded import READER
from assistant.spec import ModelSpec, write_spec
from retrieval import HomeBusy, UsageError, resolve
from retrieval.home import alone
from tests.assistant.tiny import tiny_base
from tests.fakes import WordEncoder
from tuning.exam.probes import read_probes
from tuning.examples.making import Making, made
from tuning.examples.shape import Shape
from tuning.examples.shelf import shelf
from tuning.examples.sides import sides
from tuning.examples.store import kept, put
from tuning.nouns import Question
from tuning.opening import open_whole
from tuning.teaching import trying
from tuning.teaching.state import FOLDER, Begun, begin, folder_of
from tuning.teaching.teach import Doing, Plan, Wish, teach
from tuning.teaching.trying import PROBES, prompts, with_their_questions
from tuning.teaching.verdict import counts
from tuning.training.dials import Dials
from tuning.training.run import Progressed
from ui.sample import SPEC, create_sample_home

FAST = Dials(budget=10, rank=2, rounds=0.3, replay=0.0)


# What ships


def test_the_probes_are_enough_for_a_verdict_and_right_in_form() -> None:
    found = read_probes(PROBES)
    assert not found.problems and not found.skipped
    assert len(found.probes) >= counts()["multiple-choice probes"]
    assert len({probe.question + " ".join(probe.choices) for probe in found.probes}) == len(found.probes)
    for probe in found.probes:
        assert len(set(probe.choices)) == len(probe.choices) == 4
    places = [probe.gold for probe in found.probes]
    assert max(map(places.count, range(4))) == len(places) / 4  # always choosing one place is right as often as chance
    assert len(set(prompts())) == 80


# What is kept of its beginning


def test_a_teaching_that_is_under_way_keeps_its_name(tmp_path: Path) -> None:
    home = create_sample_home(tmp_path / "home")
    first = begin(home, Begun("first", None, None), True)
    assert begin(home, Begun("second", None, "x"), False) == first
    assert begin(home, Begun("hr", "HR", None), True).begun.name == "hr"
    with pytest.raises(UsageError, match="first"):
        begin(home, Begun("second", None, None), True)


def test_a_twin_without_its_question_is_left_out() -> None:
    asked = [Question("1", "Who?", True, ("Ada",)), Question("2", "Who?", False, twin_of="1")]
    alone_there = Question("3", "Who?", False, twin_of="9")
    assert with_their_questions([*asked, alone_there]) == asked


# The whole way


@pytest.fixture
def assistant(tmp_path: Path) -> Assistant:
    base = tiny_base(tmp_path / "tiny", resolve(READER.name, [READER]))
    home = create_sample_home(tmp_path / "home")
    home.spec.write_text(write_spec(replace(SPEC, model=ModelSpec(base=str(base)))), encoding="utf-8")
    opened = open_whole(home.root, WordEncoder())
    opened.library.sync()
    return opened


def gather(assistant: Assistant) -> None:
    parted = sides(assistant.library)
    making = Making(shelf(assistant.library, parted, "train", None, 0), Shape(), 0, quiet)
    put(assistant.library.database, made(making, 60).rows)


def quiet(what: str, done: int, total: int) -> None:
    pass


def uncertified(assistant: Assistant, questions: Sequence[Question]) -> Calibration:
    backend = backend_of(assistant.reader, assistant.library)
    return Calibration(backend, 0.1, 0.2, None, (), 0, 0, False, "a test does not calibrate")


def doing(assistant: Assistant, plans: list[Plan], stop: Callable[[str], None] = lambda stage: None) -> Doing:
    def stepped(progressed: Progressed) -> None:
        stop("train")

    def calibrating(assistant: Assistant, questions: Sequence[Question]) -> Calibration:
        stop("calibrate")
        return uncertified(assistant, questions)

    def progress(what: str, done: int, total: int) -> None:
        stop(what)

    return Doing(partial(gather, assistant), calibrating, plans.append, stepped, progress)


@pytest.mark.models
@pytest.mark.slow
@pytest.mark.usefixtures("one_thread")
def test_the_whole_way_with_an_interruption_at_each_stage(
    assistant: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trying, "MANY", 12)
    home, plans = assistant.library.home, list[Plan]()
    examined = "Examining adapter first and pointing"
    for stage in ("Making questions", "train", "calibrate", examined, "Weighing choices, tuned"):

        def stop(now: str, stage: str = stage) -> None:
            if now == stage:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            teach(assistant, Wish(FAST, "first"), doing(assistant, plans, stop))
        assert serving(home) is None and not noted(home)
    taught = teach(assistant, Wish(FAST), doing(assistant, plans))
    assert taught.name == "first" and taught.verdict.decision == "yours" and not taught.adopted
    assert "59 are needed" in " ".join(taught.verdict.reasons)
    assert plans[-1].training is None and plans[0].training is not None  # trained once
    assert serving(home) is None and not folder_of(home, None).exists()
    card = read_card(home.adapters / "first")
    assert card.verdict == taught.verdict.to_json() and card.calibration is not None
    assert {"before", "after"} == card.exam.keys() and card.weights and card.data and card.documents
    assert (home.exams / "taught-first.jsonl").is_file()
    json.dumps(taught.to_json(), allow_nan=False)
    learned = {document for row in kept(assistant.library.database) for document in row.documents}
    assert not learned & {source.id.split("@")[0] for one in plans[-1].exam for source in one.passages or ()}


@pytest.mark.models
@pytest.mark.slow
@pytest.mark.usefixtures("one_thread")
def test_the_next_goes_on_from_what_serves_with_all_rows(assistant: Assistant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trying, "MANY", 6)
    home, plans = assistant.library.home, list[Plan]()
    anyway = Wish(FAST, "first", anyway=True, why="a test", who="ada")
    assert teach(assistant, anyway, doing(assistant, plans)).adopted
    before = serving(home)
    assert before is not None and before.name == "first" and noted(home)[-1]["why"] == "a test"
    teach(assistant, Wish(FAST, "second"), doing(assistant, plans))
    assert read_card(home.adapters / "second").continued_from == "first" and plans[-1].continued == "first"
    rows = [plan.training.rows for plan in plans if plan.training]
    assert rows[1] >= rows[0] and named(home) == ["first", "second"]
    assert serving(home) == before


def test_two_at_once_are_told(tmp_path: Path) -> None:
    assistant = open_whole(create_sample_home(tmp_path / "home").root, WordEncoder())
    lock = assistant.library.home.adapters / FOLDER / "teaching.lock"
    with alone(lock, "teaching this Home"), pytest.raises(HomeBusy, match="teaching this Home"):
        teach(assistant, Wish(FAST, "first"), doing(assistant, []))
