"""LangChain's own suites, as they come."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest
from langchain_core.retrievers import BaseRetriever
from langchain_core.vectorstores import VectorStore
from langchain_tests.integration_tests import (
    EmbeddingsIntegrationTests,
    RetrieversIntegrationTests,
    VectorStoreIntegrationTests,
)
from langchain_tests.unit_tests import EmbeddingsUnitTests

from retrieval import Encoder, open_encoder
from retrieval.langchain import GroundsmithEmbeddings, GroundsmithRetriever, GroundsmithVectorStore
from tests.fakes import WordEncoder
from tests.retrieval.homes import make, synced

CARE = {f"care-{n}.md": f"# Care {n}\n\nDescale the kettle every {n} months.\n" for n in range(1, 5)}


class TestStore(VectorStoreIntegrationTests):
    @pytest.fixture
    def vectorstore(self, shelf: Path) -> VectorStore:
        return GroundsmithVectorStore(shelf / "home", self.get_embeddings())


class TestRetriever(RetrieversIntegrationTests):
    @pytest.fixture(autouse=True)
    def kettles(self, shelf: Path) -> None:
        self.library = synced(make(shelf / "home", CARE))

    @property
    def retriever_constructor(self) -> type[BaseRetriever]:
        return GroundsmithRetriever

    @property
    def retriever_constructor_params(self) -> dict[str, Any]:
        return {"library": self.library}

    @property
    def retriever_query_example(self) -> str:
        return "How often is the kettle descaled?"


class WordEmbeddings:
    @property
    def embeddings_class(self) -> type[GroundsmithEmbeddings]:
        return GroundsmithEmbeddings

    @property
    def embedding_model_params(self) -> dict[str, Any]:
        return {"model": "words-1", "encoder": WordEncoder()}


class TestEmbeddings(WordEmbeddings, EmbeddingsUnitTests):
    """By what they promise."""


class TestEmbeddingsAtWork(WordEmbeddings, EmbeddingsIntegrationTests):
    """By what they do."""


@cache
def embedded() -> Encoder:
    return open_encoder("all-MiniLM-L6-v2")


@pytest.mark.models
class TestEmbeddedModel(EmbeddingsIntegrationTests):
    """The embedded encoder, as a user gets it."""

    @property
    def embeddings_class(self) -> type[GroundsmithEmbeddings]:
        return GroundsmithEmbeddings

    @property
    def embedding_model_params(self) -> dict[str, Any]:
        return {"encoder": embedded()}
