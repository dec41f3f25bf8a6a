"""What a calibration is made from, and what it promises. Frozen, and all on one screen."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields

from assistant.calibration.bounds import Counts


@dataclass(frozen=True, slots=True)
class Backend:
    """All that a confidence depends on besides the question and the documents; a calibration belongs to one."""

    reader: str
    model: str
    adapter: str
    format: int
    precision: str
    finding: str  # encoder, reranker and how many passages are read
    reading: str  # digest of the reader's identity; empty in an adapter's card, which names its weights

    def __str__(self) -> str:
        return ", ".join(f"{field.name} {getattr(self, field.name)}" for field in fields(self))


@dataclass(frozen=True)
class Case:
    """A question whose truth is known, and what came of it where no threshold held the answer back."""

    id: str
    answerable: bool
    answered: bool  # something passed the second gate; else no threshold would answer it
    right: bool
    features: Mapping[str, float]
    documents: frozenset[str]  # those it is about
    pair: str  # what a question and its twins have in common

    @property
    def known(self) -> set[str]:
        """The features that it has: one without a finite value is missing."""
        return {name for name, value in self.features.items() if math.isfinite(value)}


@dataclass(frozen=True, slots=True)
class Feature:
    name: str
    mean: float
    scale: float
    weight: float


@dataclass(frozen=True)
class Confidence:
    """The probability that an answer is right, from what the reader and the search made of the question."""

    features: tuple[Feature, ...]
    bias: float

    def missing(self, given: Mapping[str, float]) -> list[str]:
        return [one.name for one in self.features if not math.isfinite(given.get(one.name, math.nan))]

    def of(self, given: Mapping[str, float]) -> float:
        odds = self.bias + sum(one.weight * (given[one.name] - one.mean) / one.scale for one in self.features)
        return 1 / (1 + math.exp(-odds)) if odds > 0 else math.exp(odds) / (1 + math.exp(odds))


@dataclass(frozen=True, slots=True)
class Level:
    """A step of the walk: the threshold, what it lets through on documents of its own, and the bound on its risk."""

    coverage: float  # of the grid
    threshold: float
    counts: Counts
    bound: float


@dataclass(frozen=True)
class Calibration:
    """At most `risk` of the answers are wrong, said with 95 % confidence, if it is certified; else why it is not."""

    backend: Backend
    risk: float
    unanswerable: float  # the owner's share of questions that the documents do not answer
    confidence: Confidence | None
    levels: tuple[Level, ...]  # those walked; all but the last hold
    fitted_on: int  # questions
    walked_on: int
    certified: bool
    why: str  # it is not certified
    at_least: int | None = None  # so many questions like these would be needed, were none answered wrongly
    needed: int | None = None  # and so many, erring as often as now; None where no number would do

    @property
    def level(self) -> Level | None:
        """The step at which it serves."""
        held = [level for level in self.levels if level.bound <= self.risk]
        return held[-1] if self.certified and held else None
