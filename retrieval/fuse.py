"""One ranking from two searches. Cosine leads; words that match exactly lift a passage, the more of them the higher."""

from __future__ import annotations

from collections.abc import Mapping

LEXICAL_WEIGHT = 0.3  # chosen on the training rows of squad2 and covid_qa: benchmarks/fusion.py


def fuse(
    cosines: Mapping[int, float], lexical: Mapping[int, float], weight: float = LEXICAL_WEIGHT
) -> dict[int, float]:
    """Key → fused score, the best first. `cosines` holds every candidate, `lexical` those that share words."""
    best = max(lexical.values(), default=0.0)
    scale = weight / best if best > 0 else 0.0
    fused = {key: cosine + scale * lexical.get(key, 0.0) for key, cosine in cosines.items()}
    return dict(sorted(fused.items(), key=lambda item: (-item[1], item[0])))


def found_by(key: int, cosines: Mapping[int, float], lexical: Mapping[int, float]) -> dict[str, float]:
    """What each search thought of a passage; one that shares no word was not found by words."""
    found = {"dense": cosines[key]}
    return found | {"lexical": lexical[key]} if key in lexical else found
