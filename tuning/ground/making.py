"""Rows to learn from and rows to check with, drawn of the public sets and of the invented firms, each in its share."""

from __future__ import annotations

import hashlib
import random
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from retrieval import Encoder, Progress
from tuning.examples.shape import Shape
from tuning.ground.credits import LICENCES
from tuning.ground.drawing import Drawing
from tuning.ground.invented import ORIGIN, firms
from tuning.ground.pools import NEAR, Asking, pools
from tuning.nouns import Example

# Of the rows. What is asked much of one passage is learned from at little cost; near questions teach to read to the
# end; contracts teach yes and no; firms are what people bring.
SHARES: Mapping[str, float] = {
    "squad2": 0.22,
    "covid_qa": 0.04,
    "contractnli": 0.10,
    "cuad_clauses": 0.10,
    "qamr": 0.03,
    "grounded": 0.03,
    NEAR: 0.18,
    ORIGIN: 0.30,
}
KEPT_BACK = 8  # one pool in so many is kept to check with


@dataclass(frozen=True)
class Rows:
    learned: list[Example]
    held: list[Example]


class Named(Protocol):
    @property
    def name(self) -> str: ...


class Readable(Named, Protocol):
    """Where readings are drawn from, other ones each time."""

    def readings(self, chance: random.Random) -> Iterator[list[Example]]: ...


def rows(folder: Path, encoder: Encoder, many: int, held: int, seed: int, progress: Progress) -> Rows:
    """So many of each, in the shares of their sets; nothing of a pool or of a firm is on both sides."""
    found = Rows([], [])
    with tempfile.TemporaryDirectory() as homes:
        for number, (origin, share) in enumerate(SHARES.items()):
            progress("Drawing rows", number, len(SHARES))
            of_set = firms(Path(homes), encoder, Shape()) if origin == ORIGIN else _drawings(folder, encoder, origin)
            for back, into, wanted in ((False, found.learned, many), (True, found.held, held)):
                side = [one for one in of_set if kept_back(one) == back]
                into += _drawn(side, round(wanted * share), f"{seed} {origin} {back}")
    progress("Drawing rows", len(SHARES), len(SHARES))
    return Rows(_named(found.learned), _named(found.held))


def _drawings(folder: Path, encoder: Encoder, origin: str) -> list[Readable]:
    """A question off the topic is one of the pool before, on the same side."""
    found = pools(folder, [origin])
    before: dict[str, Sequence[Asking]] = {}
    for side in (False, True):
        of_side = [pool for pool in found if kept_back(pool) == side]
        before |= {pool.name: of_side[place - 1].asked for place, pool in enumerate(of_side)}
    return [Drawing(pool, encoder, before[pool.name], Shape()) for pool in found]


def kept_back(one: Named) -> bool:
    return int(hashlib.sha256(one.name.encode()).hexdigest(), 16) % KEPT_BACK == 0


def _drawn(readable: Sequence[Readable], many: int, seed: str) -> list[Example]:
    """Reading after reading, from all in turn, and round after round until there are enough."""
    chance, drawn = random.Random(seed), list[Example]()
    while readable and len(drawn) < many:
        before = len(drawn)
        for reading in _in_turn(readable, chance):
            drawn += reading
            if len(drawn) >= many:
                break
        if len(drawn) == before:
            break
    return drawn[:many]


def _in_turn(readable: Sequence[Readable], chance: random.Random) -> Iterator[list[Example]]:
    left = [one.readings(chance) for one in chance.sample(readable, len(readable))]
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
