"""Plain statements, asked for what they are about, what is done, and how."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.tuning.papers import passages
from tuning.drafting.drafts import WAYS, drafts_of, sound
from tuning.drafting.telling import telling
from tuning.drafting.wording import names_in


def told(sentence: str) -> dict[str, str]:
    some = passages({"paper.md": f"# Paper\n\n## Section\n\n{sentence}\n"})
    drafts = sound(drafts_of(some, names_in(one.text for one in some), (telling,)), Counter())
    assert all(draft.span in draft.passage.text for draft in drafts)
    return {draft.question: draft.answer for draft in drafts}


@pytest.mark.parametrize(
    ("sentence", "question", "answer"),
    [
        (
            "The clock cell keeps the time for two years.",
            "What keeps the time for two years?",
            "The clock cell",
        ),
        (
            "A spare key must be left at the front desk.",
            "What must be left at the front desk?",
            "A spare key",
        ),
        ("The service plan covers all wearing parts.", "What does the service plan cover?", "all wearing parts"),
        ("The form may not replace the signed letter.", "What may the form not replace?", "the signed letter"),
        (
            "You can open the case by turning the brass screw.",
            "How can I open the case?",
            "by turning the brass screw",
        ),
        (
            "The filter is cleaned by rinsing the mesh under the tap.",
            "How is the filter cleaned?",
            "by rinsing the mesh under the tap",
        ),
    ],
)
def test_a_statement_becomes_its_question(sentence: str, question: str, answer: str) -> None:
    assert told(sentence)[question] == answer


@pytest.mark.parametrize(
    "sentence",
    [
        "The technician comes to the house on the agreed day.",  # a person is no what
        "Every machine of the range leaves the works on a pallet.",  # nor is every one
        "It keeps the time for two years.",
        "The lamp flashes and the machine pumps the water out.",  # two things are said
        "The boilers are tested by the supplier every year.",  # who, not how
        "The package will show how much space the program will.",
        "Never open the hot vessel.",
        "The machine leaves the works with two full tanks.",
    ],
)
def test_what_can_not_be_asked_so_is_left_alone(sentence: str) -> None:
    assert told(sentence) == {}


def test_an_exam_does_without_them() -> None:
    assert telling not in WAYS
