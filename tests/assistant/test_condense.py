"""Follow-ups become questions that stand alone, from words that were said and no others."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.conversation.condense import REACH, Past, condense
from assistant.conversation.history import past_in
from assistant.conversation.topic import WORD

KETTLE = Past("How often must I descale the Plover 50 kettle?", "Every 3 months.", "Plover 50: care")
PAST = (KETTLE,)


@pytest.mark.parametrize(
    ("question", "alone"),
    [
        ("And the Avocet?", "How often must I descale the Avocet kettle?"),
        ("What about the Avocet 70?", "How often must I descale the Avocet 70 kettle?"),
        ("And the smaller Avocet?", "And the smaller Avocet (descale kettle)?"),
        ("How often is it on the Avocet?", "How often must I descale the Avocet kettle?"),
        ("What does it cost on the Avocet?", "What does it cost on the Avocet (descale kettle)?"),
        ("Why?", "Why: How often must I descale the Plover 50 kettle?"),
        ("How do I rinse it?", "How do I rinse it (descale Plover 50 kettle)?"),
        ("What does that cost", "What does that cost (descale Plover 50 kettle)?"),
        ("replacement filters", "replacement filters (descale Plover 50 kettle)?"),
        ("Und die Garantie?", "Und die Garantie (descale Plover 50 kettle)?"),
        ("Und danach?", "Und danach (descale Plover 50 kettle)?"),
        ("Et pour l'Avocet ?", "Et pour l'Avocet (descale Plover 50 kettle)?"),
        ("¿Y cuánto cuesta?", "¿Y cuánto cuesta (descale Plover 50 kettle)?"),
    ],
)
def test_what_is_left_out_is_taken_over(question: str, alone: str) -> None:
    assert condense(question, PAST) == alone


@pytest.mark.parametrize(
    "question",
    [
        "Who pays for the return of goods?",
        "How many months does the warranty of the Avocet run?",
        "Is it true that the Avocet has two boilers?",
        "Is it possible to pay by invoice?",
        "Which invoices that arrive late are refused?",
        "Wie lange gilt die Garantie auf Ersatzteile?",
        "How do I clean a kettle with vinegar?",  # it says again what it is about
    ],
)
def test_a_question_of_its_own_is_left_as_it_is(question: str) -> None:
    assert condense(question, PAST) == question


def test_without_a_conversation_nothing_is_taken_over() -> None:
    for past in ((), (Past(""),)):
        assert condense("And the Avocet?", past) == "And the Avocet?"


def test_what_was_not_named_before_is_named_now() -> None:
    assert condense("The Avocet", (Past("How do I clean it?"),)) == "How do I clean it (Avocet)?"


def test_a_chain_of_follow_ups_keeps_what_was_asked() -> None:
    past = [KETTLE, Past("And the Avocet?"), Past("And the Plover 90?")]
    assert condense("And the Stint?", past) == "How often must I descale the Stint kettle?"
    assert condense("Why?", past) == "Why: How often must I descale the Plover 90 kettle?"


def test_the_name_of_what_was_cited_is_taken_over_and_its_kind_is_not() -> None:
    past = (Past("Which kettle is the smallest?", "It holds a litre.", "Plover 50 kettle: user manual"),)
    assert condense("What does it weigh?", past) == "What does it weigh (kettle smallest Plover 50)?"


def test_old_turns_fade() -> None:
    past = [Past("How long is the warranty of the Avocet?"), *[KETTLE] * REACH]
    assert "Avocet" not in condense("How do I rinse it?", past)


def test_history_as_an_exam_brings_it() -> None:
    said = [("user", "One?"), ("assistant", "1."), ("user", "Two?")]
    past = past_in({"role": role, "content": content} for role, content in said)
    assert past == [Past("One?", "1."), Past("Two?")]


TEXTS = st.text(max_size=60)


@given(TEXTS, st.lists(st.builds(Past, TEXTS, TEXTS, TEXTS), max_size=4))
def test_nothing_is_invented(question: str, past: list[Past]) -> None:
    alone = condense(question, past)
    said = " ".join([question, *(f"{turn.question} {turn.answer} {turn.title}" for turn in past)])
    assert set(WORD.findall(alone)) <= set(WORD.findall(said))
    assert alone == condense(question, past)
