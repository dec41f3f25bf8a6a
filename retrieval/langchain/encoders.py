"""Our encoder as LangChain's Embeddings, and any Embeddings as an encoder of ours."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cached_property

import numpy as np
from langchain_core.embeddings import Embeddings
from numpy.typing import ArrayLike

from retrieval.encoding import Encoder, Vectors, open_encoder
from retrieval.models import ENCODER

_LIMIT = 512  # tokens that any embedding model of today reads
_LETTERS_A_TOKEN = 4


class GroundsmithEmbeddings(Embeddings):
    """An encoder by embedded name, folder or hub id, opened when first needed; `encoder` is one that is open."""

    def __init__(self, model: str = ENCODER.name, encoder: Encoder | None = None) -> None:
        self.model = model
        self._given = encoder

    @cached_property
    def encoder(self) -> Encoder:
        return self._given or open_encoder(self.model)

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        found: list[list[float]] = self.encoder.encode(texts).tolist() if texts else []
        return found

    def embed_query(self, text: str) -> list[float]:
        return self.embed_documents([text])[0]


class LangChainEncoder:
    """Any Embeddings in the place of our encoder. Its vectors are brought to length one; its tokens are estimated."""

    limit = _LIMIT

    def __init__(self, embedding: Embeddings) -> None:
        self.embedding = embedding
        self.identity = name_of(embedding)

    @cached_property
    def dimension(self) -> int:
        return len(self.embedding.embed_query("dimension"))

    def measure(self, texts: Sequence[str]) -> list[int]:
        return [1 + len(text) // _LETTERS_A_TOKEN for text in texts]

    def encode(self, texts: Sequence[str]) -> Vectors:
        return unit_vectors(self._embed([_said_once(text) for text in texts]))

    def _embed(self, texts: list[str]) -> list[list[float]]:
        return self.embedding.embed_documents(texts)


class QuestionEncoder(LangChainEncoder):
    """Embeddings may take questions otherwise than documents."""

    def _embed(self, texts: list[str]) -> list[list[float]]:
        return [self.embedding.embed_query(text) for text in texts]


def encoder_of(embedding: Embeddings) -> Encoder:
    return embedding.encoder if isinstance(embedding, GroundsmithEmbeddings) else LangChainEncoder(embedding)


def question_encoder_of(embedding: Embeddings) -> Encoder:
    return embedding.encoder if isinstance(embedding, GroundsmithEmbeddings) else QuestionEncoder(embedding)


def name_of(embedding: Embeddings) -> str:
    """What the Spec calls it: our model's name; of others the class and the model that it says it uses."""
    said = (getattr(embedding, name, None) for name in ("model", "model_name", "model_id"))
    model = next((name for name in said if isinstance(name, str)), "")
    if isinstance(embedding, GroundsmithEmbeddings):
        return model
    return re.sub(r"[^\w.-]+", "-", f"langchain-{type(embedding).__name__}-{model}").strip("-")


def unit_vectors(vectors: ArrayLike) -> Vectors:
    matrix = np.asarray(vectors, dtype=np.float32)
    lengths = np.linalg.norm(matrix, axis=-1, keepdims=True)
    return (matrix / np.where(lengths > 0, lengths, 1)).astype(np.float32)


def _said_once(text: str) -> str:
    """A title that only repeats how the text begins is left out, so that the model is given the text as it was."""
    title, _, body = text.partition("\n")
    return body if title and body.startswith(title.removesuffix("…")) else text
