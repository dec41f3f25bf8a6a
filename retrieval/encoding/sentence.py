"""Any other encoder in the sentence-transformers format: prompts, other poolings, dense layers on top."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from retrieval.encoding import LOADING, Vectors


class SentenceEncoder:
    def __init__(self, folder: Path, identity: str) -> None:
        self.folder = folder
        self.identity = identity

    @cached_property
    def _model(self) -> Any:
        from sentence_transformers import SentenceTransformer

        with LOADING:
            return SentenceTransformer(str(self.folder), local_files_only=True)

    @property
    def dimension(self) -> int:
        return int(self._model.get_embedding_dimension())

    @property
    def limit(self) -> int:
        return int(self._model.max_seq_length or 512)

    def measure(self, texts: Sequence[str]) -> list[int]:
        if not texts:
            return []
        encoded = self._model.tokenizer(list(texts), truncation=False, padding=False, verbose=False)
        return [len(ids) for ids in encoded["input_ids"]]

    def encode(self, texts: Sequence[str]) -> Vectors:
        vectors = self._model.encode(list(texts), normalize_embeddings=True, show_progress_bar=False)
        return np.asarray(vectors, dtype=np.float32).reshape(len(texts), self.dimension)
