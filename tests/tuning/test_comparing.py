"""Two systems side by side: who gained, who lost, and whether the questions can tell."""

from __future__ import annotations

import pytest

from tuning.exam.comparing import Changed, comparison
from tuning.exam.run import Examination
from tuning.nouns import Cited, Outcome, Question

GOLD = Cited("w#0", "w", "It lasts 24 months.", "It lasts 24 months.", True)
QUESTIONS = [
    Question(f"q{number}", f"Question {number}?", True, ("24 months",), gold_ids=("w",)) for number in range(9)
]


def said(*right: int) -> Examination:
    """Answers these rightly, and abstains from the rest."""
    outcomes = [
        Outcome(question.id, False, 0.9, "24 months", (GOLD,))
        if number in right
        else Outcome(question.id, True, 0.1, "", (), "insufficient")
        for number, question in enumerate(QUESTIONS)
    ]
    return Examination("here" if 0 in right else "there", outcomes, {})


def test_what_was_gained_and_lost_is_shown_with_both_answers() -> None:
    found = comparison(QUESTIONS, said(0, 1, 2), said(2, 3))
    assert found.against == "there"
    assert [changed.id for changed in found.gained] == ["q0", "q1"]
    assert found.lost == (Changed("q3", "Question 3?", ("24 months",), None, "24 months"),)
    assert found.differences["right"].value == pytest.approx(1 / 9)
    assert found.p == pytest.approx(1.0)  # two against one
    assert found.verdict.startswith("no difference")


def test_the_verdict_follows_the_test_and_its_direction() -> None:
    most = comparison(QUESTIONS, said(*range(9)), said(8))
    assert most.p == pytest.approx(2 / 2**8)
    assert most.verdict == "better"
    assert comparison(QUESTIONS, said(8), said(*range(9))).verdict == "worse"


def test_only_what_both_were_asked_is_compared() -> None:
    half = Examination("there", said(1, 2).outcomes[:3], {})
    found = comparison(QUESTIONS, said(*range(9)), half)
    assert [changed.id for changed in found.gained] == ["q0"]
    assert found.differences["right"].n == 3


def test_nothing_in_common_is_no_difference() -> None:
    found = comparison(QUESTIONS, said(0), Examination("there", [], {}))
    assert (found.p, found.differences, found.gained) == (None, {}, ())
    assert found.verdict.startswith("no difference")


def test_rows_that_can_not_tell_change_no_side() -> None:
    untold = [Question("q0", "Question 0?", True)]
    assert comparison(untold, said(0), said(1)).gained == ()
