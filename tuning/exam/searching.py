"""What each way of searching finds for a question, on disk before the next one is asked."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from functools import partial

import numpy as np

from assistant.assistant import asked
from retrieval import Encoder, Library, Principal, Progress, Vectors
from retrieval.search import How, Searcher
from tuning.exam.kept import Kept
from tuning.exam.ranking import DEPTH, Found
from tuning.nouns import Asked

Rankings = dict[How, list[list[Found]]]  # for each question, the best first


class EncodingOnce:
    """An encoder that encodes a question once, in however many ways it is searched for."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self.identity, self.dimension, self.limit = encoder.identity, encoder.dimension, encoder.limit
        self._known: dict[str, Vectors] = {}

    def measure(self, texts: Sequence[str]) -> list[int]:
        return self._encoder.measure(texts)

    def encode(self, texts: Sequence[str]) -> Vectors:
        if new := [text for text in dict.fromkeys(texts) if text not in self._known]:
            self._known |= zip(new, self._encoder.encode(new), strict=True)
        return np.array([self._known[text] for text in texts])


def search(library: Library, ways: Sequence[How], questions: Sequence[Asked], progress: Progress) -> Rankings:
    """An interrupted search goes on from what is on disk. A whole one leaves nothing there: it could not tell a later
    version of the search from this one."""
    searcher = copy(library.searcher)
    searcher.encoder = EncodingOnce(library.encoder)
    kept = {how: Kept(library.home.exams / "rankings", _identity(library, how)) for how in ways}
    rankings = {how: _search(searcher, how, questions, kept[how], progress) for how in ways}
    for one in kept.values():
        one.path.unlink(missing_ok=True)
    return rankings


def asker(question: Asked) -> Principal:
    return Principal(question.user, question.groups)


def _identity(library: Library, how: How) -> list[str]:
    found = (library.encoder.identity, library.contents, repr(library.spec), library.access.digest)
    return [how, str(DEPTH), *found]


def _search(
    searcher: Searcher, how: How, questions: Sequence[Asked], kept: Kept, progress: Progress
) -> list[list[Found]]:
    rankings = []
    for number, question in enumerate(questions):
        progress(f"Searching, {how}", number, len(questions))
        asking = (asked(question.question), question.user, sorted(question.groups), sorted(question.without))
        rankings.append(kept.once(asking, partial(_found, searcher, how, question)))
    progress(f"Searching, {how}", len(questions), len(questions))
    return [[(passage, document) for passage, document in ranking] for ranking in rankings]


def _found(searcher: Searcher, how: How, question: Asked) -> list[Found]:
    hits = searcher.search(asked(question.question), DEPTH, asker(question), without=question.without, how=how)
    return [(hit.passage.id, hit.passage.document) for hit in hits]
