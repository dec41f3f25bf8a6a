"""When two statements contradict each other, and when they only look so."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant import Citation, Quote, Said
from assistant.conflict.asked import answers
from assistant.conflict.finding import Dispute, dispute
from assistant.conflict.newer import newest_first
from assistant.conflict.values import Value, compare, values
from assistant.support.wording import read
from retrieval import Passage
from tests.assistant.making import hit, passage

Place = tuple[str, tuple[str, ...]]
TERMS: Place = ("Warranty terms", ("Duration",))
FAQ: Place = ("FAQ", ())
POLICY: Place = ("Company policy", ())
HANDBOOK: Place = ("Staff handbook", ())


def page(document: str, place: Place, *units: str) -> Passage:
    return replace(passage(*units, title=place[0], heading=place[1]), id=f"{document}@1:0-1", document=document)


def disputed(question: str, own: Passage, *others: Passage, words: str = "") -> Dispute | None:
    """With the own passage's first unit as the answer, or these words of it."""
    unit = own.units[0]
    said = Said(words or own.quote(unit), (Citation(1, own, Quote(own.quote(unit), unit.start, unit.end), "quoted"),))
    return dispute(question, said, [hit(each) for each in (own, *others)])


CONTRADICTING: list[tuple[str, str, str, Place, Place]] = [
    ("How long is the warranty?", "The warranty lasts 24 months.", "The warranty lasts 36 months.", TERMS, FAQ),
    ("Is the warranty 24 months?", "The warranty lasts 24 months.", "The warranty lasts 36 months.", TERMS, FAQ),
    (
        "How long is the warranty?",
        "The warranty lasts 24 months from delivery.",
        "Our warranty is valid for three years from the date of purchase.",
        TERMS,
        ("About us", ()),
    ),
    (
        "How much per night is reimbursed?",
        "Hotel costs are reimbursed up to 120 euros per night.",
        "We refund hotel costs up to €150 per night.",
        ("Travel policy 2023", ()),
        ("Travel policy 2025", ()),
    ),
    (
        "How often must I change my password?",
        "Passwords must be changed every 90 days.",
        "Passwords must be changed every 180 days.",
        ("IT policy v1", ("3. Passwords",)),
        ("IT policy v2", ("4. Passwords",)),
    ),
    ("When does it start?", "The course starts on 3 March 2026.", "The course starts on 10 March 2026.", POLICY, FAQ),
    ("When do you open?", "The desk opens at 8 am.", "The desk opens at 9:00.", POLICY, HANDBOOK),
    ("What is deducted?", "We deduct 10 percent of the price.", "We deduct 20 % of the price.", POLICY, HANDBOOK),
    (
        "How many characters has a password?",
        "A password needs at least 12 characters.",
        "A password needs at least 14 characters.",
        POLICY,
        HANDBOOK,
    ),
    (
        "What is the price of the Heron 320?",
        "Product: Heron 320; Price: 499 GBP; Weight: 12 kg",
        "Product: Heron 320; Price: 529 GBP; Weight: 12 kg",
        ("Price list 2025", ()),
        ("Price list 2026", ()),
    ),
    ("Are dogs allowed?", "Dogs are allowed in the office.", "Dogs are not allowed in the office.", POLICY, HANDBOOK),
]

COMPATIBLE: list[tuple[str, str, str, Place, Place]] = [
    # the same in other words
    ("How long is the warranty?", "The warranty lasts 24 months.", "The warranty lasts two years.", TERMS, FAQ),
    ("How long is the trial?", "The trial lasts 30 days.", "The trial lasts one month.", POLICY, HANDBOOK),
    ("How big is it?", "The water tank holds 2 litres.", "The water tank holds 2,000 ml.", POLICY, HANDBOOK),
    ("When is it?", "The meeting is on 3 March 2026.", "The meeting is in March 2026.", POLICY, HANDBOOK),
    ("When do you open?", "The desk opens at 9 am.", "The desk opens at 9:00.", POLICY, HANDBOOK),
    ("How much may I spend?", "Spend up to 50 euros.", "Spend at least 20 euros.", POLICY, HANDBOOK),
    # another thing
    (
        "How long is the warranty?",
        "The warranty lasts 24 months.",
        "The warranty lasts 36 months.",
        ("Heron 300", ()),
        ("Heron 320", ()),
    ),
    ("How long does it last?", "The pump lasts 24 months.", "The boiler lasts 36 months.", POLICY, HANDBOOK),
    (
        "How big is the tank?",
        "The water tank holds 2 litres.",
        "The water tank holds 1.5 litres.",
        ("Heron", ()),
        ("Tern", ()),
    ),
    (
        "What is the monthly fee?",
        "The monthly fee is 20 euros.",
        "The monthly fee is 30 euros.",
        ("Gym rules", ()),
        ("Parking rules", ()),
    ),
    # another case
    (
        "How long is the warranty?",
        "The warranty lasts 24 months.",
        "For business customers the warranty lasts 36 months.",
        TERMS,
        FAQ,
    ),
    (
        "How long is the warranty?",
        "The warranty lasts 24 months.",
        "The warranty lasts 36 months.",
        ("Terms", ("Private customers",)),
        ("Terms", ("Dealers",)),
    ),
    (
        "How long is the warranty?",
        "The warranty lasts 24 months.",
        "Until 2024 the warranty lasted 36 months.",
        TERMS,
        FAQ,
    ),
    (
        "What was earned?",
        "The revenue was 5 million euros.",
        "The revenue was 6 million euros.",
        ("Report 2023", ()),
        ("Report 2024", ()),
    ),
    ("What does carriage cost?", "You pay 20 euros for carriage.", "We pay 30 euros for carriage.", POLICY, HANDBOOK),
    (
        "What needs approval?",
        "Gifts up to 50 euros are approved within 5 days.",
        "Gifts up to 500 euros are approved within 10 days.",
        POLICY,
        HANDBOOK,
    ),
    (
        "Are dogs allowed?",
        "Dogs are allowed in the office.",
        "Dogs are not allowed in the office without a leash.",
        POLICY,
        HANDBOOK,
    ),
    # another unit
    ("How long does it take?", "Delivery takes 3 working days.", "Delivery takes 4 days.", POLICY, HANDBOOK),
    ("How much is the fee?", "The fee is 20 euros.", "The fee is 25 dollars.", POLICY, HANDBOOK),
    # not what was asked
    ("How long is the trial?", "The gym trial costs 20 euros.", "The gym trial costs 30 euros.", POLICY, HANDBOOK),
]


@pytest.mark.parametrize(("question", "one", "other", "here", "there"), CONTRADICTING)
def test_what_cannot_both_be_right_is_a_conflict(
    question: str, one: str, other: str, here: Place, there: Place
) -> None:
    left, right = page("a", here, one), page("b", there, other)
    for own, against in ((left, right), (right, left)):
        found = disputed(question, own, against)
        assert found is not None
        assert [statement.text for statement in found.others] == [against.text]


@pytest.mark.parametrize(("question", "one", "other", "here", "there"), COMPATIBLE)
def test_what_can_both_be_right_is_none(question: str, one: str, other: str, here: Place, there: Place) -> None:
    left, right = page("a", here, one), page("b", there, other)
    assert disputed(question, left, right) is None
    assert disputed(question, right, left) is None


ASKED = "How long is the warranty?"
TWO, THREE, FOUR = (f"The warranty lasts {years} years." for years in ("two", "three", "four"))


def test_a_document_that_says_both_contradicts_nobody() -> None:
    assert disputed(ASKED, page("a", TERMS, TWO), page("b", FAQ, THREE, "So the warranty lasts 24 months.")) is None
    assert disputed(ASKED, page("a", TERMS, TWO), page("b", FAQ, THREE, FOUR)) is None
    assert disputed(ASKED, page("a", TERMS, TWO, THREE), page("b", FAQ, THREE)) is None


def test_each_document_is_heard_that_has_something_else_to_say() -> None:
    others = [page("b", FAQ, THREE), page("c", HANDBOOK, "The warranty lasts 36 months."), page("d", POLICY, FOUR)]
    found = disputed(ASKED, page("a", TERMS, TWO), *others)
    assert found is not None
    assert [statement.text for statement in found.others] == [THREE, FOUR]


def test_of_a_sentence_with_several_values_the_one_that_is_said_counts() -> None:
    own = page("a", TERMS, "It covers the pump.", TWO)
    assert disputed(ASKED, own, page("b", FAQ, THREE)) is None
    assert disputed(ASKED, page("a", TERMS, TWO), page("b", FAQ, THREE), words="two years") is not None


def test_what_was_not_read_contradicts_nobody() -> None:
    own, other = page("a", TERMS, TWO), page("b", FAQ, THREE)
    said = Said(TWO, (Citation(1, own, Quote(TWO, 0, len(TWO)), "quoted"),))
    hits = [hit(own), hit(other)]
    assert dispute(ASKED, said, hits) is not None
    assert dispute(ASKED, said, hits, unread=(1,)) is None


def test_where_the_words_are_not_known_nothing_is_claimed() -> None:
    assert disputed("Wie lange ist die Garantie?", page("a", TERMS, TWO), page("b", FAQ, THREE)) is None


said = st.lists(st.sampled_from([one for each in CONTRADICTING for one in each[1:3]]), min_size=1, max_size=6)


@given(said, st.sampled_from([each[0] for each in CONTRADICTING]), st.integers(1, 5))
def test_one_document_alone_is_never_a_conflict(units: list[str], question: str, cut: int) -> None:
    own, *rest = page("a", TERMS, *units[:cut]), *([page("a", FAQ, *units[cut:])] if units[cut:] else [])
    assert disputed(question, own, *rest) is None


# Values


@pytest.mark.parametrize(
    ("one", "other", "verdict"),
    [
        ("90 minutes", "1.5 hours", "same"),
        ("12 weeks", "3 months", "same"),
        ("12 weeks", "6 months", "other"),
        ("3 to 5 days", "5 to 7 days", "other"),
        ("3 days", "3 to 5 days", "unclear"),
        ("up to 30 days", "45 days", "other"),
        ("up to 30 days", "14 days", "same"),
        ("at least 30 days", "14 days", "other"),
        ("in March 2026", "in 2026", "unclear"),
        ("1 kg", "1,000 g", "unclear"),  # a letter alone is no unit
        ("8:30", "08:30", "same"),
    ],
)
def test_values_are_compared_by_what_they_mean(one: str, other: str, verdict: str) -> None:
    left, right = values(read(one)), values(read(other))
    if {each.kind for each in left} != {each.kind for each in right}:
        assert verdict == "unclear"
    else:
        assert compare(left, right) == compare(right, left) == verdict


@pytest.mark.parametrize(("one", "other"), [("1.200", "1.300"), ("the 1st", "the 2nd"), ("007", "008")])
def test_what_is_no_number_for_certain_contradicts_nothing(one: str, other: str) -> None:
    left, right = (f"The new boiler weighs {number} kilograms." for number in (one, other))
    assert disputed("What is the weight?", page("a", POLICY, left), page("b", HANDBOOK, right)) is None


amounts = st.builds(
    Value, st.just("time"), st.sampled_from(["s", "month"]), st.integers(1, 10**8).map(Decimal), st.sampled_from("≤≥<>")
)


@given(st.sets(amounts, min_size=1, max_size=3), st.sets(amounts, min_size=1, max_size=3))
def test_comparing_has_no_sides(one: set[Value], other: set[Value]) -> None:
    assert compare(one, one) == "same"
    assert compare(one, other) == compare(other, one)


def test_a_question_tells_which_values_answer_it() -> None:
    assert answers("How long is it?", "time")
    assert not answers("How long is it?", "money euro")
    assert answers("What does it cost?", "money euro")
    assert answers("What is the limit?", "weight")
    assert not answers("What is the limit?", "count")


# Which is the newer


def test_the_newest_comes_first_by_date_else_by_version() -> None:
    old, new = page("a", TERMS, TWO), page("b", TERMS, THREE)
    dated = [(replace(old, date="2023-01-31"), "old"), (replace(new, date="2024-01-01"), "new")]
    assert [one for _, one in newest_first(dated)[0]] == ["new", "old"]
    assert newest_first(dated)[1] == "date"
    versions = [(replace(old, version="v2.9"), "old"), (replace(new, version="2.10"), "new")]
    assert [one for _, one in newest_first(versions)[0]] == ["new", "old"]
    assert newest_first(versions)[1] == "version"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"date": "2023-01-31"}, {}),
        ({"date": "2023-01-31"}, {"date": "2023-01-31"}),
        ({"version": "2.0"}, {"version": "final"}),
        ({"version": "2.0"}, {"version": "3.0", "title": "Something else"}),
    ],
)
def test_where_that_cannot_be_told_they_stand_as_they_were_found(one: dict[str, str], other: dict[str, str]) -> None:
    sides = [
        (replace(page("a", TERMS, TWO), **one), 1),  # type: ignore[arg-type]
        (replace(page("b", TERMS, THREE), **other), 2),  # type: ignore[arg-type]
    ]
    assert newest_first(sides) == (sides, "rank")
