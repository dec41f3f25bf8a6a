"""Personal data by its form: what is found, and what only looks like it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.personal import masked, masked_trace


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("Mail ada.l+x@mail.example.org, please", "Mail [e-mail], please"),
        ("Is DE89 3704 0044 0532 0130 00 and not mine", "Is [account] and not mine"),
        ("de89370400440532013000", "[account]"),
        ("GB82-WEST-1234-5698-7654-32!", "[account]!"),
        ("Card 4111 1111 1111 1111?", "Card [card]?"),
        ("4012888888881881", "[card]"),
        ("Call +49 (0)30 1234-567 now", "Call [phone] now"),
        ("0049 30 1234567", "[phone]"),
        ("030/123456 or 0170 1234567", "[phone] or [phone]"),
        ("(555) 010-1234, 555-010-1234", "[phone], [phone]"),
    ],
)
def test_personal_data_is_masked(text: str, stored: str) -> None:
    assert masked(text) == stored


@pytest.mark.parametrize(
    "text",
    [
        "What does VPN error 619 mean?",
        "From 2024-12-31 to 01.12.2025, and on 01/12/2024",
        "10,000,000 pieces at 0.25 each",
        "Order 1234567890123, part 00123, version 1.2.3",
        "4111 1111 1111 1112",
        "Heron 320 and Dunlin 400",
        "a@b",
    ],
)
def test_what_only_looks_like_it_is_kept(text: str) -> None:
    assert masked(text) == text


@given(st.text())
def test_what_is_masked_has_nothing_left_to_mask(text: str) -> None:
    assert masked(masked(text)) == masked(text)


def test_of_a_trace_the_names_of_passages_stay() -> None:
    trace = {
        "found": [{"passage": "0170 1234567@1:0-9"}],
        "dropped": ["0170 1234567@2:0-9"],
        "read_as": {"question": "Is 0170 1234567 right?", "parts": ["0170 1234567"], "turns": 2},
    }
    kept = masked_trace(trace)
    assert kept["found"] == trace["found"]
    assert kept["dropped"] == trace["dropped"]
    assert kept["read_as"] == {"question": "Is [phone] right?", "parts": ["[phone]"], "turns": 2}
