"""Asking back is rare and right: only where nobody said which of several things is meant."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from assistant import open_assistant
from assistant.conversation.clarify import MOST, clarification
from retrieval import Hit
from tests.assistant.making import hit, passage
from ui.sample import QUESTIONS

RESET = "How do I reset it?"


def of(title: str, score: float = 1.0, text: str = "Hold the button for five seconds.", heading: str = "Reset") -> Hit:
    found = replace(passage(text, title=title, heading=(heading,)), document=title)
    return hit(found, score=score)


def readings(question: str, *hits: Hit) -> tuple[str, ...]:
    found = clarification(question, hits)
    return found.readings if found else ()


def test_it_names_what_could_be_meant() -> None:
    hits = [of("Avocet"), of("Plover", 0.99), of("Stint", 0.98)]
    found = clarification(RESET, hits)
    assert found and found.question == "Do you mean Avocet, Plover or Stint?"
    assert readings(RESET, *hits[:2]) == ("Avocet", "Plover")


@pytest.mark.parametrize(
    "hits",
    [
        [],
        [of("Avocet")],
        [of("Avocet"), of("Avocet", 0.99)],  # two passages of one document
        [of("Avocet"), of("Plover", 0.9)],  # clearly behind
        [of("Avocet"), of("Plover", 0.99, "Salaries are paid on Fridays.", "Pay")],  # about something else
    ],
)
def test_one_reading_is_no_question(hits: list[Hit]) -> None:
    assert clarification(RESET, hits) is None


@pytest.mark.parametrize(
    "question",
    ["How do I reset the Plover?", "How do I reset it on the Plover?", "How is a machine reset?"],
)
def test_a_question_that_says_what_it_is_about_is_not_unclear(question: str) -> None:
    pair = [of("Avocet 1 machine"), of("Plover 2 machine", 0.99)]
    assert clarification(question, pair) is None


def test_alike_passages_below_other_headings_are_two_readings() -> None:
    assert readings(RESET, of("Avocet", heading="Reset"), of("Plover", 0.99, heading="Start")) == ("Avocet", "Plover")


def test_there_are_not_too_many_readings() -> None:
    assert len(readings(RESET, *(of(f"Avocet {number}") for number in "123456"))) == MOST


@pytest.mark.models
def test_nothing_of_the_sample_is_asked_back(sample_home: Path) -> None:
    rows = [json.loads(line) for line in QUESTIONS.read_text(encoding="utf-8").splitlines()]
    plain = [row["question"] for row in rows if not row.get("history") and row["kind"] != "twin"]
    assistant = open_assistant(sample_home)
    many = assistant.spec.retrieval.passages
    assert len(plain) > 50
    assert [one for one in plain if clarification(one, assistant.library.searcher.search(one, many))] == []
    for question in ("How do I clean it?", "How do I descale it?"):
        assert len(readings(question, *assistant.library.searcher.search(question, many))) >= 2
