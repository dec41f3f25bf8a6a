"""The frame: what is rendered, what is read back, and what no source can forge."""

from __future__ import annotations

import random
import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.format import CITED, MOST_SOURCES, Parsed, complete, labels, neutralise, parse, render
from tests.assistant.making import passage

FRAME_WORDS = ("Sources", "Cited", "Quote", "Answer", "Question")
FORGERIES = [
    "[1]", "[12]", "[ 3 ]", "[1, 2]", "[1–3]", "［1］", "【2】", "Cited:", "cited:", "CITED:", "Cited :", "Cited\t:",
    "Answer:", "aNsWeR:", "Answer :", "**Answer**:", "Answer\n:", "Answer：", "Question:", "Quote:", "Sources:",
    "Source:", "<|im_start|>", "<|im_end|>", "<|", "|>", "<|<|im_end|>|>", "<|endoftext|>",
]  # fmt: skip
PIECES = [
    *FORGERIES,
    "1",
    "none",
    " ",
    "\n",
    "[",
    "]",
    ":",
    "<",
    "|",
    ">",
    "é",
    "漢",
    "🙂",
    "e\u0301",
    "word",
    "\u202e",
]
hostile = st.lists(st.sampled_from(PIECES) | st.text(max_size=4), max_size=12).map("".join)


def forged(text: str) -> bool:
    """What a reader of the prompt could take for the frame, found another way than the code finds it."""
    dense = re.sub(r"[\s*_`]", "", text).lower().replace("：", ":").replace("﹕", ":")
    if any(f"{word.lower()}:" in dense for word in FRAME_WORDS) or "<|" in text or "|>" in text:
        return True
    return any(part.split("]")[0].strip().isdigit() for part in text.split("[")[1:] if "]" in part)


@settings(deadline=None)
@given(hostile)
def test_neutralise_keeps_length_and_leaves_no_forgery(text: str) -> None:
    safe = neutralise(text)
    assert len(safe) == len(text)
    assert not forged(safe)
    assert neutralise(safe) == safe


@pytest.mark.parametrize("forgery", FORGERIES)
def test_each_forgery_is_seen(forgery: str) -> None:
    assert neutralise(forgery) != forgery
    assert len(neutralise(forgery)) == len(forgery)


@settings(deadline=None)
@given(hostile, st.integers(0, 40), st.integers(0, 40))
def test_every_part_of_a_neutral_text_is_neutral(text: str, start: int, length: int) -> None:
    """So that a span of the prompt's source can stand in the answer as it is."""
    part = neutralise(text)[start : start + length]
    assert neutralise(part) == part


@settings(deadline=None)
@given(hostile)
def test_line_breaks_stay_where_they_are(text: str) -> None:
    assert [len(line) for line in neutralise(text).splitlines()] == [len(line) for line in text.splitlines()]


@pytest.mark.parametrize("text", ["Question and answer", "see section 1", "a [note]", "ratio 1:2", "Recited by heart"])
def test_what_is_no_frame_stays(text: str) -> None:
    assert neutralise(text) == text


def test_long_texts_take_no_time() -> None:
    began = time.perf_counter()
    for piece in ("[1 ", "[", "Answer ", "Answer", "<|", "[1", " ", "[ 1,"):
        neutralise(piece * (200_000 // len(piece)))
    assert time.perf_counter() - began < 2


def user_message(question: str, title: str, heading: str, text: str) -> str:
    system, user = render(question, [passage(text, title=title, heading=(heading,))] * 2, "You are Ada.")
    assert system["role"] == "system"
    assert system["content"].startswith("You are Ada. You answer questions")
    return user["content"]


@settings(deadline=None)
@given(hostile, hostile, hostile, hostile)
def test_the_prompt_has_one_frame_whoever_wrote_what_is_in_it(
    question: str, title: str, heading: str, text: str
) -> None:
    prompt = user_message(question, title, heading, text)
    assert prompt.startswith("Sources:\n[1] ")
    assert re.findall(r"\[\d+\]", prompt) == ["[1]", "[2]"]
    assert len(re.findall(r"\n\n\[2\] ", prompt)) == 1
    found = re.findall(r"(?:sources?|cited|quotes?|answers?|questions?)[\s*_`]*[:：﹕]", prompt, re.IGNORECASE)
    assert found == ["Sources:", "Question:"]
    assert "\n" not in prompt.split("\n\nQuestion: ")[-1]


def test_the_prompt_in_full() -> None:
    prompt = user_message("How long?", "Warranty", "Duration", "It lasts 24 months.")
    source = "Warranty › Duration\nIt lasts 24 months."
    assert prompt == f"Sources:\n[1] {source}\n\n[2] {source}\n\nQuestion: How long?"


answers = hostile.map(lambda text: " ".join(neutralise(text).split())).filter(
    lambda text: text and not re.search(r"[\x00-\x1f\x7f-\x9f]", text)
)


@settings(deadline=None)
@given(st.integers(1, MOST_SOURCES), st.data())
def test_what_is_completed_is_parsed_back(sources: int, data: st.DataObject) -> None:
    cited = data.draw(st.none() | st.integers(0, sources - 1))
    wanted = Parsed(cited, "" if cited is None else data.draw(answers))
    assert parse(complete(wanted), sources) == wanted
    assert parse(complete(wanted) + "\n", sources) == wanted


def test_an_answer_is_completed_as_the_prompt_words_it() -> None:
    assert complete(Parsed(0, "see [2]")) == "Cited:1\nAnswer: see (2)"


BROKEN = [
    "", "\n", "Cited:", "Cited: 1\nAnswer: a", "cited:1\nAnswer: a", "Cited:1", "Cited:1\n", "Cited:1\nAnswer:",
    "Cited:1\nAnswer: ", "Cited:1\nAnswer:a", "Cited:1\nanswer: a", "Cited:0\nAnswer: a", "Cited:4\nAnswer: a",
    "Cited:10\nAnswer: a", "Cited:-1\nAnswer: a", "Cited:１\nAnswer: a", "Cited:1,2\nAnswer: a", "Cited:None",
    "Cited:none\nAnswer: a", "Cited:none none", "Cited:1\nAnswer: a\nAnswer: b", "Cited:1\nAnswer: a Answer: b",
    "Cited:1\nAnswer: a\nCited:2", "Cited:1\nAnswer: a [2]", "Cited:1\nAnswer: a<|im_end|>", "\nCited:1\nAnswer: a",
    "Cited:1\n\nAnswer: a", "Cited:1\rAnswer: a", "Cited:1\r\nAnswer: a", "Cited:1\nAnswer: a\rb",
    "Cited:1\nAnswer: a\u2028b", "Cited:1\nAnswer: a\x00b", "Cited:1\nAnswer: a\x1bb", "\u202eCited:1\nAnswer: a",
    "Answer: a\nCited:1", "Sources:\n[1] a", "x" * 100_000, "Cited:" + "1" * 100_000,
]  # fmt: skip


@pytest.mark.parametrize("output", BROKEN)
def test_every_broken_frame_is_refused(output: str) -> None:
    assert parse(output, 3) is None


def test_2000_hostile_outputs_are_read_or_refused() -> None:
    chance = random.Random(20261121)
    pieces = [
        *PIECES,
        *["word", "24 months", " ", "é"] * 9,
        "Cited:1",
        "Cited:none",
        "Cited:9",
        "Cited:10",
        "\nAnswer: ",
        "\x00",
        "\x1b[2J",
        "\u2029",
    ]
    read = 0
    for _ in range(2000):
        sources = chance.randint(0, 12)
        output = "".join(chance.choices(pieces, k=chance.randint(1, 9)))
        if chance.random() < 0.5:
            output = f"Cited:{chance.randint(0, 12)}\nAnswer: {output}"
        if chance.random() < 0.01:
            output += "x" * 100_000
        found = parse(output, sources)
        if found is None or found.cited is None:
            continue
        read += 1
        assert 0 <= found.cited < min(sources, MOST_SOURCES)
        assert output.startswith(f"{CITED}{found.cited + 1}\nAnswer: ")
        assert found.answer and found.answer in output and not forged(found.answer)
    assert read > 50  # else the loop proves nothing


@pytest.mark.parametrize("sources", [0, 1, 9, 10, 200])
def test_labels_are_single_digits_and_none(sources: int) -> None:
    assert labels(sources) == [*"123456789"[:sources], "none"]
