"""From a pool to readings: a few near passages, and questions that they answer, nearly answer, or don't."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from retrieval import Encoder
from tuning.examples.shape import Shape as Shape
from tuning.ground.pools import Asking, Pool, spans
from tuning.nouns import Example, Kind, Source

NEAREST = 9  # among so many near passages the distractors are drawn


class Drawing:
    """Readings of one pool, other ones each time that they are drawn."""

    def __init__(self, pool: Pool, encoder: Encoder, elsewhere: Sequence[Asking], shape: Shape) -> None:
        self.pool = pool
        self._shape = shape
        self._elsewhere = elsewhere
        self._ids = list(pool.passages)
        vectors = np.asarray(encoder.encode([source.text for source in pool.passages.values()]))
        self._near = _nearest(vectors)
        self._of = {id: [one for one in pool.asked if id in one.about] for id in self._ids}
        self._anywhere = [one for one in pool.asked if not one.about]

    @property
    def name(self) -> str:
        return self.pool.name

    def readings(self, chance: random.Random) -> Iterator[list[Example]]:
        """One around each passage of which something was asked."""
        anchors = [id for id in self._ids if self._of[id]]
        chance.shuffle(anchors)
        for anchor in anchors:
            sources = self._sources(anchor, chance)
            if reading := self._asked(sources, anchor, chance):
                yield reading

    def _sources(self, anchor: str, chance: random.Random) -> tuple[Source, ...]:
        many = chance.choice(self._shape.sources)
        near = [self._ids[place] for place in self._near[self._ids.index(anchor)]]
        chance.shuffle(near)
        found = [self.pool.passages[anchor]]
        words = len(found[0].text.split())
        for id in near:
            source = self.pool.passages[id]
            words += len(source.text.split())
            if len(found) == many or words > self._shape.words:
                break
            found.append(source)
        chance.shuffle(found)
        return tuple(found)

    def _asked(self, sources: tuple[Source, ...], anchor: str, chance: random.Random) -> list[Example]:
        shown = {source.id for source in sources}
        own = list({one.id: one for id in shown for one in self._of[id]}.values())
        answered = [one for one in (_answered(one, sources) for one in own if one.gold & shown) if one]
        chance.shuffle(answered)
        answered = answered[: self._shape.answered]
        abstaining = self._abstaining(own, sources, anchor, len(answered), chance)
        both = [*answered, *abstaining]
        chance.shuffle(both)
        return [replace(one, origin=self.pool.origin) for one in both] if answered else []

    def _abstaining(
        self, own: Sequence[Asking], sources: tuple[Source, ...], anchor: str, answered: int, chance: random.Random
    ) -> list[Example]:
        shape = self._shape
        many = _rounded(answered * shape.abstaining / (1 - shape.abstaining), chance)
        hard = [one for one in own if not one.gold] + chance.sample(self._anywhere, min(many, len(self._anywhere)))
        aside = [one for one in self._beside(anchor, {source.id for source in sources}) if not _told(one, sources)]
        chance.shuffle(hard)
        chance.shuffle(aside)
        kinds: dict[Kind, list[Asking]] = {"hard": hard, "twin": aside}
        found: list[Example] = []
        for _ in range(many):
            wanted: Kind = "hard" if chance.random() < shape.hard else "twin"
            other: Kind = "twin" if wanted == "hard" else "hard"
            if chance.random() < shape.off_topic and self._elsewhere:
                found.append(_unanswered(chance.choice(self._elsewhere), sources, "off_topic"))
            elif kind := next((kind for kind in (wanted, other) if kinds[kind]), None):
                found.append(_unanswered(kinds[kind].pop(), sources, kind))
        return found

    def _beside(self, anchor: str, shown: set[str]) -> list[Asking]:
        """Questions of near passages that are not shown."""
        near = [self._ids[place] for place in self._near[self._ids.index(anchor)]]
        return [one for id in near if id not in shown for one in self._of[id] if one.gold and not one.gold & shown]


def _answered(asking: Asking, sources: tuple[Source, ...]) -> Example | None:
    """Unless another source says the same words, for then who knows which is right."""
    gold = [place for place, source in enumerate(sources) if source.id in asking.gold]
    if asking.judges:
        return _example(asking, sources, tuple(gold), asking.answers[0])
    telling = [(place, found) for place in gold if (found := spans(asking, sources[place]))]
    if not telling or _told(asking, [source for source in sources if source.id not in asking.gold]):
        return None
    place, found = telling[0]
    return _example(asking, sources, (place, *(other for other, _ in telling[1:])), found[0])


def _example(asking: Asking, sources: tuple[Source, ...], gold: tuple[int, ...], answer: str) -> Example:
    return Example(asking.id, asking.question, sources, gold, answer)


def _unanswered(asking: Asking, sources: tuple[Source, ...], kind: Kind) -> Example:
    return Example(asking.id, asking.question, sources, kind=kind)


def _told(asking: Asking, sources: Sequence[Source]) -> bool:
    said = [answer.lower() for answer in asking.answers if answer not in ("Yes", "No")]
    return any(answer in source.text.lower() for answer in said for source in sources)


def _nearest(vectors: NDArray[np.float32]) -> list[list[int]]:
    found = []
    for place, vector in enumerate(vectors):
        order = np.argsort(-(vectors @ vector), kind="stable")[: NEAREST + 1]
        found.append([int(other) for other in order if other != place][:NEAREST])
    return found


def _rounded(number: float, chance: random.Random) -> int:
    return int(number) + (chance.random() < number - int(number))
