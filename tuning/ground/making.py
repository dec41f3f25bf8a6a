"""Rows to learn from and rows to check with, drawn of the public sets, each set in its share."""

from __future__ import annotations

import hashlib
import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from retrieval import Encoder, Progress
from tuning.examples.shape import Shape
from tuning.ground.credits import LICENCES
from tuning.ground.drawing import Drawing
from tuning.ground.pools import Pool, pools
from tuning.nouns import Example

# Of the rows. What is asked much of one passage is learned from at little cost; contracts teach yes and no.
SHARES: Mapping[str, float] = {
    "squad2": 0.48,
    "covid_qa": 0.1,
    "contractnli": 0.12,
    "cuad_clauses": 0.05,
    "qamr": 0.15,
    "grounded": 0.1,
}
KEPT_BACK = 8  # one pool in so many is kept to check with


@dataclass(frozen=True)
class Rows:
    learned: list[Example]
    held: list[Example]


def rows(folder: Path, encoder: Encoder, many: int, held: int, seed: int, progress: Progress) -> Rows:
    """So many of each, in the shares of their sets; nothing of a pool is on both sides."""
    found = Rows([], [])
    for number, (origin, share) in enumerate(SHARES.items()):
        progress("Drawing from the public sets", number, len(SHARES))
        of_set = pools(folder, [origin])
        for kept_back, into, wanted in ((False, found.learned, many), (True, found.held, held)):
            side = [pool for pool in of_set if _kept_back(pool) == kept_back]
            into += _drawn(side, encoder, round(wanted * share), f"{seed} {origin} {kept_back}")
    progress("Drawing from the public sets", len(SHARES), len(SHARES))
    return Rows(_named(found.learned), _named(found.held))


def _kept_back(pool: Pool) -> bool:
    return int(hashlib.sha256(pool.name.encode()).hexdigest(), 16) % KEPT_BACK == 0


def _drawn(found: Sequence[Pool], encoder: Encoder, many: int, seed: str) -> list[Example]:
    """Reading after reading, from all pools in turn, and round after round until there are enough."""
    drawings = [Drawing(pool, encoder, found[place - 1].asked, Shape()) for place, pool in enumerate(found)]
    chance, drawn = random.Random(seed), list[Example]()
    while drawings and len(drawn) < many:
        before = len(drawn)
        for reading in _in_turn(drawings, chance):
            drawn += reading
            if len(drawn) >= many:
                break
        if len(drawn) == before:
            break
    return drawn[:many]


def _in_turn(drawings: Sequence[Drawing], chance: random.Random) -> Iterator[list[Example]]:
    left = [drawing.readings(chance) for drawing in chance.sample(drawings, len(drawings))]
    while left:
        still = []
        for readings in left:
            reading = next(readings, None)
            if reading is not None:
                still.append(readings)
                yield reading
        left = still


def _named(drawn: Sequence[Example]) -> list[Example]:
    """Ids of their own: a question may be drawn several times, and its twin has its id."""
    seen = Counter[str]()
    found = []
    for row in drawn:
        twin = row.kind == "twin"
        id = f"{row.id}-twin" if twin else row.id
        seen[id] += 1
        id = id if seen[id] == 1 else f"{id}~{seen[id]}"
        licence = LICENCES.get(row.origin, "")
        found.append(replace(row, id=id, twin_of=row.id if twin else None, licence=licence))
    return found
