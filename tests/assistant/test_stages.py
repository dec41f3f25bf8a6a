"""How long each stage of a question took: counted once, and only while it runs."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator

import pytest

from assistant import Assistant, Ended
from assistant.stages import Stages
from retrieval import Where

WARRANTY = "How long is the warranty from delivery?"
STAGES = ["search", "decide", "read", "check"]


class Clock:
    """Time passes where a test says so."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    def letters(self) -> Iterator[str]:
        for letter in "ab":
            self.now += 2.0
            yield letter


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(time, "perf_counter", clock)
    return clock


def test_every_stage_has_its_seconds(ada: Assistant) -> None:
    answer = ada.ask(WARRANTY)
    assert sorted(answer.seconds) == sorted(STAGES)
    assert all(took >= 0 for took in answer.seconds.values())


def test_a_stage_that_was_not_come_to_has_none(ada: Assistant) -> None:
    assert sorted(ada.ask("Who painted the zebra?").seconds) == ["decide", "search"]
    assert ada.ask("Hello").seconds == {}


def test_seconds_are_no_part_of_what_an_answer_is(ada: Assistant) -> None:
    (answer,) = (event.answer for event in ada.stream(WARRANTY) if isinstance(event, Ended))
    assert "seconds" not in answer.trace and "seconds" not in answer.to_json()


def test_a_stage_within_another_is_counted_once(clock: Clock) -> None:
    stages = Stages()

    def passing(letters: Iterator[str]) -> Iterator[str]:
        for letter in letters:
            clock.now += 1.0
            yield letter

    read = stages._timed("read", clock.letters())
    for _ in stages.check(passing(read)):
        clock.now += 100.0  # whoever shows it takes their time
    assert stages.seconds == {"read": 4.0, "check": 2.0}


def test_stages_of_several_parts_add_up(clock: Clock) -> None:
    stages = Stages()
    for _ in range(3):
        with stages.search("?", 6, "hybrid", Where(), ()):
            clock.now += 1.0
    assert stages.seconds == {"search": 3.0}


def test_what_was_searched_for_and_where_is_in_the_trace(ada: Assistant) -> None:
    trace = ada.ask(WARRANTY, where=Where(media="markdown"), without=["kettle.md"]).trace
    searched = {"how": "hybrid", "passages": 6, "where": {"media": ("markdown",)}, "without": ["kettle.md"]}
    assert trace["searched"] == searched | {"passages": ada.spec.retrieval.passages}
    assert json.dumps(trace)
    assert "searched" not in ada.ask("Hello").trace
