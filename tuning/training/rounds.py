"""Examples as trees, time after time in another order, with the sources of each reading in another order too."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace

from assistant.language.wording import Wording
from tuning.nouns import Example, Source
from tuning.training.replay import Replayed
from tuning.training.trees import Tree, trees

Sources = tuple[Source, ...]
OWN = 0.5  # share of the readings that are introduced as they will be


class Rounds:
    """`whos`: ways to be introduced, the first of them for half of the readings. Trees keep to `longest` tokens."""

    def __init__(
        self,
        examples: Sequence[Example],
        wording: Wording,
        whos: Sequence[str],
        longest: int,
        seed: int,
        replayed: Sequence[Replayed] = (),
        share: float = 0.0,
    ) -> None:
        self._readings = _readings(examples)
        self._wording = wording
        self._whos = whos
        self._longest = longest
        self._seed = seed
        self._replayed = replayed
        self._share = share if replayed else 0.0

    def __call__(self, number: int) -> Iterator[Tree | Replayed]:
        chance = random.Random(f"{self._seed} {number}")
        readings = chance.sample(self._readings, len(self._readings))
        due = 0.0
        for reading in readings:
            who = self._whos[0] if chance.random() < OWN else chance.choice(self._whos)
            for tree in trees(_moved(reading, chance), self._wording, who, self._longest):
                yield tree
                due += len(tree.branches) * self._share / (1 - self._share)
                while due >= 1:
                    yield chance.choice(self._replayed)
                    due -= 1


def fitting(examples: Sequence[Example], wording: Wording, who: str, longest: int) -> list[Example]:
    """Those that can be read at once."""
    return [one for one in examples if all(len(tree.ids) <= longest for tree in trees([one], wording, who, longest))]


def _readings(examples: Sequence[Example]) -> list[list[Example]]:
    """Examples that show the same sources, in whatever order, are read together."""
    found: dict[frozenset[Source], list[Example]] = {}
    for example in examples:
        found.setdefault(frozenset(example.sources), []).append(example)
    return list(found.values())


def _moved(reading: Sequence[Example], chance: random.Random) -> list[Example]:
    """The sources in one new order for all, the examples in another."""
    sources = sorted(reading[0].sources, key=lambda source: source.id)
    chance.shuffle(sources)
    place = {source: number for number, source in enumerate(sources)}
    moved = [
        replace(one, sources=tuple(sources), gold=tuple(place[one.sources[each]] for each in one.gold))
        for one in reading
    ]
    chance.shuffle(moved)
    return moved
