"""Passages that are brought along are scored like any others, and quoted to the letter."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from retrieval import bring, score
from tests.fakes import WordEncoder

TEXT = "  The warranty lasts 24 months.\n\nIt covers the boiler. It does not cover seals. "


def test_a_brought_passage_keeps_its_text_and_has_units() -> None:
    passage = bring("w", "Warranty", TEXT)
    assert passage.text == TEXT
    quotes = [passage.quote(unit) for unit in passage.units]
    assert quotes == ["The warranty lasts 24 months.", "It covers the boiler.", "It does not cover seals."]


@given(st.text(max_size=400))
def test_units_of_any_text_stand_in_it(text: str) -> None:
    passage = bring("x", "", text)
    assert all(passage.quote(unit).strip() == passage.quote(unit) != "" for unit in passage.units)


def test_hits_keep_their_order_and_the_best_scores_best() -> None:
    passages = [bring("a", "", "Rinse the kettle twice."), bring("b", "", "The warranty lasts 24 months.")]
    hits = score("How long is the warranty?", passages, WordEncoder())
    assert [hit.passage.id for hit in hits] == ["a", "b"]
    assert hits[1].score > hits[0].score
    assert set(hits[1].found_by) == {"dense", "lexical", "shared"}
    assert set(hits[0].found_by) == {"dense"}


def test_nothing_brought_is_nothing_found() -> None:
    assert score("Why?", [], WordEncoder()) == []
