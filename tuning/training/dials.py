"""What may be turned of a training. One dial is enough, the budget; the others are as they were found to be best."""

from __future__ import annotations

import re
from dataclasses import dataclass

from retrieval import UsageError

_SPAN = re.compile(r"(\d+(?:\.\d+)?)\s*(s|m|h)?", re.IGNORECASE)
_SECONDS = {"s": 1, "m": 60, "h": 3600}
LIMITS: dict[str, tuple[float, float]] = {
    "budget": (10, 7 * 24 * 3600),
    "rank": (1, 256),
    "rate": (1e-6, 1e-2),
    "batch": (1, 512),
    "rounds": (0.01, 100),
    "decision": (0, 100),
    "replay": (0, 0.9),
    "upper": (0.05, 1),
    "longest": (128, 16_384),
    "seed": (0, 2**31),
}


@dataclass(frozen=True)
class Dials:
    budget: float = 1800.0  # seconds of training
    rank: int = 16
    rate: float = 7e-4
    batch: int = 16  # examples of one step
    rounds: float = 4.0  # so often is a row seen at most
    decision: float = 4.0  # what one decision weighs against a token of an answer
    replay: float = 0.1  # share of the examples that are general instructions, answered as before
    upper: float = 1.0  # share of the layers that learn, the last ones
    longest: int = 1200  # tokens that are read at once
    seed: int = 1

    def __post_init__(self) -> None:
        for name, (least, most) in LIMITS.items():
            if not least <= getattr(self, name) <= most:
                raise UsageError(
                    f"--{name} {getattr(self, name):g} is out of range.", f"Choose from {least:g} to {most:g}."
                )


def seconds(written: str) -> float:
    """Of `30m`, `90 s` or `1.5h`; a bare number is minutes."""
    found = _SPAN.fullmatch(written.strip())
    if not found:
        raise UsageError(f"--budget {written} is no length of time.", "Write it as 30m, 90s or 1.5h.")
    return float(found[1]) * _SECONDS[(found[2] or "m").lower()]
