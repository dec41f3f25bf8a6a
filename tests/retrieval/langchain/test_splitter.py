"""Chunks of any LangChain splitter become passages that stand, to the letter, where they say."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from langchain_text_splitters import (
    CharacterTextSplitter,
    MarkdownTextSplitter,
    RecursiveCharacterTextSplitter,
)

from retrieval import Document, Passage, UsageError
from retrieval.langchain import splitter
from retrieval.langchain.splitter import locate
from retrieval.readers.canvas import Canvas
from retrieval.units import units
from tests.fakes import WordEncoder

MEASURE = WordEncoder().measure


def document(*blocks: tuple[Any, str, int], title: str = "Manual") -> Document:
    """(kind, text, level or page)"""
    canvas = Canvas()
    for kind, text, number in blocks:
        level, page = (number, None) if kind == "heading" else (0, number or None)
        canvas.add(kind, text, level, page)
    return Document("a.md", title, canvas.text, canvas.blocks, "markdown", date="2026-01-02", version="3")


MANUAL = document(
    ("heading", "Manual", 1),
    ("heading", "Care", 2),
    ("paragraph", "Descale the kettle every 3 months. Rinse it twice afterwards.", 4),
    ("item", "water", 5),
    ("item", "vinegar", 5),
    ("heading", "Warranty", 2),
    ("paragraph", "The warranty lasts 24 months from delivery.", 6),
)

TITLES = "Manual\n\nCare"


def cut(size: int, overlap: int = 0, **dials: Any) -> RecursiveCharacterTextSplitter:
    return RecursiveCharacterTextSplitter(chunk_size=size, chunk_overlap=overlap, **dials)


def passages(text_splitter: Any, of: Document = MANUAL, limit: int = 10_000) -> list[Passage]:
    return splitter(text_splitter)(of, MEASURE, limit=limit)


def test_passages_are_the_chunks_with_their_place() -> None:
    found = passages(cut(60))
    assert [passage.text for passage in found] == [
        chunk for chunk in cut(60).split_text(MANUAL.text) if chunk != TITLES
    ]
    care, *_, warranty = found
    assert (care.heading, care.page, care.title) == (("Care",), 4, "Manual")
    assert (warranty.heading, warranty.page) == (("Warranty",), 6)
    assert warranty.quote(warranty.units[-1]) == "The warranty lasts 24 months from delivery."
    assert (care.date, care.version, care.document) == ("2026-01-02", "3", "a.md")
    assert all(passage.id.endswith(f":{passage.start}-{passage.end}") for passage in found)


def test_a_unit_that_was_cut_is_quoted_as_far_as_it_goes() -> None:
    found = passages(cut(20))
    quotes = [passage.quote(unit) for passage in found for unit in passage.units]
    assert "The warranty lasts" in quotes
    assert {"water", "vinegar"} <= {
        quote for passage in passages(cut(60)) for quote in map(passage.quote, passage.units)
    }


def test_chunks_may_overlap() -> None:
    found = passages(cut(60, 30))
    assert any(first.end > second.start for first, second in pairwise(found))
    check(MANUAL, found)


@pytest.mark.parametrize(
    "text_splitter",
    [
        CharacterTextSplitter(separator=". ", chunk_size=60, chunk_overlap=0),
        MarkdownTextSplitter(chunk_size=70, chunk_overlap=10),
        cut(40, 10, separators=["\n\n", ". ", " "], keep_separator="end"),
        cut(12, 3, length_function=lambda text: len(text.split())),
    ],
)
def test_splitters_of_many_kinds_fit(text_splitter: Any) -> None:
    found = passages(text_splitter)
    assert len(found) > 1
    check(MANUAL, found)


def check(document: Document, found: list[Passage]) -> None:
    """Verbatim, in order, every unit's every word in some passage, and every quote a piece of a unit."""
    covered: set[int] = set()
    for passage in found:
        assert passage.text == document.text[passage.start : passage.end]
        assert passage.units
        for unit in passage.units:
            assert passage.quote(unit) == document.text[unit.start : unit.end] == passage.quote(unit).strip() != ""
            covered |= set(range(unit.start, unit.end))
    places = [(passage.start, passage.end) for passage in found]
    assert places == sorted(set(places))
    for unit in units(document):
        for word in re.finditer(r"\w", document.text[unit.start : unit.end]):
            assert unit.start + word.start() in covered


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(["paragraph", "item", "heading"]), st.text("ab .\n", max_size=60)), max_size=8),
    st.integers(2, 40),
    st.integers(0, 20),
    st.sampled_from([True, False, "start", "end"]),
)
def test_words_that_repeat_themselves_are_placed_all_the_same(
    blocks: list[tuple[str, str]], size: int, overlap: int, keep: Any
) -> None:
    of = document(*((kind, text, 1) for kind, text in blocks))
    chunks = cut(size, min(overlap, size - 1), keep_separator=keep)
    check(of, passages(chunks, of))


def test_places_follow_one_another() -> None:
    text = "on and on and on and on"
    assert locate(text, ["on and", "on and", "on and", "on"]) == [(0, 6), (7, 13), (14, 20), (21, 23)]
    assert locate(text, ["on and on and", "and on and on"]) == [(0, 13), (10, 23)]
    assert locate(text, ["on and", "on and", "on"]) is None
    assert locate(text, []) is None
    assert locate("", []) == []


class Told:
    """Splits as it was told to."""

    def __init__(self, *chunks: str) -> None:
        self.chunks = list(chunks)

    def split_text(self, text: str) -> list[str]:
        return self.chunks


def test_a_splitter_that_alters_the_text_is_refused() -> None:
    with pytest.raises(UsageError, match=r"a\.md: Told altered the text: 'DESCALE'"):
        passages(Told("DESCALE"))
    half = MANUAL.text[: len(MANUAL.text) // 2]
    with pytest.raises(UsageError, match="left out words"):
        passages(Told(half))
    with pytest.raises(UsageError, match="left out words"):
        passages(Told(MANUAL.text[len(half) :], half))


def test_a_chunk_that_the_encoder_cannot_read_is_refused() -> None:
    with pytest.raises(UsageError, match="the limit is 20"):
        passages(cut(1000), limit=20)


def test_another_setting_is_another_identity() -> None:
    assert splitter(cut(80)).identity == splitter(cut(80)).identity
    assert splitter(cut(80)).identity != splitter(cut(81)).identity
    assert splitter(cut(80)).identity.startswith("RecursiveCharacterTextSplitter-")
