"""What counts as the same number, date or unit."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.support.canonical import agree, canonical, compared, quantities

SAME = [
    ("1,200", "1200"),
    ("1'200", "1200"),
    ("1\u202f200", "1200"),
    ("1.200.000", "1,200,000"),
    ("1.200,50", "1,200.50"),
    ("1,00,000", "100000"),
    ("24", "twenty-four"),
    ("24", "twenty-four (24)"),
    ("24", "24 (twenty-four)"),
    ("24 months", "twenty-four (24) months"),
    ("24-month", "24 months"),
    ("24.00", "24"),
    ("one hundred and twenty", "120"),
    ("two thousand twenty-six", "2026"),
    ("2 million", "two million"),
    ("1.5 million", "1,500,000"),
    ("five hundred thousand", "500,000"),
    ("21st", "twenty-first"),
    ("twentieth century", "20th century"),
    ("10 percent", "10 %"),
    ("10%", "ten per cent (10 %)"),
    ("$5", "5 dollars"),
    ("USD 5", "5 USD"),
    ("€1,200", "1200 euros"),
    ("$1.5 million", "1.5 million dollars"),
    ("24h", "24 hours"),
    ("1.5kg", "1.5 kilograms"),
    ("20 °C", "20 degrees Celsius"),
    ("2026-03-01", "1 March 2026"),
    ("2026-03-01", "March 1, 2026"),
    ("2026-03-01", "the 1st of March, 2026"),
    ("2026-03-01", "1 Mar. 2026"),
    ("2018-01-10", "the 10th day of January, 2018"),
    ("2017-05-26", "5/26/2017"),
    ("2017-05-26", "26.5.2017"),
    ("2017-05-26", "2017/5/26"),
    ("2026-03", "March 2026"),
    ("March 1", "1 March"),
    ("U.S. troops", "US troops"),
    ("The Owner’s manual", "owner's manual"),
]
DIFFERENT = [
    ("1.200", "1200"),  # could be one and a fifth
    ("1.200", "1.2"),
    ("1 200", "1200"),  # could be two numbers
    ("2.10", "2.1"),  # could be sections
    ("3,4", "34"),
    ("24", "-24"),
    ("twenty, four", "24"),
    ("between two and three", "between 5"),
    ("thirty (31) days", "30 days"),
    ("2026-03-01", "2026-01-03"),
    ("31/02/2026", "2026-02-31"),
    ("v2.4.1", "2.4.1"),
    ("10²", "102"),
    ("20th", "20"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_said_otherwise(one: str, other: str) -> None:
    assert canonical(one) == canonical(other) != ""


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_not_the_same(one: str, other: str) -> None:
    assert canonical(one) != canonical(other)


def test_canonical_reads_well() -> None:
    text = "The warranty lasts twenty-four (24) months from March 1, 2026, at $1,200 a year."
    assert canonical(text) == "warranty lasts 24 month from 2026-03-01 at 1200 dollar year"


def test_verbs_are_no_months() -> None:
    assert canonical("Section 1 may be amended") == "section 1 may be amended"
    assert canonical("March 1,200 people") == "march 1200 people"


def test_a_date_that_could_be_two_is_read_as_asked() -> None:
    assert canonical("5/12/2003") == canonical("May 12, 2003")
    assert canonical("5/12/2003", day_first=True) == canonical("5 December 2003")


def test_dates_are_compared_in_parts() -> None:
    assert compared("1 March 2026") == ["2026", "03m", "01d"]
    assert compared("March 2026") == ["2026", "03m"]
    assert compared("on March 1") == ["on", "03m", "01d"]


def test_quantities() -> None:
    assert quantities("From March 1, 2026 the first of two pays 10% (ten percent) on 1,200.") == [
        "2026-03-01",
        "1st",
        "2",
        "10",
        "1200",
    ]


@pytest.mark.parametrize(
    ("one", "other", "whether"),
    [
        ("24", "24", True),
        ("24", "36", False),
        ("2026-03-01", "2026-03", True),
        ("2026-03-01", "2026", True),
        ("2026-03-01", "--03-01", True),
        ("2026-03-01", "2025-03-01", False),
        ("2026-03-01", "2026-03-02", False),
        ("24", "--03-01", False),
    ],
)
def test_quantities_agree_on_what_both_say(one: str, other: str, whether: bool) -> None:
    assert agree(one, other) == agree(other, one) == whether


@settings(deadline=None, derandomize=True)
@given(st.text(alphabet=st.sampled_from("0123456789.,/-–()[]%$ '’:aethyoMrchmid\u00a0"), max_size=40))
def test_any_text_has_a_canonical_form(text: str) -> None:
    assert canonical(text) == " ".join(canonical(text).split())
    assert canonical(f"  {text} ") == canonical(text)
    assert quantities(text) == quantities(text.strip())


@settings(deadline=None, derandomize=True)
@given(st.integers(0, 10**12 - 1))
def test_numbers_in_words_and_groups(number: int) -> None:
    assert canonical(f"{number:,}") == str(number)
    assert canonical(spelled(number)) == str(number)


@settings(deadline=None, derandomize=True)
@given(st.dates(), st.sampled_from(["%d %B %Y", "%B %d, %Y", "%b %d, %Y", "%Y-%m-%d", "%dth of %B, %Y"]))
def test_dates_in_any_wording(date: object, wording: str) -> None:
    text = f"{date:{wording}}"
    year = f"{date:%Y}".zfill(4)
    if "1000" <= year < "3000":
        assert canonical(f"On {text} it ended.") == f"on {date:%Y-%m-%d} it ended"


def spelled(number: int) -> str:
    """English, written independently of the parser."""
    small = (
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen"
        " seventeen eighteen nineteen"
    )
    tens = "twenty thirty forty fifty sixty seventy eighty ninety"
    if number < 20:
        return small.split(" ")[number]
    if number < 100:
        rest = number % 10
        return tens.split(" ")[number // 10 - 2] + (f"-{spelled(rest)}" if rest else "")
    for size, name in ((10**9, "billion"), (10**6, "million"), (1000, "thousand"), (100, "hundred")):
        if number >= size:
            rest = number % size
            joint = " and " if rest and size == 100 else " "
            return f"{spelled(number // size)} {name}" + (joint + spelled(rest) if rest else "")
    raise AssertionError(number)
