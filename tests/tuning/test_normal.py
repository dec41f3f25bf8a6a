"""What counts as the same wording."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tuning.exam.normal import contains, exact, f1, normalise, unmarked


def test_normalise_as_squad() -> None:
    assert normalise("The  quick, brown fox's (an) A-1 theory!") == "quick brown foxs a1 theory"
    assert normalise("a An THE") == ""


def test_f1_by_hand() -> None:
    # {24, months, from, delivery} and {24, months}: 2 shared; precision 2/4, recall 2/2; F1 = 2·2/(4+2)
    assert f1("24 months from delivery [1]", ["36 weeks", "24 months"]) == pytest.approx(4 / 6)
    # a repeated word is shared as often as both have it: 1 of {dog}, {dog, dog}
    assert f1("dog dog", ["dog"]) == pytest.approx(2 / 3)
    assert f1("cat", ["dog"]) == 0


@pytest.mark.parametrize(
    ("said", "answers", "value"), [("", (), 1), ("", ("the",), 1), ("x", (), 0), ("", ("x",), 0), ("the", ("x",), 0)]
)
def test_nothing_is_only_like_nothing(said: str, answers: tuple[str, ...], value: int) -> None:
    assert f1(said, answers) == exact(said, answers) == value


def test_exact() -> None:
    assert exact("The Battle of Hastings. [2]", ["at Hastings", "battle of hastings"])
    assert not exact("Battle of Hastings in 1066", ["battle of hastings"])


def test_contains_from_word_to_word() -> None:
    assert contains("It lasts 24 months [1], no more.", ["24 months"])
    assert not contains("It lasts 24 months.", ["4"])
    assert not contains("It lasts long.", ["the"])
    assert not contains("It lasts long.", [])


def test_marks_are_removed() -> None:
    assert unmarked("So it is [1], or not [2, 3]. [12]") == "So it is, or not."
    assert unmarked("In [2020] it was.") == "In [2020] it was."


@settings(deadline=None, derandomize=True)
@given(st.text(max_size=30), st.text(max_size=30))
def test_f1_is_symmetric_and_bounded(one: str, other: str) -> None:
    assert 0 <= f1(unmarked(one), [unmarked(other)]) == f1(unmarked(other), [unmarked(one)]) <= 1
    assert f1(one, [unmarked(one)]) == 1
