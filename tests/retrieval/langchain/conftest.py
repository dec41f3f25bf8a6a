"""LangChain's own suites leave their asynchronous tests unmarked; here, and nowhere else, each of them is run."""

from __future__ import annotations

import inspect
from pathlib import Path

import pytest

from retrieval.langchain import GroundsmithEmbeddings, GroundsmithVectorStore
from tests.fakes import WordEncoder


def pytest_pycollect_makeitem(obj: object) -> None:
    if inspect.iscoroutinefunction(obj):
        pytest.mark.asyncio(obj)


@pytest.fixture
def embeddings() -> GroundsmithEmbeddings:
    return GroundsmithEmbeddings("words-1", WordEncoder())


@pytest.fixture
def store(shelf: Path, embeddings: GroundsmithEmbeddings) -> GroundsmithVectorStore:
    """An empty one, in a Home of its own."""
    return GroundsmithVectorStore(shelf / "home", embeddings)
