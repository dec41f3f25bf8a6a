"""Passages with their place, found for who asks, however they are named."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.documents import Document
from langchain_core.runnables import Runnable, RunnableConfig, RunnableLambda

from retrieval import EVERYONE, HomeError, Library, Principal, UsageError, Where
from retrieval.langchain import GroundsmithEmbeddings, GroundsmithRetriever, GroundsmithVectorStore
from tests.retrieval.homes import HR, make, synced

FILES = {
    "manual.md": "# Kettle\n\n## Care\n\nDescale the kettle every 3 months. Rinse it twice.\n\n## Use\n\nBoil water.\n",
    "hr/pay.md": "# Pay\n\nThe tamarisk band is paid monthly.\n",
}


@pytest.fixture
def library(shelf: Path) -> Library:
    return synced(make(shelf / "home", FILES, 'hr = ["HR"]'))


@pytest.fixture
def retriever(library: Library) -> GroundsmithRetriever:
    return GroundsmithRetriever(library=library)


def named(principal: object) -> RunnableConfig:
    return {"configurable": {"principal": principal}}


def documents(found: list[Any]) -> set[str]:
    return {document.metadata["document"] for document in found}


def test_a_passage_comes_with_its_place(retriever: GroundsmithRetriever) -> None:
    (found,) = retriever.invoke("How often is the kettle descaled?", k=1)
    score, by = found.metadata.pop("score"), found.metadata.pop("found_by")
    assert found.page_content == "Descale the kettle every 3 months. Rinse it twice."
    assert found.id == found.metadata.pop("passage")
    assert found.metadata == {
        "document": "manual.md",
        "title": "Kettle",
        "heading": ["Care"],
        "page": None,
        "start": 14,
        "end": 64,
        "place": "Kettle › Care",
        "date": None,
    }
    text = retriever.library.catalogue.document("manual.md", EVERYONE) or ""
    assert text[found.metadata["start"] : found.metadata["end"]] == found.page_content
    assert {"dense", "lexical"} <= by.keys()
    assert score > by["dense"]


def test_the_principal_of_a_call_is_heard(retriever: GroundsmithRetriever) -> None:
    question = "tamarisk band"
    assert documents(retriever.invoke(question)) == {"manual.md"}
    insiders: list[object] = [HR, {"user": "ada", "groups": ["HR"]}, {"groups": ("HR",)}]
    outsiders: list[object] = [EVERYONE, {"user": "ada"}, {"groups": []}, {"groups": ["hr"]}]
    for given in insiders:
        assert "hr/pay.md" in documents(retriever.invoke(question, named(given)))
    for given in outsiders:
        assert documents(retriever.invoke(question, named(given))) == {"manual.md"}
    assert "hr/pay.md" in documents(retriever.invoke(question, principal=HR))


async def test_it_is_heard_in_a_chain_and_in_a_batch(retriever: GroundsmithRetriever) -> None:
    chain = RunnableLambda(lambda asked: asked["question"]) | retriever | documents
    question = {"question": "tamarisk band"}
    assert chain.invoke(question, named(HR)) == {"hr/pay.md", "manual.md"}
    assert await chain.ainvoke(question, named(HR)) == {"hr/pay.md", "manual.md"}
    assert await chain.ainvoke(question) == {"manual.md"}
    both = retriever.batch(["tamarisk", "tamarisk"], [named(HR), named(EVERYONE)])
    assert [len(found) for found in both] == [3, 2]
    inner: Runnable[str, list[Document]] = RunnableLambda(lambda asked: retriever.invoke(asked))  # which is not told
    assert documents(inner.invoke("tamarisk", named(HR))) == {"hr/pay.md", "manual.md"}


def test_one_opened_for_somebody_asks_for_them(retriever: GroundsmithRetriever) -> None:
    theirs = retriever.with_principal(HR)
    assert "hr/pay.md" in documents(theirs.invoke("tamarisk"))
    assert "hr/pay.md" not in documents(retriever.invoke("tamarisk"))
    assert "hr/pay.md" not in documents(theirs.invoke("tamarisk", named(EVERYONE)))
    assert "hr/pay.md" in documents(GroundsmithRetriever(library=retriever.library, principal=HR).invoke("tamarisk"))


@pytest.mark.parametrize("wrong", ["HR", {"group": ["HR"]}, {"groups": "HR"}, {"groups": [7]}, {"user": 7}, 7])
def test_one_that_is_nobody_is_refused(retriever: GroundsmithRetriever, wrong: object) -> None:
    with pytest.raises(UsageError):
        retriever.invoke("tamarisk", named(wrong))
    with pytest.raises(UsageError):
        GroundsmithRetriever(library=retriever.library, principal=wrong)  # type: ignore[arg-type]


def test_search_has_its_dials(retriever: GroundsmithRetriever) -> None:
    assert documents(retriever.invoke("tamarisk", without=["manual.md"], principal=HR)) == {"hr/pay.md"}
    lexical = retriever.invoke("kettle", how="lexical")
    assert [list(document.metadata["heading"]) for document in lexical] == [["Care"], ["Use"]]
    assert retriever.model_copy(update={"without": frozenset({"manual.md"})}).invoke("kettle") == []
    with pytest.raises(UsageError, match="k is 0"):
        retriever.invoke("kettle", k=0)


def test_a_folder_is_opened_as_the_spec_says(library: Library, shelf: Path) -> None:
    with pytest.raises(HomeError, match="is not a folder"):
        GroundsmithRetriever(library=shelf / "elsewhere")  # type: ignore[arg-type]
    again = GroundsmithRetriever(library=str(library.home.root))  # type: ignore[arg-type]
    assert again.library.spec == library.spec
    assert again.library.access == library.access


def test_who_asks_is_not_traced(retriever: GroundsmithRetriever) -> None:
    heard: list[object] = []

    class Ear(BaseCallbackHandler):
        def on_retriever_start(self, serialized: Any, query: str, **kwargs: Any) -> None:
            heard.append((serialized, query, kwargs))

    config = named(Principal("ada-lovelace", HR.groups))
    config["callbacks"] = [Ear()]
    retriever.invoke("tamarisk", config)
    assert len(heard) == 1
    assert "ada-lovelace" not in str(heard)


def test_a_filter_says_which_documents_are_meant(library: Library) -> None:
    everything = Principal("ada", frozenset({"HR"}))
    retriever = GroundsmithRetriever(library=library, principal=everything, filter={"folder": "hr"})
    assert documents(retriever.invoke("kettle")) == {"hr/pay.md"}
    assert documents(retriever.invoke("kettle", filter={"folder": "manual.md"})) == {"manual.md"}
    assert documents(retriever.invoke("kettle", filter=Where(media="html"))) == set()
    assert documents(retriever.with_principal(EVERYONE).invoke("kettle")) == set()
    with pytest.raises(UsageError, match="since is 'soon'"):
        retriever.invoke("kettle", filter={"since": "soon"})


def test_a_filter_knows_the_metadata_of_what_was_added(shelf: Path, embeddings: GroundsmithEmbeddings) -> None:
    store = GroundsmithVectorStore(shelf / "home", embeddings)
    store.add_texts(["The pump.", "The other pump."], [{"floor": 3, "kind": "tall"}, {"floor": 4}], ids=["a", "b"])
    retriever = GroundsmithRetriever(library=store.library)
    assert documents(retriever.invoke("pump", filter={"floor": 3, "kind": "tall"})) == {"langchain/a"}
    assert documents(retriever.invoke("pump", filter={"floor": 5})) == set()
