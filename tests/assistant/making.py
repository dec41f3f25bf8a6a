"""Passages and readers that a test spells out, where a whole Home would hide what matters."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from assistant import Claim, Decision, Finding
from assistant.reading import SpanReader
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
class Liar(SpanReader):
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


@dataclass
class Teller(Liar):
    """A reader that writes these sentences, each with the places that it names; an exception breaks off."""

    sentences: Sequence[Claim | Exception] = ()

    def say(self, question: str, hits: Sequence[Hit], cited: int) -> Iterator[Finding | Claim]:
        for one in self.sentences:
            if isinstance(one, Exception):
                raise one
            yield one
