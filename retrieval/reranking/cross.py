"""Any cross-encoder in the sentence-transformers format that gives a pair one number."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from retrieval.encoding import LOADING, read_json
from retrieval.errors import ModelError
from retrieval.nouns import Passage
from retrieval.split import encoded_text

HEAD = "ForSequenceClassification"


class CrossReranker:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        _check(folder)

    @cached_property
    def _model(self) -> Any:
        from sentence_transformers import CrossEncoder
        from transformers.utils import logging

        logging.disable_progress_bar()
        with LOADING:
            return CrossEncoder(str(self.folder), local_files_only=True)

    def score(self, question: str, passages: Sequence[Passage]) -> list[float]:
        from torch import sigmoid

        if not passages:
            return []
        pairs = [(question, encoded_text(passage)) for passage in passages]
        found = self._model.predict(pairs, activation_fn=sigmoid, show_progress_bar=False)
        return [float(score) for score in found]


def _check(folder: Path) -> None:
    """Any other model would load, with a head of random numbers."""
    config = read_json(folder / "config.json")
    heads = [name for name in config.get("architectures") or [] if name.endswith(HEAD)]
    labels = len(config.get("id2label") or (0, 1))  # what a configuration leaves unsaid is two
    if not heads or labels != 1:
        found = f"{labels} labels" if heads else "no head that judges a pair"
        raise ModelError(
            f"{folder} is no reranker: it has {found}.", "Name a cross-encoder that gives a pair of texts one number."
        )
