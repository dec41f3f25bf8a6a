"""The reader without a trained model: retrieval decides, and the answer is the best unit of the best passage.

Weights and threshold were fitted on the training rows of squad2 and covid_qa, twins included, by
`benchmarks/extractive.py`; nothing of the sample company was seen. They are a beginning, not a promise.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from assistant.nouns import Decision, Finding
from assistant.reading import SpanReader
from assistant.reading.grounds import OFF_TOPIC, nearest
from retrieval import Encoder, Hit, Unit, Vectors, terms

# How well a unit matches: meaning, the share of the question's words in it, and how well its passage was found.
MATCH = (4.35, 7.87, 6.10)
# Of the best unit: meaning, share of words, and how far its match stands above the best of any other passage.
SURE, BIAS = (1.72, 3.37, 0.81), -4.27
WIDEST_LEAD = 3.0
THRESHOLD = 0.37  # where both errors are equally frequent on those rows


@dataclass(frozen=True)
class Candidate:
    """A unit of a hit, and how it compares with the question."""

    place: int  # of its passage in the hits
    unit: Unit
    meaning: float
    shared: float
    match: float


class ExtractiveReader(SpanReader):
    name = "extractive"
    model = "none"
    adapter = None
    threshold = THRESHOLD
    identity = ("extractive", repr((MATCH, SURE, BIAS, WIDEST_LEAD, OFF_TOPIC)))

    def __init__(self, encoder: Callable[[], Encoder]) -> None:
        self._encoder = encoder  # asked for when the first question comes

    def decide(self, question: str, hits: Sequence[Hit]) -> Decision:
        found = candidates(self._encoder(), question, hits)
        near = nearest(hits)
        if not found:
            return Decision(None, 0.0, {"nearest": near}, near < OFF_TOPIC)
        best = max(found, key=lambda candidate: candidate.match)
        features = grounds(best, found)
        confidence = _sigmoid(np.dot(SURE, features) + BIAS)
        return Decision(best.place, confidence, _named(features, near), near < OFF_TOPIC)

    def find(self, question: str, hits: Sequence[Hit], cited: int) -> Finding | None:
        found = candidates(self._encoder(), question, [hits[cited]])
        if not found:
            return None
        best = max(found, key=lambda candidate: candidate.match)
        passage = hits[cited].passage
        return Finding(best.unit.start - passage.start, best.unit.end - passage.start)


def candidates(encoder: Encoder, question: str, hits: Sequence[Hit]) -> list[Candidate]:
    units = [(place, unit) for place, hit in enumerate(hits) for unit in hit.passage.units]
    if not units:
        return []
    said = [_in_place(hits[place], unit) for place, unit in units]
    vectors = encoder.encode([question, *said])
    meaning: Vectors = vectors[1:] @ vectors[0]
    wanted = set(terms(question))
    found = []
    for (place, unit), near, text in zip(units, meaning, said, strict=True):
        shared = len(wanted & set(terms(text))) / len(wanted) if wanted else 0.0
        match = float(np.dot(MATCH, (near, shared, hits[place].score)))
        found.append(Candidate(place, unit, float(near), shared, match))
    return found


def grounds(best: Candidate, found: Sequence[Candidate]) -> tuple[float, float, float]:
    """What the confidence rests on."""
    others = [candidate.match for candidate in found if candidate.place != best.place]
    lead = min(best.match - max(others), WIDEST_LEAD) if others else WIDEST_LEAD
    return best.meaning, best.shared, lead


def _in_place(hit: Hit, unit: Unit) -> str:
    """The unit with its title and headings: a table row means little without them."""
    return f"{' › '.join((hit.passage.title, *hit.passage.heading))}\n{hit.passage.quote(unit)}"


def _named(features: tuple[float, float, float], near: float) -> dict[str, float]:
    meaning, shared, lead = features
    return {"meaning": meaning, "shared": shared, "lead": lead, "nearest": near}


def _sigmoid(value: float) -> float:
    return 1.0 / (1.0 + math.exp(-value))
