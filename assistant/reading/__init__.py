"""Readers decide whether a passage answers the question, and find the answer in it. One face; one way a file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from assistant.nouns import Decision, Finding
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

    def find(self, question: str, hits: Sequence[Hit], cited: int) -> Finding | None:
        """The answer in the cited passage; None where what was read breaks the format."""
        ...
