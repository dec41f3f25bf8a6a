"""What is right, and what is not."""

from __future__ import annotations

import pytest

from tuning.exam.rightness import answered, polarity, right, tells
from tuning.nouns import Cited, Outcome, Question

GOLD = Cited("warranty#2", "warranty.md", "The warranty lasts 24 months.", "The warranty lasts 24 months.", True)
OTHER = Cited("kettle#1", "kettle.md", "Descale it.", "Descale it.", True)


def asked(*answers: str, yes_no: bool = False, gold: tuple[str, ...] = ("warranty#2",)) -> Question:
    return Question("q", "How long?", True, answers, gold_ids=gold, yes_no=yes_no)


def said(text: str, *cited: Cited) -> Outcome:
    return Outcome("q", False, 0.9, text, cited or (GOLD,))


REFUSED = Outcome("q", True, 0.1, "", (), reason="insufficient")
ABSENT = Question("q", "How long?", False, kind="twin")


def test_not_answerable() -> None:
    assert right(ABSENT, REFUSED)
    assert not right(ABSENT, said("24 months"))


def test_answerable() -> None:
    assert right(asked("24 months"), said("24 months [1]"))
    assert not right(asked("24 months"), REFUSED)
    assert not right(asked("24 months"), said(" [1] "))


def test_answered_is_to_show_something() -> None:
    assert answered(said("24"))
    assert not answered(said("[1]"))
    assert not answered(REFUSED)
    assert right(ABSENT, said(""))  # nothing was shown


def test_the_first_citation_is_gold() -> None:
    question = asked("24 months")
    assert right(question, said("24 months", GOLD, OTHER))
    assert not right(question, said("24 months", OTHER, GOLD))
    assert not right(question, Outcome("q", False, 0.9, "24 months", ()))
    assert right(asked("24 months", gold=("x", "warranty.md")), said("24 months"))  # its document is named
    assert right(asked("24 months", gold=()), Outcome("q", False, 0.9, "24 months", ()))  # no gold is named


@pytest.mark.parametrize(
    ("answer", "shown", "whether"),
    [
        ("blue whale", "a blue fish", True),  # 1 word of 2 and 2: F1 = 0.5
        ("blue whale", "blue fish tank", False),  # 1 of 2 and 3: 0.4
        ("blue whale", "the great white shark", False),
        ("Hastings", " ".join(["word"] * 15) + " Hastings", True),  # 15 words more
        ("Hastings", " ".join(["word"] * 16) + " Hastings", False),
        ("4", "it lasts 24 of them at the least", False),  # contained, but not as a word
        ("24 months", "for twenty-four (24) months from delivery of the goods to the owner", True),
        ("10 percent", "at most 10 % of the price", True),
        ("1,200 dollars", "$1200", True),
        ("March 1, 2026", "2026-03-01", True),
        ("1/10/2018", "made on the 10th day of January, 2018 by and between the parties named below", True),
        ("5/12/2003", "5 December 2003", True),  # could be either
        ("5/12/2003", "May 12, 2003", True),
        ("5/12/2003", "12/5/2003", False),  # but not one way here and the other way there
        ("March 2026", "on 1 March 2026", True),
        ("1 March 2026", "1 March 2025", False),  # two words of three alone would be enough
        ("24 months", "36 months", False),  # one word of two alone would be enough
        ("24 months", "24 weeks", True),  # what token F1 lets pass: units are words like others
    ],
)
def test_wording(answer: str, shown: str, whether: bool) -> None:
    assert right(asked(answer), said(shown)) == whether
    assert right(asked("something else altogether", answer), said(shown)) == whether  # any one is right


@pytest.mark.parametrize(
    ("answer", "shown", "whether"),
    [
        ("Yes", "Yes: the warranty may be transferred to whoever buys the house together with the boiler.", True),
        ("Yes", "**Yes**, it may [1].", True),
        ("Yes", "No. It may not.", False),
        ("No", "No", True),
        ("No", "No [1].", True),
        ("No", "No party may assign the warranty.", False),  # says no verdict
        ("Yes", "The warranty may be transferred: yes.", False),
        ("Yes", "Yesterday it was.", False),
        ("Yes, with consent", "Yes", True),
        ("24 months", "24 months", True),  # a row that names no verdict is judged by its wording
    ],
)
def test_yes_or_no(answer: str, shown: str, whether: bool) -> None:
    assert right(asked(answer, yes_no=True), said(shown)) == whether


def test_polarity() -> None:
    assert [polarity(text) for text in ("yes", '"No," he said', "No-one", "", "Nothing")] == ["Yes", "No", *[None] * 3]


def test_rows_that_can_not_tell() -> None:
    assert not tells(asked())
    assert not right(asked(), said("24 months"))
    assert tells(ABSENT)
