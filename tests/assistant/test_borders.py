"""Where an answer may begin and end."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.borders import ends, starts


def spans(text: str) -> set[str]:
    return {text[start:end] for start in starts(text) for end in ends(text) if start < end}


@pytest.mark.parametrize(
    ("text", "not_a_span"),
    [
        ("irresponsible", "responsible"),
        ("124 months", "24 months"),
        ("1.5 years", "5 years"),
        ("1,200 EUR", "200 EUR"),
        ("1,200 EUR", "1"),
        ("at -5 °C", "5 °C"),
        ("(−5 °C)", "5 °C"),
        ("You can't return it", "You can"),
        ("It doesn’t freeze", "It doesn"),
        ("cafe\u0301", "cafe"),
        ("हिन्दी", "हिन"),
        ("می\u200cخواهم", "خواهم"),
        ("👩\u200d💻 works", "💻 works"),
        ("👍🏽 yes", "👍"),
        ("🇩🇪 only", "🇪 only"),
        ("❤\ufe0f it", "❤"),
    ],
)
def test_nothing_whole_is_torn(text: str, not_a_span: str) -> None:
    assert not_a_span in text
    assert not_a_span not in spans(text)
    assert text in spans(text)


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("Einstein's theory", "Einstein"),
        ("a 24-month term", "24"),
        ("2020-2024", "2024"),
        ("(24 months)", "24 months"),
        ("costs $5.", "5"),
        ("costs $5.", "$5."),
        ("保証、二年", "二年"),
        ("a 🙂 b", "🙂"),
        ("über", "über"),
        ("- 5 pumps", "5 pumps"),
    ],
)
def test_what_people_cite_can_be_cited(text: str, span: str) -> None:
    assert span in spans(text)


@settings(deadline=None)
@given(st.text(max_size=60))
def test_borders_stand_at_letters_and_never_before_a_mark(text: str) -> None:
    for start in starts(text):
        assert not text[start].isspace()
        assert start == 0 or not unicodedata.category(text[start]).startswith("M")
    for end in ends(text):
        assert not text[end - 1].isspace()
        assert end == len(text) or not unicodedata.category(text[end]).startswith("M")
    for inner in set(starts(text)) | set(ends(text)):
        assert not (0 < inner < len(text) and text[inner - 1].isalnum() and text[inner].isalnum())


@settings(deadline=None)
@given(st.lists(st.sampled_from(["pump", "é", "漢字", "24", "x_1"]), min_size=1, max_size=8))
def test_every_word_between_spaces_is_a_span(words: list[str]) -> None:
    assert set(words) <= spans(" ".join(words))
