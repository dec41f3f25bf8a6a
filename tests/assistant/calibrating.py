"""Cases, calibrations and a backend that tests of calibration spell out."""

from __future__ import annotations

import numpy as np

from assistant.calibration.nouns import Backend, Case

BACKEND = Backend("liar", "none", "none", 1, "fp32 and fp32", "words-1, reranker none, 6 passages", "0123456789ab")


def case(id: str, right: bool = True, answerable: bool = True, score: float = 0.0, **others: float) -> Case:
    """About a document of its own, with one feature or more."""
    return Case(id, answerable, True, right, {"score": score, **others}, frozenset({f"{id}.md"}), id)


def families(many: int, seed: int, wrong: float = 0.03, apart: float = 4.0) -> list[Case]:
    """Questions two a document, each with a twin that is answered wrongly as surely as its question is.

    `score` tells right from wrong by so many standard deviations; `noise` tells nothing.
    """
    chance = np.random.default_rng(seed)
    return [one for place in range(many) for one in _family(place, chance, wrong, apart)]


def _family(place: int, chance: np.random.Generator, wrong: float, apart: float) -> tuple[Case, Case]:
    right = bool(chance.random() >= wrong)
    score = float(chance.normal(apart if right else 0.0))
    twin = score if not right else float(chance.normal())
    documents = frozenset({f"{place // 2}.md"})
    question = Case(f"{place}", True, True, right, _features(score, chance), documents, f"{place}")
    return question, Case(f"{place}-twin", False, True, False, _features(twin, chance), frozenset(), f"{place}")


def _features(score: float, chance: np.random.Generator) -> dict[str, float]:
    return {"score": score, "noise": float(chance.normal())}
