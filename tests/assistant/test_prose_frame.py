"""The frame of prose: what is read, what is refused, and that neither depends on how it was cut on the way."""

from __future__ import annotations

import random
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.format import neutralise
from assistant.prose import LONGEST, MOST, Frame, Sentence, sentences_of, written
from tests.assistant.test_format import PIECES


def read(output: str, sources: int = 3) -> list[Sentence]:
    return list(sentences_of([output], sources))


def told(output: str, sources: int = 3) -> list[tuple[str, tuple[int, ...], str]]:
    return [(one.text, one.marks, one.fault) for one in read(output, sources)]


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("It lasts. [1]", [("It lasts.", (0,))]),
        ("It lasts [1].", [("It lasts.", (0,))]),
        ("It lasts [1]", [("It lasts", (0,))]),
        ("It lasts.[1][3]", [("It lasts.", (0, 2))]),
        ("It lasts. [1, 3]", [("It lasts.", (0, 2))]),
        ("It lasts. [3] [1]", [("It lasts.", (2, 0))]),
        ("It lasts. [1][1]", [("It lasts.", (0,))]),
        ("One. [1] Two. [3]", [("One.", (0,)), ("Two.", (2,))]),
        ("One [1]. Two [3].", [("One.", (0,)), ("Two.", (2,))]),
        ("- One [1]\n- Two [3]\n", [("One", (0,)), ("Two", (2,))]),
        ("The boiler 5 years [1], the pump 2. [3]", [("The boiler 5 years, the pump 2.", (0, 2))]),
        ("One. Two. [1]", [("One. Two.", (0,))]),
        ("He said “so.” [1]", [("He said “so.”", (0,))]),
        ("See [note] there. [1]", [("See [note] there.", (0,))]),
        ("e.g. the pump. [1]", [("e.g. the pump.", (0,))]),
        ("One.\n[1]\n\nTwo. [3]", [("One.", (0,)), ("Two.", (2,))]),
    ],
)
def test_sentences_and_their_marks(answer: str, expected: list[tuple[str, tuple[int, ...]]]) -> None:
    assert told(f"Cited:1,3\nAnswer: {answer}") == [(*one, "") for one in expected]


@pytest.mark.parametrize(
    "output",
    [
        "", "1", "Cited", "Cited:", "Cited:none", "Cited:none\nAnswer: So. [1]", "Cited:0\nAnswer: So. [1]",
        "Cited:4\nAnswer: So. [4]", "Cited:1,1\nAnswer: So. [1]", "Cited:1;2\nAnswer: So. [1]",
        "cited:1\nAnswer: So. [1]",
        "Cited:1", "Cited:1\n", "Cited:1\nSo. [1]", "Cited:1\nanswer: So. [1]", "Cited:1\nAnswer", "Cited:1\nAnswer:",
        "Cited:1\nAnswer:  \n", " Cited:1\nAnswer: So. [1]",
        "Sure! Cited:1\nAnswer: So. [1]", "Cited:10\nAnswer: So. [1]",
        "Cited:1 because\nAnswer: So. [1]", "Cited:1\nQuote: a\nQuote: b\nAnswer: So. [1]", "Cited:１\nAnswer: So. [1]",
        "Cited:1\x00\nAnswer: So. [1]", "Cited:1" + " " * 2000 + "\nAnswer: So. [1]", "x" * 100_000,
    ],
)  # fmt: skip
def test_a_broken_frame_says_nothing(output: str) -> None:
    assert read(output) == []


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        ("So.", "unmarked"),
        ("So. [2]", "uncited"),
        ("So. [9]", "uncited"),
        ("So. [0]", "uncited"),
        ("So. [1][2]", "uncited"),
        ("Cited:3 So. [1]", "forged"),
        ("So.\nAnswer: Not so. [1]", "forged"),
        ("<|im_end|> So. [1]", "forged"),
        ("So. 【3】 [1]", "forged"),
        ("So.\x1b[2J [1]", "forged"),
        ("[1]", "forged"),
        ("x" * 3000 + " [1]", "unmarked"),
    ],
)
def test_a_sentence_that_cannot_be_said_has_its_fault(answer: str, fault: str) -> None:
    (found,) = told(f"Cited:1,3\nAnswer: {answer}")
    assert found[2] == fault


def test_a_space_behind_the_colon_or_a_comma_means_nothing() -> None:
    assert told("Cited: 1, 3\nAnswer: So. [3]") == [("So.", (2,), "")]


def test_quotes_may_stand_before_the_answer() -> None:
    assert told("Cited:1,3\nQuote: It is so.\nQuote: And so.\nAnswer: So. [3]") == [("So.", (2,), "")]
    assert told("Cited:1,3\nQuote: It is so.\nAnswer: So. [3]") == [("So.", (2,), "")]


def test_what_follows_the_last_marks_has_none() -> None:
    assert told("Cited:1\nAnswer: So. [1] And then") == [("So.", (0,), ""), ("And then", (), "unmarked")]


def test_an_answer_without_end_is_left_after_its_bounds() -> None:
    read_pieces = 0

    def pieces() -> object:
        nonlocal read_pieces
        yield "Cited:1\nAnswer:"
        while True:
            read_pieces += 1
            yield " So it is. [1]"

    assert len(list(sentences_of(pieces(), 1))) == MOST  # type: ignore[arg-type]
    assert read_pieces <= MOST + 2


texts = st.text(alphabet=st.sampled_from("abc .,:!?\n-éß24"), max_size=40)


@settings(deadline=None)
@given(
    st.lists(st.tuples(texts, st.sets(st.integers(0, 2), min_size=1)), min_size=1, max_size=5),
    st.lists(st.integers(1, 9), min_size=1, max_size=60),
)
def test_it_reads_what_was_written_however_it_was_cut(said: list[tuple[str, set[int]]], lengths: list[int]) -> None:
    """A sentence as it is written: one line, and its stop before its marks."""
    sentences = [
        Sentence(f"So {' '.join(text.split())}.".replace(" .", "."), tuple(sorted(marks))) for text, marks in said
    ]
    output = written((0, 1, 2), sentences)
    whole = list(sentences_of([output], 3))
    assert [(one.text, one.marks) for one in whole] == [(neutralise(one.text), one.marks) for one in sentences]
    assert list(sentences_of(cut(output, lengths), 3)) == whole


def cut(text: str, lengths: list[int]) -> list[str]:
    pieces, place = list[str](), 0
    while place < len(text):
        length = lengths[len(pieces) % len(lengths)]
        pieces.append(text[place : place + length])
        place += length
    return pieces


def test_hostile_outputs_are_read_alike_however_they_were_cut() -> None:
    chance = random.Random(1121)
    pieces = [*PIECES, "[1]", "[1][3]", ". ", "So", "\n", "[2]", " [3]. ", "Quote: x\n", "\r\n", "x" * 300]
    some = 0
    for _ in range(400):
        output = "".join(chance.choices(pieces, k=chance.randint(1, 20)))
        output = f"Cited:1,3\nAnswer: {output}" if chance.random() < 0.8 else output
        whole = list(sentences_of([output], 3))
        some += bool(whole)
        assert list(sentences_of(cut(output, [chance.randint(1, 7) for _ in range(9)]), 3)) == whole
        assert all(len(one.text) <= LONGEST + 40 for one in whole)
    assert some > 200


@pytest.mark.parametrize("begun", ["", "Cited:1"])
def test_the_frame_as_a_pattern_holds_what_is_read(begun: str) -> None:
    output = written((0, 2), [Sentence("It is so.", (0,)), Sentence("And so.", (0, 2))]).removeprefix("Cited:1")
    assert re.fullmatch(Frame(3).pattern(begun), begun + output)
    assert not re.fullmatch(Frame(2).pattern(begun), begun + output)
    assert not re.fullmatch(Frame(3).pattern(begun), begun + "\nAnswer: Unmarked.")
    assert f'"{begun}"' in Frame(3).grammar(begun) and "[1-3]" in Frame(3).grammar(begun)
