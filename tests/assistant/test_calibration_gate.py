"""Gate 1 with a calibration: whose threshold counts, what the answer says of it, and when it does not count."""

from __future__ import annotations

import json
import math
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from assistant import Assistant, Decision, Finding
from assistant.calibration.bounds import Counts
from assistant.calibration.files import path_of, save
from assistant.calibration.nouns import Calibration, Confidence, Feature, Level
from assistant.calibration.walk import bound
from assistant.card import CARD
from assistant.format import FORMAT_VERSION
from assistant.gate import NONE_YET, OWNERS, backend_of
from assistant.nouns import Bar
from retrieval import ModelError
from tests.assistant.making import Liar

ASKED = "How long is the warranty from delivery?"
COUNTS = Counts(100, 80, 0, 60, 0)
CONFIDENCE = Confidence((Feature("score", 0.0, 1.0, 1.0),), 0.0)  # the log-odds themselves
THRESHOLD = 0.7


@pytest.fixture
def assistant(assistant: Assistant) -> Assistant:
    """As the tests' assistant, with no threshold of its owner's, and a reader that gives one feature."""
    assistant.spec = replace(assistant.spec, decision=replace(assistant.spec.decision, threshold=-1.0))
    assistant.reader = reader(2.0)
    return assistant


def reader(score: float, confidence: float = 0.6, **features: float) -> Liar:
    return Liar(Finding(0, 12), Decision(0, confidence, {"score": score, **features}))


def calibration(assistant: Assistant, risk: float = 0.1, unanswerable: float = 0.2) -> Calibration:
    level = Level(0.8, THRESHOLD, COUNTS, bound(COUNTS, unanswerable))
    backend = backend_of(assistant.reader, assistant.library)
    return Calibration(backend, risk, unanswerable, CONFIDENCE, (level,), 50, 100, True, "")


def odds(chance: float) -> float:
    return math.log(chance / (1 - chance))


def test_without_one_the_shipped_threshold_serves_uncertified(assistant: Assistant) -> None:
    answer = assistant.ask(ASKED)
    assert answer.confidence == 0.6 and not answer.certified and answer.to_json()["certified"] is False
    assert answer.trace["decided"]["threshold"] == 0.5
    assert answer.trace["decided"]["why"] == NONE_YET


@pytest.mark.parametrize(("chance", "answered"), [(0.71, True), (0.69, False)])
def test_the_calibrated_probability_meets_the_calibrated_threshold(
    assistant: Assistant, chance: float, answered: bool
) -> None:
    """Whatever the reader itself thinks."""
    for own in (0.01, 0.99):
        assistant.reader = reader(odds(chance), own)
        save(assistant.library.home, calibration(assistant))
        answer = assistant.ask(ASKED)
        assert (answer.abstention is None) == answered
        assert answer.confidence == pytest.approx(chance)
        assert answer.certified and answer.to_json()["certified"] is True
        decided = answer.trace["decided"]
        assert (decided["threshold"], decided["certified"], decided["why"]) == (THRESHOLD, True, "")


def test_it_counts_from_the_next_question_on(assistant: Assistant) -> None:
    assert not assistant.ask(ASKED).certified
    path = save(assistant.library.home, calibration(assistant))
    assert assistant.ask(ASKED).certified and assistant.threshold == THRESHOLD
    path.unlink()
    assert not assistant.ask(ASKED).certified and assistant.threshold == 0.5


def test_the_owners_threshold_goes_first(assistant: Assistant) -> None:
    save(assistant.library.home, calibration(assistant))
    assistant.spec = replace(assistant.spec, decision=replace(assistant.spec.decision, threshold=0.55))
    answer = assistant.ask(ASKED)
    assert answer.confidence == 0.6 and not answer.certified
    assert assistant.gate.bar == Bar(0.55, why=OWNERS)


@pytest.mark.parametrize("features", [{}, {"score": math.nan}, {"score": math.inf}, {"other": 1.0}])
def test_a_missing_feature_is_not_made_up(assistant: Assistant, features: dict[str, float]) -> None:
    save(assistant.library.home, calibration(assistant))
    assistant.reader = Liar(Finding(0, 12), Decision(0, 0.6, features))
    answer = assistant.ask(ASKED)
    assert answer.confidence == 0.6 and not answer.certified and answer.abstention is None
    assert answer.trace["decided"]["threshold"] == 0.5
    assert answer.trace["decided"]["why"] == "this question has no score"


def test_what_is_malformed_stays_so(assistant: Assistant) -> None:
    save(assistant.library.home, calibration(assistant))
    assistant.reader = reader(9.0, math.nan)
    answer = assistant.ask(ASKED)
    assert answer.abstention is not None and answer.abstention.reason == "malformed" and not answer.certified


@pytest.mark.parametrize(
    ("wanted", "why"),
    [
        ({"risk": 0.05}, "it was calibrated for a risk of 0.1, and the Spec asks for 0.05"),
        (
            {"unanswerable": 0.3},
            "it was calibrated for a share of 0.2 unanswerable questions, and the Spec counts on 0.3",
        ),
    ],
)
def test_a_promise_weaker_than_the_spec_asks_for_does_not_count(
    assistant: Assistant, wanted: dict[str, float], why: str
) -> None:
    save(assistant.library.home, calibration(assistant))
    assistant.spec = replace(assistant.spec, decision=replace(assistant.spec.decision, **wanted))
    assert assistant.gate.bar == Bar(0.5, why=why)
    stronger = {"risk": 0.2, "unanswerable": 0.1}
    assistant.spec = replace(assistant.spec, decision=replace(assistant.spec.decision, **stronger))
    assert assistant.gate.bar.certified


def test_one_that_is_uncertified_says_why(assistant: Assistant) -> None:
    bad = replace(calibration(assistant), confidence=None, levels=(), certified=False, why="Too few questions.")
    save(assistant.library.home, bad)
    assert assistant.gate.bar == Bar(0.5, why="Too few questions.")


def test_another_reader_does_not_use_it(assistant: Assistant) -> None:
    save(assistant.library.home, calibration(assistant))
    other = reader(2.0)
    other.identity = ("another liar",)
    assistant.reader = other
    assert assistant.gate.bar.why == NONE_YET


def test_a_damaged_file_is_an_error_with_its_remedy_and_loses_nothing(assistant: Assistant) -> None:
    path = save(assistant.library.home, calibration(assistant))
    path.write_text(path.read_text(encoding="utf-8")[:100], encoding="utf-8")
    with pytest.raises(ModelError, match="Calibrate again"):
        assistant.ask(ASKED)
    save(assistant.library.home, calibration(assistant))
    assert assistant.ask(ASKED).certified


# What an adapter brings along


def adapted(assistant: Assistant, table: object) -> Assistant:
    folder = assistant.library.home.adapters / "first"
    folder.mkdir(exist_ok=True)
    (folder / CARD).write_text(json.dumps({"calibration": table}), encoding="utf-8")
    found = reader(2.0)
    found.adapter = "first"
    return replace(assistant, reader=found)


def by_card(assistant: Assistant) -> Calibration:
    found = calibration(adapted(assistant, None))
    return replace(found, backend=replace(found.backend, reading=""))


def test_a_card_brings_a_calibration_and_the_homes_own_goes_first(assistant: Assistant) -> None:
    served = adapted(assistant, asdict(by_card(assistant)))
    assert served.gate.bar == Bar(THRESHOLD, certified=True)
    own = calibration(served)
    save(served.library.home, replace(own, levels=(replace(own.levels[0], threshold=0.9),)))
    assert served.gate.bar == Bar(0.9, certified=True)
    assert adapted(assistant, None).gate.bar.threshold == 0.9


def test_a_card_calibrated_elsewhere_serves_uncertified_and_says_why(assistant: Assistant) -> None:
    found = by_card(assistant)
    other = replace(found, backend=replace(found.backend, finding="another encoder"))
    bar = adapted(assistant, asdict(other)).gate.bar
    assert (bar.threshold, bar.certified) == (0.5, False)
    assert "the calibration in the card of first was made for another backend" in bar.why
    assert "another encoder" in bar.why and "words-1" in bar.why
    assert not adapted(assistant, {"threshold": 0.5}).gate.bar.certified
    assert adapted(assistant, None).gate.bar.why == NONE_YET


def test_an_exam_knows_which_calibration_it_examined(assistant: Assistant) -> None:
    before = assistant.gate.identity
    save(assistant.library.home, calibration(assistant))
    assert assistant.gate.identity != before


def test_the_file_is_found_by_the_backend_alone(assistant: Assistant, tmp_path: Path) -> None:
    backend = backend_of(assistant.reader, assistant.library)
    assert backend.format == FORMAT_VERSION and backend.finding == "words-1, reranker none, 6 passages"
    assert path_of(assistant.library.home, backend).is_relative_to(tmp_path)
