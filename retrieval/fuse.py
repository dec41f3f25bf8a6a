"""One ranking from two searches. Cosine leads; a passage is lifted by how much of the question its words are.

How much that is, is measured against the question and not against the best passage found: where even the best shares
little, words say little, and the nearest stays ahead. The score is a cosine plus at most `WORDS_WEIGHT`, so about 0 to
1.3, and depends on question, passage and how rare the words are in what the asker may read: not on how many passages
were proposed. Chosen on the training rows of squad2 and covid_qa: benchmarks/fusion.py.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

WORDS_WEIGHT = 0.3


def rarity(held: Mapping[str, int], passages: int) -> dict[str, float]:
    """Word → how much of the question it is, 1 in all: the fewer of the passages hold it, the more."""
    says = {word: math.log(1 + (passages - count + 0.5) / (count + 0.5)) for word, count in held.items()}
    total = sum(says.values())
    return {word: weight / total for word, weight in says.items()}


def fuse(cosines: Mapping[int, float], shares: Mapping[int, float], weight: float = WORDS_WEIGHT) -> dict[int, float]:
    """Key → fused score, the best first. `cosines` holds every candidate, `shares` those that share words."""
    return ranked({key: cosine + weight * shares.get(key, 0.0) for key, cosine in cosines.items()})


def ranked(scores: Mapping[int, float]) -> dict[int, float]:
    """The best first; of equals the lower key."""
    return dict(sorted(scores.items(), key=lambda item: (-item[1], item[0])))


def found_by(
    key: int, cosines: Mapping[int, float], lexical: Mapping[int, float], shares: Mapping[int, float]
) -> dict[str, float]:
    """What each search thought of a passage; one that words did not propose was not found by words."""
    sides = {"dense": cosines, "lexical": lexical, "shared": shares}
    return {side: scores[key] for side, scores in sides.items() if key in scores}
