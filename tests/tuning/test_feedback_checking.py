"""What documents say to a correction: supported, contradicted, or silent; by words, and rather silent than wrong."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval import Hit, bring
from tuning.feedback.checking import check, says_nothing

WARRANTY = ("Warranty terms", "The warranty lasts 24 months from delivery.\nIt covers the pump.")
HERON = ("Heron 320 manual", "Both boilers of the Heron 320 are covered for 60 months against leaks.")
CURLEW = ("Curlew 500 manual", "Both boilers of the Curlew 500 are covered for 36 months against leaks.")
CARE = ("Kettle care", "The kettle is not dishwasher safe.\nDescale the kettle every 3 months.")
WATER = (
    "Filter care",
    "In hard water the filter is rinsed every 6 days.\nIn soft water the filter is rinsed every 10 days.",
)
HOURS = (
    "VPN",
    "The connection ends by itself after 11 hours, or after 40 minutes without traffic.\nWe answer until 18.00.",
)


def hits(*documents: tuple[str, str]) -> Sequence[Hit]:
    return [Hit(bring(title, title, text), 1.0, {}) for title, text in documents]


@pytest.mark.parametrize(
    ("question", "text", "documents", "verdict"),
    [
        ("How long is the warranty?", "24 months", [WARRANTY], "supported"),
        ("How long is the warranty?", "two years from delivery", [WARRANTY], "unsupported"),  # its words are others
        ("How long is the warranty?", "The warranty lasts twenty-four (24) months.", [WARRANTY], "supported"),
        ("After how many hours does the VPN throw me out?", "It throws you out after 11 hours.", [HOURS], "supported"),
        (
            "After how many hours does the VPN throw me out?",
            "It throws you out after 9 hours.",
            [HOURS],
            "contradicted",
        ),
        ("How long is the warranty?", "36 months", [WARRANTY], "contradicted"),
        ("How long is the warranty?", "The warranty lasts 36 months from delivery.", [WARRANTY], "contradicted"),
        ("How long is the warranty?", "Ask the dealer.", [WARRANTY], "unsupported"),
        ("How long is the guarantee on hats?", "24 months", [WARRANTY], "unsupported"),  # the value, of something else
        ("How long are the boilers of the Heron 320 covered?", "60 months", [HERON, CURLEW], "supported"),
        ("How long are the boilers of the Heron 320 covered?", "36 months", [HERON, CURLEW], "contradicted"),
        ("Is the kettle dishwasher safe?", "No", [CARE], "supported"),
        ("Is the kettle dishwasher safe?", "Yes", [CARE], "contradicted"),
        ("What about the dishwasher and the kettle?", "The kettle is dishwasher safe.", [CARE], "contradicted"),
        ("After how many hours does the connection end?", "after 11 hours", [HOURS], "supported"),
        ("After how many hours does the connection end?", "after 18 hours", [HOURS], "contradicted"),
        ("How often is the filter rinsed in hard water?", "every 6 days", [WATER], "supported"),
        ("How often is the filter rinsed in hard water?", "every 10 days", [WATER], "contradicted"),  # of soft water
        ("How long is the warranty?", "24 months", [], "unsupported"),
    ],
)
def test_verdicts(question: str, text: str, documents: list[tuple[str, str]], verdict: str) -> None:
    found = check(question, text, hits(*documents))
    assert found.verdict == verdict, found
    assert bool(found.evidence) == (verdict != "unsupported")


def test_the_evidence_is_named_and_quoted() -> None:
    found = check("How long is the warranty?", "36 months", hits(CARE, WARRANTY))
    assert found.why == "Your document says otherwise: Warranty terms."
    assert [one.quote.text for one in found.evidence] == ["The warranty lasts 24 months from delivery."]
    assert check("How long is the warranty?", "24 months", hits(WARRANTY)).why == "Warranty terms says so."


def test_documents_that_disagree_support_nothing() -> None:
    other = ("Warranty terms (dealers)", "The warranty lasts 24 months from delivery.")
    newer = ("Warranty terms", "The warranty lasts 36 months from delivery.")
    found = check("How long is the warranty?", "36 months", [*hits(newer), *hits(("Warranty", other[1]))])
    assert found.verdict == "contradicted"
    assert {one.passage.title for one in found.evidence} == {"Warranty", "Warranty terms"}


@pytest.mark.parametrize(
    "text",
    [
        "There is no answer.",
        "no answer",
        "It should have abstained",
        "not in our documents",
        "There’s none",
        "No.",
        "None of the above",
    ],
)
def test_that_there_is_no_answer_is_told_by_its_words(text: str) -> None:
    assert says_nothing(text) == (text not in ("There’s none", "No.", "None of the above"))


def test_silence_is_never_supported() -> None:
    """A document can only show that something may well be answered."""
    full, near = hits(WARRANTY), hits(CARE)
    assert check("How long is the warranty from delivery?", "There is no answer.", full).verdict == "contradicted"
    assert check("How long is the warranty of the kettle?", "There is no answer.", near).verdict == "unsupported"


@given(st.integers(1, 99), st.integers(1, 99))
def test_a_number_is_supported_exactly_where_it_is_said(said: int, corrected: int) -> None:
    document = ("Warranty terms", f"The warranty lasts {said} months from delivery.")
    found = check("How long is the warranty?", f"{corrected} months", hits(document))
    assert found.verdict == ("supported" if said == corrected else "contradicted")
