"""Rerankers read question and passage together and say how well they fit. One face; an engine a file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from retrieval.models import RERANKERS, resolve
from retrieval.nouns import Hit, Passage

POINTER = "pointer"  # the one that ships
RERANKED = 20  # of the fused passages at least, and as many as are asked for: each costs a forward pass


class Reranker(Protocol):
    """Scores lie from 0 to 1, and one passage's does not depend on the others."""

    def score(self, question: str, passages: Sequence[Passage]) -> list[float]: ...


def open_reranker(name: str) -> Reranker:
    """The reranker by embedded name, folder or hub id."""
    if name == POINTER:
        from retrieval.pointing.opening import open_pointer
        from retrieval.reranking.pointing import PointingReranker

        return PointingReranker(open_pointer())
    folder = resolve(name, RERANKERS)
    from retrieval.reranking.cross import CrossReranker

    return CrossReranker(folder)


def rerank(reranker: Reranker, question: str, hits: Sequence[Hit]) -> list[Hit]:
    """By the reranker's score, which becomes each hit's own; equals keep their order."""
    if not hits:
        return []
    scores = reranker.score(question, [hit.passage for hit in hits])
    judged = [
        Hit(hit.passage, score, {**hit.found_by, "reranked": score}) for hit, score in zip(hits, scores, strict=True)
    ]
    return sorted(judged, key=lambda hit: -hit.score)
