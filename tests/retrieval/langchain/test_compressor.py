"""What others found is ranked as a search would rank it, and quoted to the letter."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from langchain_core.documents import Document

from retrieval.langchain import GroundsmithCompressor, GroundsmithEmbeddings
from tests.fakes import WordEncoder

QUESTION = "How long is the warranty of the boiler?"
CARE = Document(id="care", page_content="Descale the kettle.\n\nRinse it twice.", metadata={"n": 1})
COVER = Document(page_content="  The pump is covered. The boiler has a warranty of 60 months.  It ends.", metadata={})
OTHER = Document(page_content="The board met.", metadata={"title": "Minutes"})


def compressor(**dials: object) -> GroundsmithCompressor:
    return GroundsmithCompressor(embedding=GroundsmithEmbeddings("words-1", WordEncoder()), **dials)  # type: ignore[arg-type]


def test_the_best_come_first_and_keep_what_they_are() -> None:
    best, second = compressor(top_n=2).compress_documents([CARE, OTHER, COVER], QUESTION)
    assert best.page_content == COVER.page_content
    assert best.metadata.keys() == {"relevance_score"}
    assert best.metadata["relevance_score"] > second.metadata["relevance_score"]
    assert COVER.metadata == {}
    assert len(compressor(top_n=9).compress_documents([CARE, OTHER, COVER, COVER], QUESTION)) == 4
    assert compressor().compress_documents([], QUESTION) == []


def test_the_best_units_come_with_their_place() -> None:
    given = [CARE, OTHER, COVER]
    found = compressor(top_n=3, extract=True).compress_documents(given, QUESTION)
    assert found[0].page_content == "The boiler has a warranty of 60 months."
    assert found[0].metadata.keys() == {"start", "end", "relevance_score"}
    for quote in (each for each in found if each.metadata.get("n") is None):
        start, end = quote.metadata["start"], quote.metadata["end"]
        assert quote.page_content in (OTHER.page_content[start:end], COVER.page_content[start:end])


async def test_it_compresses_beside_other_things() -> None:
    found = await compressor(top_n=1).acompress_documents([CARE, COVER], QUESTION)
    assert [document.page_content for document in found] == [COVER.page_content]


def test_a_long_document_is_as_good_as_its_best_passage() -> None:
    filler = " ".join(f"Sentence {n} is about something else altogether." for n in range(80))
    long = Document(page_content=f"{filler} {COVER.page_content}")
    assert WordEncoder().measure([long.page_content])[0] > WordEncoder.limit
    (best,) = compressor(top_n=1).compress_documents([CARE, OTHER, long], QUESTION)
    assert best.page_content == long.page_content


@settings(deadline=None, max_examples=40)
@given(st.lists(st.text(max_size=300), max_size=4), st.text(max_size=30), st.integers(1, 6))
def test_quotes_of_anything_stand_where_they_say(texts: list[str], question: str, top_n: int) -> None:
    documents = [Document(page_content=text, metadata={"number": number}) for number, text in enumerate(texts)]
    found = compressor(top_n=top_n, extract=True).compress_documents(documents, question)
    assert len(found) <= top_n
    for quote in found:
        text = texts[quote.metadata["number"]]
        assert text[quote.metadata["start"] : quote.metadata["end"]] == quote.page_content != ""
    scores = [quote.metadata["relevance_score"] for quote in found]
    assert scores == sorted(scores, reverse=True)


def test_none_is_too_few() -> None:
    with pytest.raises(ValueError, match="greater than or equal to 1"):
        compressor(top_n=0)
