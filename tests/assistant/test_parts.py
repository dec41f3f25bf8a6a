"""Questions that ask for several things are taken apart; plain ones never are."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.conversation.parts import MOST, parts

SAMPLE = Path(__file__).resolve().parents[2] / "ui" / "sample" / "questions.jsonl"


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        (
            "Compare the warranty of the Plover and the Avocet.",
            ["What is the warranty of the Plover?", "What is the warranty of the Avocet?"],
        ),
        (
            "Compare the Plover with the Avocet in terms of weight",
            ["What is the weight of the Plover?", "What is the weight of the Avocet?"],
        ),
        ("What is the difference between the Plover and the Avocet?", ["What is the Plover?", "What is the Avocet?"]),
        (
            "What's the difference in price between the Plover and the Avocet?",
            ["What is the price of the Plover?", "What is the price of the Avocet?"],
        ),
        (
            "How heavy are both the Plover and the Avocet?",
            ["How heavy are the Plover?", "How heavy are the Avocet?"],
        ),
        (
            "What is the tank size of each of the Plover, the Avocet and the Stint?",
            [f"What is the tank size of the {name}?" for name in ("Plover", "Avocet", "Stint")],
        ),
        (
            "How heavy is the Plover, and what about the Avocet?",
            ["How heavy is the Plover", "How heavy is the Avocet"],
        ),
        (
            "How heavy is the Plover? And who repairs it?",
            ["How heavy is the Plover?", "who repairs it (heavy Plover)?"],
        ),
    ],
)
def test_each_thing_is_asked_for(question: str, asked: list[str]) -> None:
    assert [part.question for part in parts(question).asked] == asked


@pytest.mark.parametrize(
    "question",
    [
        "What is a kettle and why does it matter?",
        "What is the difference between debit and credit cards?",
        "What is the difference between the Plover and Avocet heating elements?",
        "Which machine has both hot and cold water?",
        "Compare debit and credit cards in terms of fees",
        "Terms and conditions",
        "How do I compare offers?",
        "Do both parties have to sign and return it?",
        "Is the following true? The pump and the boiler are covered.",
        "Is the pump covered? I hear it breaks.",
        "Compare what we said with what they said",
        "How long is it between order and delivery?",
        "",
    ],
)
def test_a_plain_question_stays_whole(question: str) -> None:
    assert not parts(question)


def test_no_question_of_the_sample_is_taken_apart() -> None:
    rows = [json.loads(line) for line in SAMPLE.read_text(encoding="utf-8").splitlines()]
    assert [row["question"] for row in rows if parts(row["question"])] == []


def test_parts_beyond_the_bound_are_named() -> None:
    found = parts("What is the price of each of A1, B2, C3, D4, E5 and F6?")
    assert [part.label for part in found.asked] == ["A1", "B2", "C3", "D4"]
    assert found.left == ("E5", "F6")


@given(st.text(max_size=120))
def test_whatever_is_asked_there_are_few_parts(question: str) -> None:
    assert len(parts(question).asked) in (0, *range(2, MOST + 1))
