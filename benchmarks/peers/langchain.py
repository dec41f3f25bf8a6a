"""LangChain at its defaults: loader, splitter, embeddings, FAISS, and the ensemble of BM25 and FAISS."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from langchain_classic.retrievers import EnsembleRetriever
from langchain_community.document_loaders import DirectoryLoader, TextLoader
from langchain_community.retrievers import BM25Retriever
from langchain_community.vectorstores import FAISS
from langchain_core.documents import Document
from langchain_core.embeddings import Embeddings
from langchain_huggingface import HuggingFaceEmbeddings
from langchain_text_splitters import RecursiveCharacterTextSplitter

from benchmarks.peers.wire import clock, serve

CHUNK, OVERLAP = 1000, 200
DIMENSION = 384
NAMED = ("langchain-classic", "langchain-community", "langchain-huggingface", "sentence-transformers")


class Given(Embeddings):
    """Chunks have random directions, the question has the vector given: what is measured is the search."""

    vector: list[float]

    def embed_query(self, text: str) -> list[float]:
        return self.vector

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        found = np.random.default_rng(0).standard_normal((len(texts), DIMENSION))
        directions: list[list[float]] = (found / np.linalg.norm(found, axis=1, keepdims=True)).tolist()
        return directions


class LangChain:
    embeddings: HuggingFaceEmbeddings
    store: FAISS
    chunks: list[Document]
    given: Given
    ensemble: EnsembleRetriever

    def ready(self, model: str) -> dict[str, str]:
        self.embeddings = HuggingFaceEmbeddings(model_name=model)
        self.embeddings.embed_query("warm")
        self.chunks = []
        return {name: version(name) for name in NAMED}

    def ingest(self, folder: str) -> dict[str, Any]:
        """The first part makes the index, the others join it."""
        with clock() as taken:
            chunks = _chunks(folder)
            if self.chunks:
                self.store.add_documents(chunks)
            else:
                self.store = FAISS.from_documents(chunks, self.embeddings)
        self.chunks += chunks
        return {**taken, "passages": len(chunks), "tokens": self._tokens(chunks)}

    def search(self, questions: list[str], k: int) -> list[list[str]]:
        found = [self.store.similarity_search(question, k) for question in questions]
        return [[Path(chunk.metadata["source"]).name for chunk in chunks] for chunks in found]

    def texts(self) -> list[str]:
        return [chunk.page_content for chunk in self.chunks]

    def encode(self, texts: list[str]) -> dict[str, Any]:
        """As the library underneath encodes, at its defaults."""
        with clock() as taken:
            vectors = self.embeddings._client.encode(texts)
        return {**taken, "vectors": vectors.tolist()}

    def shelve(self, folder: str, home: str) -> int:
        """Pages to be searched, without encoding them; answers how many chunks they are. They stay in memory."""
        chunks, self.given = _chunks(folder), Given()
        similar = FAISS.from_documents(chunks, self.given).as_retriever()
        words = BM25Retriever.from_documents(chunks)
        self.ensemble = EnsembleRetriever(retrievers=[words, similar], weights=[0.5, 0.5])
        return len(chunks)

    def hybrid(self, questions: list[str], vectors: list[list[float]]) -> list[dict[str, float]]:
        return [self._timed(*asked) for asked in zip(questions, vectors, strict=True)]

    def _timed(self, question: str, vector: list[float]) -> dict[str, float]:
        self.given.vector = vector
        with clock() as taken:
            self.ensemble.invoke(question)
        return taken

    def _tokens(self, chunks: list[Document]) -> int:
        """Of what the model reads: a chunk above its limit is cut."""
        model = self.embeddings._client
        texts = [chunk.page_content for chunk in chunks]
        ids = model.tokenizer(texts, truncation=True, max_length=model.max_seq_length)["input_ids"]
        return sum(map(len, ids))


def _chunks(folder: str) -> list[Document]:
    pages = DirectoryLoader(folder, glob="**/*.txt", loader_cls=TextLoader).load()
    return RecursiveCharacterTextSplitter(chunk_size=CHUNK, chunk_overlap=OVERLAP).split_documents(pages)


if __name__ == "__main__":
    peer = LangChain()
    names = ("ready", "ingest", "search", "texts", "encode", "shelve", "hybrid")
    serve({name: getattr(peer, name) for name in names})
