"""Quotes: where an answer stands, which units carry it, and what gate 2 makes of it."""

from __future__ import annotations

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from assistant.borders import ends, starts
from assistant.check import numbers, supported, verbatim
from assistant.format import neutralise
from assistant.nouns import Finding, Quote
from assistant.quote import carrying, locate, quote
from retrieval import Passage
from tests.assistant.making import passage

BOILER = "The warranty of the boiler lasts 24 months."
PUMP = "Pump: a warranty of 24 months."
units = st.lists(
    st.text(alphabet="ab é漢🙂[]1:.,-\u0301", min_size=1, max_size=12).map(str.strip).filter(bool),
    min_size=1,
    max_size=5,
)


def said(found: Passage, place: tuple[int, int] | None) -> str:
    assert place is not None
    return quote(found, carrying(found, *place)).text


@pytest.mark.parametrize(("asked", "wanted"), [("the pump", PUMP), ("the boiler", BOILER)])
def test_of_several_places_the_one_closest_to_the_question(asked: str, wanted: str) -> None:
    for order in ((BOILER, PUMP), (PUMP, BOILER)):
        found = passage(*order, at=7)
        assert said(found, locate(found, "24 months", f"How long is the warranty of {asked}?")) == wanted


def test_words_that_every_text_has_draw_no_answer_to_them() -> None:
    found = passage("It is what it is in the end: 5 years.", "Pump: 5 years.")
    assert said(found, locate(found, "5 years", "How long is it in the case of the pump?")) == "Pump: 5 years."


def test_of_equals_the_first() -> None:
    found = passage("One pump.", "One pump.")
    assert locate(found, "One pump", "How many?") == (0, 8)


def test_an_answer_is_no_part_of_a_word_or_number() -> None:
    found = passage("The part lasts 124 months.", "It is an art of 24 months.")
    for answer in ("24 months", "art"):
        assert said(found, locate(found, answer, "part 124")) == "It is an art of 24 months."
    assert locate(passage("party of 124 months"), "art", "art?") is None


def test_a_dash_within_a_range_makes_no_number_negative() -> None:
    found = passage("From 2020 :-1 on.")
    place = locate(found, "-1", "From when?")
    assert place is not None
    assert supported(Finding(*place), found, quote(found, found.units))


def test_an_answer_that_is_not_there_has_no_place() -> None:
    assert locate(passage("One pump."), "two pumps", "How many?") is None
    assert locate(passage("One pump."), "", "How many?") is None


def test_neutralised_words_lead_back_to_the_source() -> None:
    """`[2]` reads as `(2)` in the prompt; both stand in the passage, and the second is meant."""
    found = passage("See (2) for tea.", "See [2] for the pump.")
    place = locate(found, "See (2) for the pump", "Where is the pump?")
    assert place is not None
    assert found.text[slice(*place)] == "See [2] for the pump"
    assert found.text[slice(*(locate(found, "(2)", "the pump") or (0, 0)))] == "[2]"


def test_an_answer_across_two_units_is_quoted_with_both() -> None:
    found = passage("It lasts long.", "Up to 24 months.", "Then it ends.", at=100)
    place = locate(found, "long. Up to 24 months", "How long?")
    assert place is not None
    assert carrying(found, *place) == list(found.units[:2])
    quoted = quote(found, carrying(found, *place))
    assert quoted == Quote("It lasts long. Up to 24 months.", 100, 131)
    assert supported(Finding(*place), found, quoted)


@pytest.mark.parametrize(
    ("start", "end", "carried"), [(0, 4, 1), (4, 5, 0), (3, 6, 2), (5, 9, 1), (9, 12, 0), (-5, 0, 0)]
)
def test_units_carry_what_lies_in_them(start: int, end: int, carried: int) -> None:
    assert len(carrying(passage("aaaa", "bbbb"), start, end)) == carried


@settings(deadline=None)
@given(units, st.integers(0, 50), st.data())
def test_every_span_is_found_again_and_its_quote_is_verbatim(said: list[str], at: int, data: st.DataObject) -> None:
    found = passage(*said, at=at)
    document = "x" * at + found.text + "yy"
    safe = neutralise(found.text)
    start = data.draw(st.sampled_from(starts(safe)))
    end = data.draw(st.sampled_from(ends(safe)))
    assume(start < end)
    place = locate(found, safe[start:end], said[0])
    assert place is not None
    assert safe[slice(*place)] == safe[start:end]
    quoted = quote(found, carrying(found, *place))
    assert document[quoted.start : quoted.end] == quoted.text
    assert verbatim(quoted, document)
    assert supported(Finding(*place), found, quoted)


@settings(deadline=None)
@given(units, st.integers(-60, 60), st.integers(-60, 60))
def test_gate_2_lets_through_whole_words_of_the_passage_only(said: list[str], start: int, end: int) -> None:
    found = passage(*said)
    carried = carrying(found, start, end)
    if not carried or not supported(Finding(start, end), found, quote(found, carried)):
        return
    assert 0 <= start < end <= len(found.text)
    text = found.text[start:end].strip()
    assert text in quote(found, carried).text
    assert not (start and found.text[start - 1].isalnum() and found.text[start].isalnum())


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("1,200 EUR or 1.5", {"1200", "1.5"}),
        ("from -5 to −7", {"-5", "-7"}),
        ("2020-2024", {"2020", "2024"}),
        ("no numbers", set()),
        ("٣ pumps", {"٣"}),
    ],
)
def test_numbers_by_eye(text: str, found: set[str]) -> None:
    assert numbers(text) == found


@pytest.mark.parametrize(
    "finding",
    [
        Finding(16, 24),  # 4 months of 24 months
        Finding(19, 24),  # onths
        Finding(4, 7),  # pum
        Finding(0, 0),
        Finding(5, 3),
        Finding(-9, 8),
        Finding(0, 999),
    ],
)
def test_gate_2_refuses(finding: Finding) -> None:
    found = passage("The pump lasts 24 months.")
    assert not supported(finding, found, quote(found, found.units))


def test_gate_2_refuses_another_number_with_the_same_digits() -> None:
    found = passage("124 months.", "24 months.")
    assert supported(Finding(12, 21), found, quote(found, found.units[1:]))
    assert not supported(Finding(12, 21), found, quote(found, found.units[:1]))


def test_gate_2_refuses_numbers_that_the_quote_does_not_have() -> None:
    found = passage("Two pumps.", "24 months.")
    assert supported(Finding(11, 20), found, quote(found, found.units[1:]))
    assert not supported(Finding(11, 20), found, quote(found, found.units[:1]))


@pytest.mark.parametrize(
    "claimed", [Quote("pump", 4, 8), Quote("", 0, 0), Quote("The", 1, 4), Quote("pumps", 4, 8), Quote("ump", -8, -5)]
)
def test_only_the_document_makes_a_quote_verbatim(claimed: Quote) -> None:
    document = "The pump lasts"
    assert verbatim(claimed, document) == (claimed == Quote("pump", 4, 8))
