"""Who may not read a document sees, through LangChain too, what they would see if it did not exist."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, combinations
from pathlib import Path

import pytest
from langchain_core.documents import Document
from langchain_core.runnables import RunnableConfig

from retrieval import EVERYONE, Principal
from retrieval.langchain import GroundsmithEmbeddings, GroundsmithRetriever, GroundsmithVectorStore
from tests.fakes import WordEncoder
from tests.retrieval.homes import SEED, SHARE

GROUPS = ("HR", "board", "legal")
AUDIENCES: tuple[list[str], ...] = ([], [], ["HR"], ["board"], ["HR", "board"], ["legal"])
WORDS = [f"{start}{end}" for start in ("ket", "pum", "boi", "hero") for end in ("tle", "ling", "mer", "sta", "vo")]

Batch = dict[str, Document | None]  # id → what is added under it; None: deleted


def principals() -> Iterator[Principal]:
    for groups in chain.from_iterable(combinations(GROUPS, size) for size in range(3)):
        yield Principal("someone", frozenset(groups))


def may_read(principal: Principal, document: Document) -> bool:
    return not document.metadata["groups_meant"] or bool(principal.groups & set(document.metadata["groups_meant"]))


class Corpus:
    """Batches of made-up documents that share their words; each that is not for everyone has a word of its own."""

    def __init__(self, seed: int, size: int) -> None:
        self.random = random.Random(seed)
        self.batches: list[Batch] = [{} for _ in range(4)]
        for number in range(size):
            for batch in sorted({0, self.random.randrange(4)}):  # some change, or change hands, later
                gone = batch > 0 and self.random.random() < 0.3
                self.batches[batch][f"d{number}"] = None if gone else self.document(number)

    def document(self, number: int) -> Document:
        groups = self.random.choice(AUDIENCES)
        said = " ".join(self.random.choices(WORDS, k=self.random.randint(3, 30)))
        canary = f"canary{number}x{self.random.randrange(10**6)}"
        metadata = {"groups_meant": groups, **({"groups": groups, "canary": canary} if groups else {})}
        return Document(page_content=f"{said} {canary if groups else ''}".strip() + ".", metadata=metadata)

    def documents(self) -> list[Document]:
        return [document for batch in self.batches for document in batch.values() if document]

    def question(self) -> str:
        canaries = [document.metadata.get("canary", "zebra") for document in self.documents()]
        return " ".join(self.random.choices([*WORDS, *canaries], k=self.random.randint(1, 5)))


def live(store: GroundsmithVectorStore, batch: Mapping[str, Document | None], principal: Principal | None) -> None:
    """What happens to the documents; to one who never heard of them, one that changes hands is deleted."""
    seen = {
        id: document if document and (principal is None or may_read(principal, document)) else None
        for id, document in batch.items()
    }
    store.delete([id for id, document in seen.items() if document is None])
    store.add_documents([d for d in seen.values() if d], ids=[id for id, d in seen.items() if d])


@dataclass
class Pair:
    """One principal before two stores: the whole one, and one that never held what they may not read."""

    principal: Principal
    whole: GroundsmithVectorStore
    reduced: GroundsmithVectorStore

    def agree(self, question: str, k: int) -> list[Document]:
        found = [self.asked(store, question, k) for store in (self.whole, self.reduced)]
        assert [[d for d, _ in way] for way in found[0]] == [[d for d, _ in way] for way in found[1]], question
        for mine, theirs in zip(*found, strict=True):
            assert [score for _, score in mine] == pytest.approx([score for _, score in theirs], abs=1e-6)
        return [document for way in found[0] for document, _ in way]

    def asked(self, store: GroundsmithVectorStore, question: str, k: int) -> list[list[tuple[Document, float]]]:
        """By each way in which a store or a Home can be asked."""
        mine = store.with_principal(self.principal)
        vector = store.embeddings.embed_query(question)
        config: RunnableConfig = {"configurable": {"principal": self.principal}}
        plain = (
            mine.similarity_search_by_vector(vector, k=k),
            mine.max_marginal_relevance_search(question, k=k, fetch_k=2 * k),
            mine.similarity_search(question, k=k, filter={"groups_meant": ["HR"]}),
            store.as_retriever(search_kwargs={"k": k}).invoke(question, config),
            mine.get_by_ids([f"d{number}" for number in range(60)]),
        )
        passages = GroundsmithRetriever(library=store.library, k=k).invoke(question, config)
        scored = [(document, document.metadata.pop("score")) for document in passages]
        for document in passages:
            document.metadata["found_by"] = sorted(document.metadata["found_by"])
        return [
            mine.similarity_search_with_score(question, k=k),
            scored,
            *([(document, 0.0) for document in found] for found in plain),
        ]


def pairs(folder: Path, corpus: Corpus, asking: list[Principal]) -> list[Pair]:
    def lived(name: str, principal: Principal | None) -> GroundsmithVectorStore:
        embeddings = GroundsmithEmbeddings("words-1", WordEncoder())
        for batch in corpus.batches:
            live(GroundsmithVectorStore(folder / name, embeddings), batch, principal)
        return GroundsmithVectorStore(folder / name, embeddings)

    whole = lived("whole", None)
    return [Pair(principal, whole, lived(f"reduced{n}", principal)) for n, principal in enumerate(asking)]


def check(folder: Path, seed: int, size: int, questions: int, asking: list[Principal]) -> None:
    corpus = Corpus(seed, size)
    together = pairs(folder, corpus, asking)
    own = {canary: document for document in corpus.documents() if (canary := document.metadata.get("canary"))}
    for _ in range(questions):
        pair = corpus.random.choice(together)
        for found in pair.agree(corpus.question(), corpus.random.randint(1, 12)):
            told = [document for canary, document in own.items() if canary in found.page_content]
            assert all(may_read(pair.principal, document) for document in told)
    something_is_hidden(together[0].whole, list(own))


def something_is_hidden(store: GroundsmithVectorStore, canaries: list[str]) -> None:
    """Else the comparisons above compare nothing."""

    def told(principal: Principal) -> int:
        asked = store.with_principal(principal)
        return sum(len(asked.similarity_search(canary, k=1, filter={"canary": canary})) for canary in canaries)

    assert told(EVERYONE) == 0 < 5 < told(Principal("all", frozenset(GROUPS)))


def test_nobody_sees_a_trace_of_what_they_may_not_read(shelf: Path) -> None:
    check(shelf, SEED, 30, 25, [EVERYONE, Principal("ada", frozenset({"HR"}))])


@pytest.mark.slow
def test_nobody_in_any_combination_of_groups_sees_a_trace(shelf: Path) -> None:
    for number in range(max(1, round(10 * SHARE))):
        check(shelf / str(number), SEED + number, 60, round(2000 * SHARE), list(principals()))
