"""Chunks of any LangChain splitter become passages that stand, to the letter, where they say."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from langchain_text_splitters import (
    CharacterTextSplitter,
    MarkdownHeaderTextSplitter,
    MarkdownTextSplitter,
    RecursiveCharacterTextSplitter,
)

from retrieval import Access, Document, Passage, RetrievalSpec, SyncReport, UsageError, Where, open_library
from retrieval.langchain import GroundsmithEmbeddings, GroundsmithRetriever, GroundsmithVectorStore, splitter
from retrieval.langchain.splitter import ChunkSplitter, locate
from retrieval.readers.canvas import Canvas
from retrieval.split import encoded_text
from retrieval.units import units
from tests.fakes import WordEncoder
from tests.retrieval.homes import make

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


def test_a_splitter_that_makes_no_texts_is_refused() -> None:
    with pytest.raises(UsageError, match="MarkdownHeaderTextSplitter makes Documents"):
        passages(MarkdownHeaderTextSplitter([("#", "title")]))


def test_a_chunk_longer_than_the_encoder_reads_is_cut_further() -> None:
    whole = passages(cut(1000))
    found = passages(cut(1000), limit=20)
    assert len(found) > len(whole) == 1
    assert max(MEASURE([encoded_text(passage) for passage in found])) <= 20
    check(MANUAL, found)


@settings(deadline=None)
@given(
    st.lists(st.text("abc .:\n", min_size=1, max_size=200).filter(str.strip), min_size=1, max_size=6),
    st.integers(20, 400),
    st.integers(16, 40),
)
def test_nothing_is_left_unread(texts: list[str], size: int, limit: int) -> None:
    made = document(*(("code" if number % 3 == 2 else "paragraph", text, 0) for number, text in enumerate(texts)))
    found = passages(cut(size), made, limit)
    assert all(size <= limit for size in MEASURE([encoded_text(passage) for passage in found]))
    check(made, found)


def test_another_setting_is_another_identity() -> None:
    assert splitter(cut(80)).identity == splitter(cut(80)).identity
    assert splitter(cut(80)).identity != splitter(cut(81)).identity
    assert splitter(cut(80)).identity.startswith("RecursiveCharacterTextSplitter-")
    assert splitter(cut(80)).identity != splitter(cut(80, length_function=words)).identity
    assert splitter(cut(80, length_function=words)).identity == splitter(cut(80, length_function=words)).identity


def words(text: str) -> int:
    return len(text.split())


def test_a_library_cuts_with_the_splitter_that_it_is_given(shelf: Path) -> None:
    text = "# Kettle\n\nDescale the kettle every 3 months. Rinse it twice afterwards.\n"
    home = make(shelf / "home", {"kettle.md": text, "pump.md": text.replace("ettle", "ump")})
    spec = RetrievalSpec(encoder="words-1")

    def synced(splitter: ChunkSplitter | None) -> tuple[list[str], SyncReport]:
        library = open_library(home, spec, Access({}), WordEncoder(), splitter=splitter)
        report = library.sync()
        hits = library.searcher.search("Descale the kettle", 9, where=Where(documents="kettle.md"))
        return sorted(hit.passage.text for hit in hits), report

    assert synced(None)[0] == ["Descale the kettle every 3 months. Rinse it twice afterwards."]
    small = splitter(cut(36))
    cut_small, report = synced(small)
    assert sorted(report.changed) == ["kettle.md", "pump.md"]
    assert cut_small == ["Descale the kettle every 3 months.", "Rinse it twice afterwards."]
    assert synced(splitter(cut(36)))[1].unchanged == 2
    assert synced(None)[1].changed == report.changed


def test_a_splitter_costs_only_the_files_that_it_does_not_suit(shelf: Path) -> None:
    home = make(shelf / "home", {"odd.md": "# Odd\n\nThe pump.\n", "good.md": "# Good\n\nThe kettle.\n"})
    fussy = splitter(Told("Good\n\nThe kettle."))
    library = open_library(home, RetrievalSpec(encoder="words-1"), Access({}), WordEncoder(), splitter=fussy)
    report = library.sync()
    assert [name for name, _ in report.problems] == ["odd.md"]
    assert "Told altered the text" in report.problems[0][1]
    assert [hit.passage.document for hit in library.searcher.search("kettle", 3)] == ["good.md"]


def test_a_store_cuts_with_the_text_splitter_that_it_is_given(shelf: Path, embeddings: GroundsmithEmbeddings) -> None:
    store = GroundsmithVectorStore(shelf / "home", embeddings, text_splitter=cut(36))
    store.add_texts(["Descale the kettle every 3 months. Rinse it twice afterwards."], ids=["a"])
    found = GroundsmithRetriever(library=store.library).invoke("kettle", k=9)
    assert {document.page_content for document in found} == {
        "Descale the kettle every 3 months.",
        "Rinse it twice afterwards.",
    }
    GroundsmithVectorStore(store.library, text_splitter=cut(36))
    with pytest.raises(UsageError, match="another splitter"):
        GroundsmithVectorStore(store.library, text_splitter=cut(99))
