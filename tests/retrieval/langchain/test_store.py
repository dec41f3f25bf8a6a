"""What is added lasts, is found again to the letter, and leaves when it is told to."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from langchain_core.documents import Document
from langchain_core.embeddings import Embeddings

from retrieval import HomeBusy, ReadError, UsageError, read
from retrieval.langchain import GroundsmithEmbeddings, GroundsmithRetriever, GroundsmithVectorStore
from retrieval.langchain.records import AS_GIVEN, record_of
from retrieval.langchain.records import given as as_given
from retrieval.langchain.writing import in_turn
from tests.fakes import WordEncoder
from tests.retrieval.homes import HR, make, opened, synced

KETTLE = Document(id="kettle", page_content="Descale the kettle every 3 months.", metadata={"kind": "care"})
BOILER = Document(id="boiler", page_content="The boiler is covered for 60 months.", metadata={"kind": "warranty"})
PUMP = Document(id="pump", page_content="The pump is covered for 24 months.", metadata={"kind": "warranty", "part": 7})
PAY = Document(id="pay", page_content="The tamarisk band pays 41,000 a year.", metadata={"groups": ["HR"]})


@pytest.fixture
def filled(store: GroundsmithVectorStore) -> GroundsmithVectorStore:
    store.add_documents([KETTLE, BOILER, PUMP, PAY])
    return store


def ids(documents: list[Document]) -> list[str | None]:
    return [document.id for document in documents]


# It lasts


def test_another_process_finds_what_was_added(filled: GroundsmithVectorStore) -> None:
    again = GroundsmithVectorStore(filled.library.home.root, filled.embeddings)
    assert again.similarity_search("boiler months", k=1) == [BOILER]
    assert again.get_by_ids(["pump", "pay", "kettle"]) == [PUMP, KETTLE]
    assert again.with_principal(HR).get_by_ids(["pay"]) == [PAY]


def test_a_sync_changes_nothing_of_it(filled: GroundsmithVectorStore) -> None:
    before = filled.similarity_search_with_score("covered months", k=4, principal=HR)
    report = opened(filled.library.home).sync()
    assert (report.added, report.changed, report.deleted, report.problems) == ([], [], [], [])
    assert not report.sealed
    assert filled.similarity_search_with_score("covered months", k=4, principal=HR) == before


def test_it_survives_a_catalogue_made_anew(filled: GroundsmithVectorStore) -> None:
    """The files are what counts: they are all that a backup of documents needs."""
    for path in filled.library.home.database.parent.glob("home.sqlite*"):
        path.unlink()
    again = GroundsmithVectorStore(filled.library.home.root, filled.embeddings)
    again.library.sync()
    assert again.similarity_search("boiler", k=1) == [BOILER]
    assert again.similarity_search("tamarisk", k=9, principal=HR)[0] == PAY
    assert PAY not in again.similarity_search("tamarisk", k=9)


def test_one_that_is_added_again_takes_the_place_of_the_first(filled: GroundsmithVectorStore) -> None:
    newer = Document(id="pump", page_content="The pump is covered for 36 months.", metadata={})
    assert filled.add_documents([newer]) == ["pump"]
    assert filled.get_by_ids(["pump"]) == [newer]
    found = filled.similarity_search("pump covered months", k=9)
    assert ids(found).count("pump") == 1
    assert PUMP not in found


def test_documents_without_ids_are_given_some(store: GroundsmithVectorStore) -> None:
    first, second = store.add_texts(["The same words.", "The same words."], [{"n": 1}, {"n": 2}])
    assert first != second
    assert [document.metadata["n"] for document in store.get_by_ids([second, first])] == [2, 1]


def test_what_is_deleted_is_gone_for_good(filled: GroundsmithVectorStore) -> None:
    assert filled.delete(["pump", "never there"])
    assert "pump" not in ids(filled.similarity_search("pump", k=9))
    assert opened(filled.library.home).sync().sealed is False
    assert filled.get_by_ids(["pump"]) == []
    assert filled.similarity_search("boiler", k=1) == [BOILER]


def test_all_may_be_deleted_at_once(store: GroundsmithVectorStore) -> None:
    """A sync holds back where so much is gone; here it was meant."""
    store.add_texts([f"Sentence number {n}." for n in range(40)])
    store.add_documents([PAY])
    assert store.delete()
    assert store.similarity_search("sentence number", k=9, principal=HR) == []
    assert not list(store.library.home.documents.rglob("*.jsonl"))
    assert store.add_documents([KETTLE]) == ["kettle"]


# To the letter

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
METADATA = st.dictionaries(st.text(max_size=8).filter(lambda key: key != "groups"), JSON, max_size=4)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(text=st.text(min_size=1, max_size=200), id=st.text(min_size=1, max_size=20), metadata=METADATA)
@example(text="NASA\n====", id="a  b/ü%20", metadata={"x": "a  b\u2028\x7f\u200b", "title": " ", "date": "soon"})
@example(text="def f():\n\treturn  1", id="..", metadata={"title": "Code", "version": "2"})
def test_a_document_comes_back_as_it_was(shelf: Path, text: str, id: str, metadata: dict[str, Any]) -> None:
    document = Document(id=id, page_content=text, metadata=metadata)
    file = shelf / "one.jsonl"
    try:
        record = record_of(document, id)
    except UsageError as error:
        assert "holds no text" in str(error)
        return
    file.write_text(record.line, encoding="utf-8")
    (kept,) = read(file, "one.jsonl")
    assert kept.id == record.id
    assert as_given(kept.id, kept.metadata[AS_GIVEN]) == document
    assert any(block.kind != "heading" for block in kept.blocks), "no passage would hold it"


@pytest.mark.parametrize("text", ["NASA", "Chapter 1", "1. Scope", "SAFETY\n======", "FIRST\n\nSECOND"])
def test_what_looks_like_a_heading_alone_is_found(store: GroundsmithVectorStore, text: str) -> None:
    store.add_texts([text, "Something else."], ids=["it", "other"])
    assert ids(store.similarity_search(text, k=1)) == ["it"]
    (hit,) = store.library.searcher.search(text, 1)
    assert hit.passage.text in text


def test_a_long_document_counts_once(store: GroundsmithVectorStore) -> None:
    long = " ".join(f"The pump of machine {n} is rinsed on day {n}." for n in range(200))
    store.add_texts([long, "The kettle is rinsed.", "The boiler is not."], ids=["long", "kettle", "boiler"])
    assert store.library.catalogue.counts(HR).passages > 8
    found = store.similarity_search("pump rinsed on day", k=3)
    assert ids(found)[0] == "long"
    assert set(ids(found)) == {"long", "kettle", "boiler"}
    assert found[0].page_content == long


# What is refused, and keeps nothing


def kept(store: GroundsmithVectorStore) -> int:
    return len(list(store.library.home.documents.rglob("*")))


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        (Document(page_content=" \n\t"), "holds no text"),
        (Document(page_content="x", metadata={"when": object()}), "cannot be written as JSON"),
        (Document(page_content="x", metadata={"groups": "HR"}), "'HR' is not a list of group names"),
        (Document(page_content="x", metadata={"groups": []}), "is not a list of group names"),
        (Document(page_content="x", metadata={"groups": ["HR", 3]}), "is not a list of group names"),
    ],
)
def test_a_document_that_cannot_be_kept_keeps_the_others_out(
    store: GroundsmithVectorStore, bad: Document, said: str
) -> None:
    with pytest.raises(UsageError, match=said):
        store.add_documents([KETTLE, bad])
    assert kept(store) == 0


def test_lists_of_unlike_lengths_are_refused(store: GroundsmithVectorStore) -> None:
    with pytest.raises(UsageError, match="2 documents and 1 ids"):
        store.add_texts(["one", "two"], ids=["1"])
    with pytest.raises(UsageError, match="1 documents and 2 metadatas"):
        store.add_texts(["one"], [{}, {}])
    assert kept(store) == 0


def test_words_that_are_not_understood_are_refused(filled: GroundsmithVectorStore) -> None:
    with pytest.raises(UsageError, match="does not know principals"):
        filled.similarity_search("pay", principals=HR)
    with pytest.raises(UsageError, match="k is 0"):
        filled.similarity_search("pay", k=0)
    with pytest.raises(UsageError, match="is not a filter"):
        filled.similarity_search("pay", filter=7)
    with pytest.raises(UsageError, match="is not somebody who asks"):
        filled.similarity_search("pay", principal="HR")


def test_a_record_that_somebody_broke_is_named(filled: GroundsmithVectorStore) -> None:
    (path, *_) = sorted(filled.library.home.documents.rglob("*.jsonl"))
    path.write_text("{", encoding="utf-8")
    with pytest.raises(ReadError, match=path.name):
        filled.delete()


# Homes


def test_a_store_beside_documents_finds_its_own(shelf: Path, embeddings: GroundsmithEmbeddings) -> None:
    home = make(shelf / "home", {"pump.md": "# Pump\n\nThe pump is covered.\n", "manuals/a.md": "The pump hums.\n"})
    synced(home)
    store = GroundsmithVectorStore(home.root, embeddings)
    store.add_documents([PUMP, KETTLE])
    assert ids(store.similarity_search("pump", k=9)) == ["pump", "kettle"]
    everything = GroundsmithRetriever(library=store.library, k=9).invoke("pump")
    found = {document.metadata["document"] for document in everything}
    assert found == {"pump.md", "manuals/a.md", "langchain/pump", "langchain/kettle"}
    store.delete()
    assert opened(home).catalogue.titles(HR).keys() == {"pump.md", "manuals/a.md"}


def test_a_home_keeps_to_its_encoder(filled: GroundsmithVectorStore) -> None:
    class Others(WordEncoder):
        identity = "words-2"

    with pytest.raises(UsageError, match="is encoded by words-1, the embedding given is words-2"):
        GroundsmithVectorStore(filled.library.home.root, GroundsmithEmbeddings("words-2", Others()))
    with pytest.raises(UsageError, match="is encoded by words-1"):
        GroundsmithVectorStore(filled.library, Recording())


def test_from_texts_makes_a_home(shelf: Path, embeddings: GroundsmithEmbeddings) -> None:
    store = GroundsmithVectorStore.from_documents([KETTLE, BOILER], embeddings, home=shelf / "new")
    assert store.similarity_search("boiler", k=1) == [BOILER]
    more = GroundsmithVectorStore.from_texts(["The pump hums."], embeddings, ids=["hum"], home=str(shelf / "new"))
    assert ids(more.similarity_search("pump", k=1)) == ["hum"]
    assert more.get_by_ids(["boiler"]) == [BOILER]
    with pytest.raises(UsageError, match="needs a folder"):
        GroundsmithVectorStore.from_texts(["x"], embeddings)


class Recording(Embeddings):
    """Says what it was given; questions point elsewhere than documents do, and no vector has length one."""

    model = "two faces"

    def __init__(self) -> None:
        self.documents: list[str] = []
        self.queries: list[str] = []

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        self.documents += texts
        return [[3.0, float(len(text)), 0.0] for text in texts]

    def embed_query(self, text: str) -> list[float]:
        self.queries.append(text)
        return [3.0, float(len(text)), 0.0]


def test_any_embeddings_are_given_texts_as_they_are(shelf: Path) -> None:
    embedding = Recording()
    store = GroundsmithVectorStore(shelf / "home", embedding)
    titled = {"title": "Warranty"}
    store.add_texts(["The boiler is covered.", "x" * 90, "The pump too."], [{}, {}, titled])
    assert sorted(embedding.documents) == ["The boiler is covered.", "Warranty\nThe pump too.", "x" * 90]
    assert store.similarity_search_with_score("The boiler is covered.", k=1)[0][1] == pytest.approx(1.3)
    assert embedding.queries[-1] == "The boiler is covered."
    assert store.library.spec.encoder == "langchain-Recording-two-faces"
    assert GroundsmithVectorStore(shelf / "home", Recording()).similarity_search("covered", k=9)


# Many at once


async def test_adding_from_many_tasks_loses_nothing(store: GroundsmithVectorStore) -> None:
    names = [f"n{number}" for number in range(12)]
    jobs = [store.aadd_texts([f"Sentence {name}."], ids=[name]) for name in names]
    assert await asyncio.gather(*jobs) == [[name] for name in names]
    assert ids(await store.aget_by_ids(names)) == names
    assert set(ids(await store.asimilarity_search("sentence", k=20))) == set(names)


def test_waiting_for_ones_turn_has_an_end(store: GroundsmithVectorStore) -> None:
    def write() -> None:
        with store.library.home.writing():
            raise AssertionError("it is taken")

    with store.library.home.writing(), pytest.raises(HomeBusy):
        in_turn(write, patience=0.1)
