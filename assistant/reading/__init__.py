"""Readers decide whether a passage answers the question, and find the answer in it. One face; one way a file."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from typing import Protocol

from assistant.nouns import Claim, Decision, Finding
from retrieval import Hit


class Reader(Protocol):
    @property
    def name(self) -> str: ...
    @property
    def model(self) -> str: ...
    @property
    def adapter(self) -> str | None: ...
    @property
    def threshold(self) -> float: ...
    @property
    def identity(self) -> tuple[str, ...]:
        """All that its readings depend on besides question and hits."""
        ...

    def decide(self, question: str, hits: Sequence[Hit]) -> Decision:
        """Gate 1, before anything is shown."""
        ...

    def say(self, question: str, hits: Sequence[Hit], cited: int) -> Iterator[Finding | Claim]:
        """What it would answer, a span or sentence by sentence; nothing where what was read breaks the format."""
        ...


class SpanReader(ABC):
    """One whose whole answer is a span of the cited passage."""

    @abstractmethod
    def find(self, question: str, hits: Sequence[Hit], cited: int) -> Finding | None:
        """The answer in the cited passage; None where what was read breaks the format."""

    def say(self, question: str, hits: Sequence[Hit], cited: int) -> Iterator[Finding | Claim]:
        finding = self.find(question, hits, cited)
        if finding is not None:
            yield finding
