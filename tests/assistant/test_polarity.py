"""Which questions are answered with Yes or No."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.polarity import asks_yes_or_no

YES = [
    "Is the warranty transferable?",
    "Are spare parts in stock?",
    "Was the policy changed in 2026?",
    "Were the tests passed?",
    "Do I have to pay for shipping?",
    'Does the agreement contain a clause on "Source Code Escrow"?',
    "Did the price go up?",
    "Can I return an opened machine?",
    "Could the supplier terminate early?",
    "May I work from abroad?",
    "Must the filter be replaced?",
    "Shall the Receiving Party destroy copies?",
    "Should I descale it with vinegar?",
    "Will the firmware update itself?",
    "Would a surge void the warranty?",
    "Has the manual been updated?",
    "Have prices changed since 2025?",
    "Had the contract expired?",
    "Am I allowed to expense lunch?",
    "Is there a spare key?",
    "Don't we get a discount?",
    "Isn't the pump covered?",
    "Can’t I use tap water?",
    "Won't it freeze?",
    'According to this agreement, is the following true? "Receiving Party shall not use it. What happens is secret."',
    "For the Heron 300, is descaling needed?",
    "If I return it, do I get my money back?",
    "My pump broke. Can I return it?",
    "The warranty covers the pump, doesn't it?",
    "The warranty is two years, right?",
    "Can you tell me if the boiler is covered?",
    "Do you know whether we ship to Norway?",
    "Please tell me whether the VPN works on a phone?",
    "is it dishwasher safe",
    "I bought a kettle. Is it covered",
]
NO = [
    "Which is the largest model?",
    "What is the warranty period?",
    "How long is the warranty?",
    "Who must sign the form?",
    "When does the office open?",
    "Why was the firmware withdrawn?",
    "How many days of leave do I have?",
    "Can you tell me how long the warranty lasts?",
    "Could you list the service plans?",
    "Do you know what the boiler costs?",
    "According to this agreement, who is the licensee?",
    "If the light blinks, what do I do?",
    "In which countries, if any, is it sold?",
    'What does the agreement say about "Is it so?"',
    "Is it covered? If so, for how long?",
    "The isthmus canal fee",
    "Maybe the price of the kettle",
    "Must-have tools for technicians",
    "Tell me about the warranty.",
    "I'd like to know how much the Heron costs.",
    "Canned coffee price",
    "Warranty period of the Heron 300",
]


@pytest.mark.parametrize("question", YES)
def test_questions_of_yes_or_no(question: str) -> None:
    assert asks_yes_or_no(question)


@pytest.mark.parametrize("question", NO)
def test_all_other_questions(question: str) -> None:
    assert not asks_yes_or_no(question)


@settings(deadline=None)
@given(st.text(max_size=200))
def test_white_space_around_a_question_changes_nothing(question: str) -> None:
    assert asks_yes_or_no(question) == asks_yes_or_no(f"  {question} ")
