"""What brought questions are asked of: the Home's teaching documents, or a corpus that is brought along."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Protocol

import numpy as np

from retrieval import Encoder, Passage, UsageError, read
from retrieval.split import BUDGET, LIMIT, encoded_text, split
from tuning.drafting.corpus import DEEP
from tuning.examples.shelf import Shelf

APART = "its documents are kept for the exam or the calibration"
UNKNOWN = "it names no document that is here"


class Grounds(Protocol):
    def near(self, question: str) -> list[Passage]:
        """What a search finds for it, best first."""
        ...

    def of(self, name: str) -> Sequence[Passage] | str:
        """The passages of a document, or the passage, of this name; or why there are none to learn from."""
        ...


class OwnGrounds:
    def __init__(self, shelf: Shelf, apart: frozenset[str]) -> None:
        self._shelf = shelf
        self._apart = apart  # documents of the other sides
        self._passages = _by_name(shelf.passages)

    def near(self, question: str) -> list[Passage]:
        return [hit.passage for hit in self._shelf.find(question)]

    def of(self, name: str) -> Sequence[Passage] | str:
        if found := self._passages.get(name):
            return found
        return APART if name.rpartition("@")[0] in self._apart or name in self._apart else UNKNOWN


class BroughtGrounds:
    """Cut and encoded as the Home's own documents would be."""

    def __init__(self, paths: Sequence[Path], encoder: Encoder) -> None:
        documents = [document for path in paths for document in read(path, path.name)]
        if twice := len(documents) - len({document.id for document in documents}):
            raise UsageError(f"{twice} documents of the corpus have the id of another one.", "Give each its own.")
        limit = min(LIMIT, encoder.limit)
        self._encoder = encoder
        self._all = [one for document in documents for one in split(document, encoder.measure, BUDGET, limit)]
        self._passages = _by_name(self._all)

    @cached_property
    def _vectors(self) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
        return np.asarray(self._encoder.encode([encoded_text(passage) for passage in self._all]), dtype=np.float32)

    def near(self, question: str) -> list[Passage]:
        cosines = self._vectors @ np.asarray(self._encoder.encode([question]))[0]
        return [self._all[place] for place in np.argsort(-cosines, kind="stable")[:DEEP]]

    def of(self, name: str) -> Sequence[Passage] | str:
        return self._passages.get(name) or UNKNOWN


def _by_name(passages: Sequence[Passage]) -> Mapping[str, Sequence[Passage]]:
    found: dict[str, list[Passage]] = defaultdict(list)
    for passage in passages:
        found[passage.document].append(passage)
        if passage.id != passage.document:
            found[passage.id].append(passage)
    return found
