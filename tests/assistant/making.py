"""Passages and readers that a test spells out, where a whole Home would hide what matters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from assistant import Decision, Finding
from retrieval import Hit, Passage, Unit

SURE = Decision(0, 0.9, {})


def passage(*units: str, joint: str = " ", title: str = "Title", heading: tuple[str, ...] = (), at: int = 0) -> Passage:
    """A passage of these units, `at` characters into its document."""
    placed: list[Unit] = []
    text = ""
    for unit in units:
        text += joint if text else ""
        placed.append(Unit("sentence", at + len(text), at + len(text) + len(unit)))
        text += unit
    return Passage("d@1:0-1", "d", title, heading, None, at, at + len(text), text, tuple(placed))


def hit(found: Passage, dense: float = 0.5, score: float = 1.0) -> Hit:
    return Hit(found, score, {"dense": dense})


@dataclass
class Liar:
    """A reader that says what it was told to say, true or not."""

    finding: Finding | Exception | None = None
    decision: Decision | Exception = SURE
    name: str = "liar"
    model: str = "none"
    adapter: str | None = None
    threshold: float = 0.5
    identity: tuple[str, ...] = ("liar",)
    asked: list[str] = field(default_factory=list)

    def decide(self, question: str, hits: Sequence[Hit]) -> Decision:
        self.asked.append(question)
        if isinstance(self.decision, Exception):
            raise self.decision
        return self.decision

    def find(self, question: str, hits: Sequence[Hit], cited: int) -> Finding | None:
        if isinstance(self.finding, Exception):
            raise self.finding
        return self.finding
