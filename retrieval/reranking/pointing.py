"""The pointer that ships as a reranker: a passage is as good as it is likely to answer, by its own words alone."""

from __future__ import annotations

from collections.abc import Sequence

from retrieval.nouns import Passage
from retrieval.pointing import Pointer
from retrieval.pointing.weighing import answering


class PointingReranker:
    def __init__(self, pointer: Pointer) -> None:
        self._pointer = pointer

    def score(self, question: str, passages: Sequence[Passage]) -> list[float]:
        return [answering([options], polar=False)[0] for options in self._pointer.read(question, passages)]
