"""Two readers heard together on questions that neither learned from: what each one's word should count."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import product

from assistant.reading import Reader
from assistant.reading.paired import Worth, added
from retrieval import Encoder, Hit, Progress, bring, score
from tuning.nouns import Example, Question
from tuning.training.held import Held, Told, held

SCALES = (0.0, 0.25, 0.5, 0.75, 1.0, 1.5)
OFFSETS = tuple(offset / 4 for offset in range(-12, 13))
HEARING = "Hearing both readers"
Weights = tuple[float, ...]


@dataclass(frozen=True)
class Heard:
    """A row, and the log-probabilities of each reader: its sources, then none."""

    example: Example
    first: Weights
    second: Weights


def hear(
    examples: Sequence[Example], first: Reader, second: Reader, encoder: Encoder, progress: Progress
) -> list[Heard]:
    found = []
    for number, one in enumerate(examples):
        progress(HEARING, number, len(examples))
        hits = hits_of(one, encoder)
        found.append(Heard(one, *(reader.decide(one.question, hits).weights for reader in (first, second))))
    progress(HEARING, len(examples), len(examples))
    return found


def hits_of(example: Example, encoder: Encoder) -> list[Hit]:
    """As serving scores what a question brings along: nearness counts."""
    return score(example.question, [bring(one.id, one.title, one.text) for one in example.sources], encoder)


def mixed(examples: Sequence[Example]) -> list[Example]:
    """In any order, but always the same, twins with theirs."""
    return sorted(examples, key=lambda one: hashlib.sha256((one.twin_of or one.id).encode()).hexdigest())


def example_of(question: Question) -> Example | None:
    """A question that brings its passages along, as a row."""
    sources = question.passages or ()
    if not sources:
        return None
    gold = tuple(place for place, one in enumerate(sources) if question.answerable and one.id in question.gold_ids)
    if question.answerable and not gold:
        return None
    return Example(question.id, question.question, sources, gold, kind=question.kind, twin_of=question.twin_of)


def fitted(heard: Sequence[Heard]) -> Worth:
    """The likeliest worths of a grid, and the threshold at which both errors are as frequent."""
    best = min(
        (Worth(one, two, none) for one, two, none in product(SCALES, SCALES, OFFSETS) if one + two),
        key=lambda worth: sum(_surprise(one, worth) for one in heard),
    )
    even = told(heard, best).threshold
    return best if math.isnan(even) else replace(best, threshold=even)


def told(heard: Sequence[Heard], worth: Worth) -> Held:
    return held([Told(one.example, added(worth, one.first, one.second), one.example.gold) for one in heard])


def _surprise(one: Heard, worth: Worth) -> float:
    shares = added(worth, one.first, one.second)
    right = one.example.gold or (len(shares) - 1,)
    return -math.log(sum(math.exp(shares[place]) for place in right if place < len(shares)) + 1e-12)
