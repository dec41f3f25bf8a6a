"""The ways of asking a store: scores, filters, vectors, variety."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from langchain_core.documents import Document
from langchain_core.vectorstores.utils import maximal_marginal_relevance

from retrieval import Passage, UsageError, Where
from retrieval.langchain import GroundsmithEmbeddings, GroundsmithVectorStore
from retrieval.langchain.encoders import unit_vectors
from retrieval.langchain.searching import Filter, diverse
from retrieval.search import How
from tests.retrieval.homes import HR

TEXTS = {
    "boiler": "The boiler is covered for 60 months.",
    "boiler-again": "The boiler is covered for 60 whole months.",
    "pump": "The pump is covered.",
    "kettle": "Descale the kettle.",
}


@pytest.fixture
def filled(store: GroundsmithVectorStore) -> GroundsmithVectorStore:
    store.add_texts(
        list(TEXTS.values()), [{"id": id, "months": "months" in TEXTS[id]} for id in TEXTS], ids=list(TEXTS)
    )
    return store


def ids(documents: list[Document]) -> list[str | None]:
    return [document.id for document in documents]


@pytest.mark.parametrize("how", ["hybrid", "dense", "lexical"])
def test_relevance_lies_between_nothing_and_one(filled: GroundsmithVectorStore, how: How) -> None:
    filled.how = how
    for question in ("The boiler is covered for 60 months.", "kettle", "zebra", ""):
        found = filled.similarity_search_with_relevance_scores(question, k=4)
        scores = [score for _, score in found]
        assert all(0 <= score <= 1 for score in scores)
        assert scores == sorted(scores, reverse=True)
    (_, best), *_ = filled.similarity_search_with_relevance_scores("The boiler is covered for 60 months.", k=1)
    assert best > 0.5
    assert filled.similarity_search_with_relevance_scores("zebra", k=4, score_threshold=0.1) == []


class Shortest:
    """The shorter a passage, the better."""

    def score(self, question: str, passages: Sequence[Passage]) -> list[float]:
        return [1 / len(passage.text) for passage in passages]


def test_a_reranker_of_the_home_has_the_last_word(filled: GroundsmithVectorStore) -> None:
    filled.library.searcher.reranker = Shortest()
    store = GroundsmithVectorStore(filled.library)
    found = store.similarity_search_with_relevance_scores("boiler months", k=2)
    assert [(document.id, score) for document, score in found] == [("kettle", 1 / 19), ("pump", 1 / 20)]
    assert ids(GroundsmithVectorStore(filled.library, how="hybrid").similarity_search("boiler", k=1)) == ["boiler"]


def test_the_same_words_are_as_relevant_as_can_be(filled: GroundsmithVectorStore) -> None:
    ((document, relevance),) = filled.similarity_search_with_relevance_scores(TEXTS["pump"], k=1)
    assert document.id == "pump"
    assert relevance == pytest.approx(1)


def test_a_filter_leaves_k_that_pass_it(filled: GroundsmithVectorStore) -> None:
    assert ids(filled.similarity_search("boiler months", k=2, filter={"months": False})) == ["kettle", "pump"]
    assert ids(filled.similarity_search("kettle", k=4, filter={"id": "pump", "months": False})) == ["pump"]
    assert filled.similarity_search("kettle", filter={"no": None}) == []
    found = filled.similarity_search("covered", k=4, filter=lambda document: "boiler" in document.page_content)
    assert set(ids(found)) == {"boiler", "boiler-again"}


def test_a_span_of_days_goes_with_what_else_is_asked(store: GroundsmithVectorStore) -> None:
    facts = [{"date": f"2026-0{n}-01", "floor": n % 2} for n in range(1, 7)]
    store.add_texts([f"Pump {n}." for n in range(1, 7)], facts, ids=[f"p{n}" for n in range(1, 7)])
    span: Filter = {"since": "2026-02", "until": "2026-05-01", "floor": 1}
    assert set(ids(store.similarity_search("pump", k=9, filter=span))) == {"p3", "p5"}
    vector = store.embeddings.embed_query("pump")
    assert set(ids(store.similarity_search_by_vector(vector, k=9, filter=span))) == {"p3", "p5"}
    assert set(ids(store.similarity_search("pump", k=9, filter=Where(until="2026-01")))) == {"p1"}
    assert store.similarity_search("pump", filter={"since": "2027"}) == []


def test_a_filter_reaches_beyond_the_first_candidates(store: GroundsmithVectorStore) -> None:
    store.library.spec = type(store.library.spec)(candidates=5)
    store.add_texts(["pump " * 3 + str(n) for n in range(60)] + ["kettle"], ids=[str(n) for n in range(60)] + ["last"])
    assert ids(store.similarity_search("pump", k=1, filter=lambda document: document.id == "last")) == ["last"]
    vector = store.embeddings.embed_query("pump")
    assert ids(store.similarity_search_by_vector(vector, k=1, filter=lambda d: d.id == "last")) == ["last"]


def test_a_filter_is_never_shown_what_the_asker_may_not_read(filled: GroundsmithVectorStore) -> None:
    filled.add_texts(["The boiler of HR."], [{"groups": ["HR"]}], ids=["secret"])
    shown: list[str | None] = []

    def look(document: Document) -> bool:
        shown.append(document.id)
        return True

    filled.similarity_search("boiler", k=9, filter=look)
    assert set(shown) == set(TEXTS)
    filled.similarity_search("boiler", k=9, filter=look, principal=HR)
    assert "secret" in shown


def test_a_vector_finds_what_its_question_does(filled: GroundsmithVectorStore) -> None:
    filled.how = "dense"
    for question in ("boiler months", "kettle", "covered pump"):
        vector = [9 * number for number in filled.embeddings.embed_query(question)]  # its length tells nothing
        assert filled.similarity_search_by_vector(vector, k=3) == filled.similarity_search(question, k=3)
    with pytest.raises(UsageError, match="has 2 numbers, those of this store have 512"):
        filled.similarity_search_by_vector([1.0, 0.0])


def test_variety_leaves_out_what_says_the_same(filled: GroundsmithVectorStore) -> None:
    question = "Is the boiler covered for months?"
    assert ids(filled.similarity_search(question, k=2)) == ["boiler", "boiler-again"]
    assert ids(filled.max_marginal_relevance_search(question, k=2, lambda_mult=0.5)) == ["boiler", "pump"]
    assert ids(filled.max_marginal_relevance_search(question, k=2, lambda_mult=1)) == ["boiler", "boiler-again"]
    vector = filled.embeddings.embed_query(question)
    assert ids(filled.max_marginal_relevance_search_by_vector(vector, k=2, lambda_mult=0.5)) == ["boiler", "pump"]
    assert len(filled.max_marginal_relevance_search(question, k=9, fetch_k=1)) == 4
    assert filled.max_marginal_relevance_search(question, filter={"id": "nobody"}) == []


@settings(deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 8), st.integers(1, 9), st.sampled_from([0.0, 0.25, 0.5, 1.0]))
def test_variety_is_that_of_langchain(seed: int, many: int, k: int, weight: float) -> None:
    numbers = np.random.default_rng(seed)
    question, vectors = unit_vectors(numbers.normal(size=(1, 5)))[0], unit_vectors(numbers.normal(size=(many, 5)))
    theirs = maximal_marginal_relevance(question, vectors.tolist(), lambda_mult=weight, k=k)
    assert diverse(question, vectors, k, weight) == theirs


def test_a_retriever_of_the_store_searches_as_it_does(filled: GroundsmithVectorStore) -> None:
    plain = filled.as_retriever(search_kwargs={"k": 2, "filter": {"months": False}})
    assert ids(plain.invoke("boiler months")) == ["kettle", "pump"]
    varied = filled.as_retriever(search_type="mmr", search_kwargs={"k": 2, "lambda_mult": 0.5})
    assert ids(varied.invoke("Is the boiler covered for months?")) == ["boiler", "pump"]
    strict = filled.as_retriever(search_type="similarity_score_threshold", search_kwargs={"score_threshold": 0.9})
    assert ids(strict.invoke(TEXTS["kettle"])) == ["kettle"]


def test_embeddings_of_the_store_are_its_own(filled: GroundsmithVectorStore) -> None:
    without = GroundsmithVectorStore(filled.library)
    assert isinstance(without.embeddings, GroundsmithEmbeddings)
    assert without.embeddings.embed_query("kettle") == filled.embeddings.embed_query("kettle")
    assert ids(without.similarity_search("kettle", k=1)) == ["kettle"]
