"""LangChain's VectorStore over a Home: what is added lasts, and is found by those who may read it."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Sequence
from copy import copy
from typing import Any, Self

from langchain_core.documents import Document
from langchain_core.embeddings import Embeddings
from langchain_core.vectorstores import VectorStore, VectorStoreRetriever

from retrieval.access import PUBLIC
from retrieval.encoding import Vectors
from retrieval.errors import UsageError
from retrieval.fuse import WORDS_WEIGHT
from retrieval.langchain.asking import Asking, at_least_one, group_names, who
from retrieval.langchain.encoders import GroundsmithEmbeddings, question_encoder_of, unit_vectors
from retrieval.langchain.opening import Place, library_made_at
from retrieval.langchain.records import checked_lengths, lasting, record_of
from retrieval.langchain.searching import DocumentSearcher, Filter, Refused, by_document, diverse
from retrieval.langchain.shelf import Shelf
from retrieval.langchain.splitter import TextSplitter
from retrieval.nouns import EVERYONE, Hit, Principal
from retrieval.search import How

Found = tuple[Document, float]
RELEVANCE: dict[How, Callable[[float], float]] = {
    "hybrid": lambda score: min(max(score, 0.0) / (1 + WORDS_WEIGHT), 1.0),
    "dense": lambda score: min(max(score, 0.0), 1.0),
    "lexical": lambda score: score / (1 + score),
    "reranked": lambda score: score,
}


class StoreRetriever(Asking, VectorStoreRetriever):
    """A retriever over the store that hears from the config who asks."""


class GroundsmithVectorStore(VectorStore):
    """Documents with groups in their metadata are for these groups alone; `groups` are those of documents without.

    Searching and getting ask who wants to know: `principal` of the call, else of the store, else everyone. Adding and
    deleting are for whoever may write to the Home. A search finds what was added here; the other documents of the Home
    are found by GroundsmithRetriever. `text_splitter` cuts documents into passages in the place of our own splitter.
    """

    def __init__(
        self,
        home: Place,
        embedding: Embeddings | None = None,
        *,
        principal: Principal = EVERYONE,
        groups: Iterable[str] | None = None,
        how: How | None = None,
        text_splitter: TextSplitter | None = None,
    ) -> None:
        self.library = library_made_at(home, embedding, text_splitter)
        self.principal = who(principal)
        self.groups = PUBLIC if groups is None else group_names(groups)
        self.how = how
        self._embedding = embedding
        self._shelf = Shelf(self.library)
        self._searcher = self._opened()

    @classmethod
    def from_texts(
        cls,
        texts: list[str],
        embedding: Embeddings,
        metadatas: list[dict[str, Any]] | None = None,
        *,
        ids: list[str] | None = None,
        home: Place | None = None,
        **kwargs: Any,
    ) -> Self:
        """`home` is the folder of a Home, or of one to be made; the rest is as for the store itself."""
        if home is None:
            raise UsageError("A store needs a folder to live in.", 'Name it: home="my-home".')
        store = cls(home, embedding, **kwargs)
        store.add_texts(texts, metadatas, ids=ids)
        return store

    @property
    def embeddings(self) -> Embeddings:
        return self._embedding or GroundsmithEmbeddings(self.library.spec.encoder, self.library.encoder)

    def with_principal(self, principal: Principal) -> Self:
        """The same store for one who asks."""
        theirs = copy(self)
        theirs.principal = who(principal)
        return theirs

    def as_retriever(self, **kwargs: Any) -> StoreRetriever:
        tags = kwargs.pop("tags", None) or self._get_retriever_tags()
        return StoreRetriever(vectorstore=self, tags=tags, **kwargs)

    # What is kept

    def add_texts(
        self,
        texts: Iterable[str],
        metadatas: list[dict[str, Any]] | None = None,
        *,
        ids: list[str] | None = None,
        **kwargs: Any,
    ) -> list[str]:
        contents = list(texts)
        checked_lengths(contents, metadatas=metadatas, ids=ids)
        said = metadatas or [{} for _ in contents]
        documents = [Document(page_content=text, metadata=about) for text, about in zip(contents, said, strict=True)]
        return self.add_documents(documents, ids=ids, **kwargs)

    def add_documents(
        self, documents: list[Document], *, ids: Sequence[str | None] | None = None, **kwargs: Any
    ) -> list[str]:
        """One with the id of another takes its place. All of them are looked through before any is kept."""
        _known("add_documents", kwargs)
        checked_lengths(documents, ids=ids)
        wanted = ids or [document.id for document in documents]
        names = [id or str(uuid.uuid4()) for id in wanted]
        together = zip(documents, names, strict=True)
        self._shelf.put([record_of(document, id, self.groups) for document, id in together])
        return names

    def delete(self, ids: list[str] | None = None, **kwargs: Any) -> bool:
        """All that was added here, where no ids are given. An id that is not there is no error."""
        _known("delete", kwargs)
        self._shelf.remove(None if ids is None else {lasting(id) for id in ids})
        return True

    def get_by_ids(self, ids: Sequence[str], /) -> list[Document]:
        """Those that the store's principal may read, in the order of their ids."""
        found = self._shelf.fetch(map(lasting, ids), self.principal)
        return [found[lasting(id)] for id in dict.fromkeys(ids) if lasting(id) in found]

    # Searching

    def similarity_search(self, query: str, k: int = 4, **kwargs: Any) -> list[Document]:
        return [document for document, _ in self.similarity_search_with_score(query, k, **kwargs)]

    def similarity_search_with_score(
        self,
        query: str,
        k: int = 4,
        *,
        filter: Filter | None = None,
        principal: Principal | None = None,
        **kwargs: Any,
    ) -> list[Found]:
        """The higher the score, the better: a cosine, lifted by words that match."""
        _known("similarity_search", kwargs)
        asker = self._asker(principal)
        refused = self._refused(filter, asker)
        return self._documents(self._hits(query, k, asker, refused), asker)

    def similarity_search_by_vector(
        self,
        embedding: list[float],
        k: int = 4,
        *,
        filter: Filter | None = None,
        principal: Principal | None = None,
        **kwargs: Any,
    ) -> list[Document]:
        _known("similarity_search_by_vector", kwargs)
        asker = self._asker(principal)
        hits = self._nearest(self._pointing(embedding), k, asker, self._refused(filter, asker))
        return [document for document, _ in self._documents(hits, asker)]

    def max_marginal_relevance_search(
        self,
        query: str,
        k: int = 4,
        fetch_k: int = 20,
        lambda_mult: float = 0.5,
        *,
        filter: Filter | None = None,
        principal: Principal | None = None,
        **kwargs: Any,
    ) -> list[Document]:
        _known("max_marginal_relevance_search", kwargs)
        asker = self._asker(principal)
        hits = self._hits(query, max(fetch_k, k), asker, self._refused(filter, asker))
        question = self._searcher.encoder.encode([query])[0]
        return self._diverse(question, hits, k, lambda_mult, asker)

    def max_marginal_relevance_search_by_vector(
        self,
        embedding: list[float],
        k: int = 4,
        fetch_k: int = 20,
        lambda_mult: float = 0.5,
        *,
        filter: Filter | None = None,
        principal: Principal | None = None,
        **kwargs: Any,
    ) -> list[Document]:
        _known("max_marginal_relevance_search_by_vector", kwargs)
        asker = self._asker(principal)
        question = self._pointing(embedding)
        hits = self._nearest(question, max(fetch_k, k), asker, self._refused(filter, asker))
        return self._diverse(question, hits, k, lambda_mult, asker)

    def _select_relevance_score_fn(self) -> Callable[[float], float]:
        return RELEVANCE[self.how or self._searcher.ways[-1]]

    def _opened(self) -> DocumentSearcher:
        common = self.library.searcher
        encoder = common.encoder if self._embedding is None else question_encoder_of(self._embedding)
        return DocumentSearcher(
            common.home, common.catalogue, encoder, common.candidates, common.reranker, common.quality
        )

    def _asker(self, principal: Principal | None) -> Principal:
        return self.principal if principal is None else who(principal)

    def _refused(self, filter: Filter | None, asker: Principal) -> Refused:
        return Refused(filter, asker, lambda id, principal: self._shelf.fetch([id], principal).get(id))

    def _pointing(self, embedding: Sequence[float]) -> Vectors:
        dimension = self._searcher.encoder.dimension
        if len(embedding) != dimension:
            raise UsageError(
                f"The vector has {len(embedding)} numbers, those of this store have {dimension}.",
                "Encode the question with `embeddings` of this store.",
            )
        return unit_vectors(embedding)

    def _hits(self, query: str, k: int, asker: Principal, refused: Refused) -> list[Hit]:
        search = self._searcher.search
        return by_document(
            lambda many: search(query, many, asker, without=refused, where=refused.where, how=self.how), at_least_one(k)
        )

    def _nearest(self, vector: Vectors, k: int, asker: Principal, refused: Refused) -> list[Hit]:
        return by_document(
            lambda many: self._searcher.nearest(vector, many, asker, refused, refused.where), at_least_one(k)
        )

    def _documents(self, hits: Sequence[Hit], asker: Principal) -> list[Found]:
        found = self._shelf.fetch([hit.passage.document for hit in hits], asker)
        return [(found[hit.passage.document], hit.score) for hit in hits if hit.passage.document in found]

    def _diverse(
        self, question: Vectors, hits: Sequence[Hit], k: int, relevance: float, asker: Principal
    ) -> list[Document]:
        if not hits:
            return []
        chosen = diverse(question, self._shelf.vectors([hit.passage for hit in hits]), k, relevance)
        return [document for document, _ in self._documents([hits[place] for place in chosen], asker)]


def _known(method: str, kwargs: dict[str, Any]) -> None:
    """A word that is not understood may have been meant to hide something."""
    if kwargs:
        raise UsageError(f"{method} does not know {', '.join(sorted(kwargs))}.", "Check how it is written.")
