"""The reader that points: question and passage read together, and the likeliest words, or none at all."""

from __future__ import annotations

import math
from collections.abc import Sequence

from assistant.borders import ends, starts
from assistant.nouns import Decision, Finding
from assistant.polarity import asks_yes_or_no, judged
from assistant.reading import SpanReader
from assistant.reading.grounds import clipped, searched
from retrieval import Hit
from retrieval.pointing import Pointer
from retrieval.pointing.weighing import answering, likeliest, logarithms

UNCALIBRATED = 0.5


class PointingReader(SpanReader):
    name = "pointing"
    model = "none"
    adapter = None

    def __init__(self, pointer: Pointer, threshold: float = UNCALIBRATED) -> None:
        self.pointer = pointer
        self.threshold = threshold

    @property
    def identity(self) -> tuple[str, ...]:
        return (self.name, self.pointer.identity)

    def decide(self, question: str, hits: Sequence[Hit]) -> Decision:
        if not hits:
            return Decision(None, 0.0, {})
        each = self.pointed(question, hits)
        cited = max(range(len(each)), key=each.__getitem__)
        return Decision(cited, min(1.0, sum(each)), told(each) | searched(hits, cited), weights=logarithms(each))

    def pointed(self, question: str, hits: Sequence[Hit]) -> list[float]:
        """How likely each passage is to answer."""
        return answering(self.pointer.read(question, [hit.passage for hit in hits]), asks_yes_or_no(question))

    def find(self, question: str, hits: Sequence[Hit], cited: int) -> Finding | None:
        passage = hits[cited].passage
        options = self.pointer.read(question, [passage])[0]
        found = likeliest(options, set(starts(passage.text)), set(ends(passage.text)))
        if asks_yes_or_no(question) and (found is None or max(options.yes, options.no) * 2 > found[2]):
            return judged(passage, "Yes" if options.yes > options.no else "No", question)
        return Finding(found[0], found[1]) if found else None


def told(each: Sequence[float]) -> dict[str, float]:
    """In log-odds, each so made that more of it speaks for an answer."""
    best, *others = sorted(each, reverse=True)
    found = {"pointed": odds(sum(each))}
    return found | ({"pointed_margin": clipped(odds(best) - odds(others[0]))} if others else {})


def odds(share: float) -> float:
    share = min(max(share, 0.0), 1.0)
    return clipped(math.log(share) - math.log1p(-share)) if 0 < share < 1 else clipped(math.inf if share else -math.inf)
