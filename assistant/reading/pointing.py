"""The reader that points: question and passage read together, and the likeliest words, or none at all."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from assistant.borders import ends, starts
from assistant.nouns import Decision, Finding
from assistant.polarity import asks_yes_or_no, judged
from assistant.reading import SpanReader
from assistant.reading.grounds import OFF_TOPIC, clipped, nearest, searched
from retrieval import Hit
from retrieval.pointing import Options, Pointer
from retrieval.pointing.weighing import answering, likeliest, logarithms, shares

UNCALIBRATED = 0.5
SURE = 2.0  # log-weight that one verdict is ahead of the other; of those that are, six in seven were right


@dataclass(frozen=True)
class Near:
    """What its words count, what nearness to the question counts beside them, and what speaks for none beforehand."""

    words: float = 1.0
    meaning: float = 0.0
    none: float = 0.0


FAR = Near()


class PointingReader(SpanReader):
    name = "pointing"
    model = "none"
    adapter = None

    def __init__(self, pointer: Pointer, near: Near = FAR, threshold: float = UNCALIBRATED) -> None:
        self.pointer = pointer
        self.near = near
        self.threshold = threshold

    @property
    def identity(self) -> tuple[str, ...]:
        return (self.name, self.pointer.identity, repr(self.near))

    def decide(self, question: str, hits: Sequence[Hit]) -> Decision:
        if not hits:
            return Decision(None, 0.0, {})
        each = self.pointed(question, hits)
        cited = max(range(len(each)), key=each.__getitem__)
        features = told(each) | searched(hits, cited)
        return Decision(cited, min(1.0, sum(each)), features, nearest(hits) < OFF_TOPIC, weights=logarithms(each))

    def pointed(self, question: str, hits: Sequence[Hit]) -> list[float]:
        """How likely each passage is to answer, by its words and by how near it lies to the question."""
        read = self.pointer.read(question, [hit.passage for hit in hits])
        *told, none = logarithms(answering(read, asks_yes_or_no(question)))
        near = [self.near.words * one + self.near.meaning * meaning(hit) for one, hit in zip(told, hits, strict=True)]
        return shares((*near, self.near.words * none + self.near.none))[:-1]

    def find(self, question: str, hits: Sequence[Hit], cited: int) -> Finding | None:
        """Where it is not sure whether Yes or No, it shows the reason and leaves the verdict to the reader of it."""
        passage = hits[cited].passage
        options = self.pointer.read(question, [passage])[0]
        found = likeliest(options, set(starts(passage.text)), set(ends(passage.text)), breaks(passage.text))
        if asks_yes_or_no(question) and (found is None or max(options.yes, options.no) * 2 > found[2]):
            return judged(passage, _verdict(options), question)
        return Finding(found[0], found[1]) if found else None


def breaks(text: str) -> list[int]:
    """Where its lines end: no answer runs over one."""
    return [place for place, letter in enumerate(text) if letter == "\n"]


def _verdict(options: Options) -> Literal["Yes", "No"] | None:
    if abs(options.yes - options.no) < SURE:
        return None
    return "Yes" if options.yes > options.no else "No"


def meaning(hit: Hit) -> float:
    return hit.found_by.get("dense", 0.0)


def told(each: Sequence[float]) -> dict[str, float]:
    """In log-odds, each so made that more of it speaks for an answer."""
    best, *others = sorted(each, reverse=True)
    found = {"pointed": odds(sum(each))}
    return found | ({"pointed_margin": clipped(odds(best) - odds(others[0]))} if others else {})


def odds(share: float) -> float:
    share = min(max(share, 0.0), 1.0)
    return clipped(math.log(share) - math.log1p(-share)) if 0 < share < 1 else clipped(math.inf if share else -math.inf)
