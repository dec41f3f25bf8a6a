"""Pointers read a question and a passage together: the words that answer it, or that none do. One face.

What each says of a passage does not depend on the others, so passages can be read side by side, and compared.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from retrieval.nouns import Passage

Weights = NDArray[np.float32]


@dataclass(frozen=True)
class Options:
    """All that may be said of one passage, and what speaks for each: log-weights, on one scale for all passages."""

    places: tuple[tuple[int, int], ...]  # in Passage.text, a token each
    starts: Weights  # that an answer begins with this token
    ends: Weights  # that it ends with it
    none: float
    yes: float
    no: float


class Pointer(Protocol):
    @property
    def identity(self) -> str: ...
    def read(self, question: str, passages: Sequence[Passage]) -> list[Options]: ...
