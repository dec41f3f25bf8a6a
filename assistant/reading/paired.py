"""Two readers who err on different questions: what one doubts and the other denies is not answered.

Each says how likely every source is to answer, and how likely none does. Their log-probabilities are added up, each as
much as it is worth, and what comes out is shared among the sources and none again.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from assistant.nouns import Claim, Decision, Finding
from assistant.reading import Reader
from assistant.reading.grounds import searched
from retrieval import Hit
from retrieval.pointing.weighing import LEAST, shares


@dataclass(frozen=True)
class Worth:
    """What each reader's word counts, and what speaks for none beforehand. Fitted on questions nobody learned from."""

    first: float = 1.0
    second: float = 1.0
    none: float = 0.0
    threshold: float = 0.5


class PairedReader:
    """`first` is the language model's reader; `second` finds the words."""

    name = "paired"

    def __init__(self, first: Reader, second: Reader, worth: Worth) -> None:
        self.first = first
        self.second = second
        self.worth = worth
        self.threshold = worth.threshold

    @property
    def model(self) -> str:
        return self.first.model

    @property
    def adapter(self) -> str | None:
        return self.first.adapter

    @property
    def identity(self) -> tuple[str, ...]:
        return (self.name, *self.first.identity, *self.second.identity, repr(self.worth))

    def decide(self, question: str, hits: Sequence[Hit]) -> Decision:
        first, second = (reader.decide(question, hits) for reader in (self.first, self.second))
        features = second.features | first.features
        if not first.weights or not second.weights:  # a model that tells no probabilities decides alone
            return replace(first, features=features)
        *sources, none = added(self.worth, first.weights, second.weights)
        cited = max(range(len(sources)), key=sources.__getitem__)
        some = sum(map(math.exp, sources))
        return Decision(
            cited,
            min(1.0, some),
            features | searched(hits, cited),
            first.off_topic,
            first.dropped,
            weights=(*sources, none),
        )

    def say(self, question: str, hits: Sequence[Hit], cited: int) -> Iterator[Finding | Claim]:
        return self.second.say(question, hits, cited)


def added(worth: Worth, first: Sequence[float], second: Sequence[float]) -> list[float]:
    """Log-probabilities again. A source that only one of them read is for the other the least likely of all."""
    *own, own_none = first
    own += [min(own)] * (len(second) - 1 - len(own))
    both = [worth.first * one + worth.second * two for one, two in zip(own, second[:-1], strict=True)]
    both.append(worth.first * own_none + worth.second * second[-1] + worth.none)
    return [math.log(max(share, LEAST)) for share in shares(both)]
