"""An example as a pointer learns from it: a few of its sources side by side, and which of their tokens are right."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from assistant.polarity import asks_yes_or_no
from assistant.quote import locate
from retrieval import Encoder, Passage, bring
from retrieval.pointing.pairs import Pair, Pairing
from tuning.nouns import Example, Source

MOST = 2  # sources that are read beside each other: another question teaches more than another source


@dataclass(frozen=True)
class Target:
    """What is right of one source: Yes or No, or the tokens with which the answer begins and ends."""

    first: int = -1
    last: int = -1
    polarity: str = ""


@dataclass(frozen=True)
class Lesson:
    """Where no source has a target, pointing at none is right."""

    example: Example
    pairs: tuple[Pair, ...]
    targets: tuple[Target | None, ...]
    polar: bool  # whether Yes and No can be said at all
    near: int = 0  # which of the sources that are not right comes nearest to the question

    @property
    def width(self) -> int:
        return max(pair.width for pair in self.pairs)


def lesson(pairing: Pairing, example: Example) -> Lesson | None:
    """None where an answer can't be found among the tokens: it would teach to refuse.

    Nor where a verdict answers what did not ask for one: that it can be said at all would tell that it is right.
    """
    passages = [_brought(source) for source in example.sources]
    pairs = pairing.pairs(example.question, passages)
    judges, polar = example.answer in ("Yes", "No"), asks_yes_or_no(example.question)
    if judges and not polar:
        return None
    targets: list[Target | None] = [None] * len(pairs)
    for place in example.gold:
        if judges:
            targets[place] = Target(polarity=example.answer)
        elif found := locate(passages[place], example.answer, example.question):
            targets[place] = _target(pairs[place], *found)
    if example.gold and not any(targets):
        return None
    return Lesson(example, tuple(pairs), tuple(targets), polar)


@lru_cache(maxsize=4096)
def _brought(source: Source) -> Passage:
    return bring(source.id, source.title, source.text)


def _target(pair: Pair, start: int, end: int) -> Target | None:
    inside = [place for place, (first, last) in enumerate(pair.places) if first < end and last > start]
    whole = inside and pair.places[inside[0]][0] <= start and pair.places[inside[-1]][1] >= end
    return Target(inside[0], inside[-1]) if whole else None


def fewer(one: Lesson, most: int, chance: random.Random) -> Lesson:
    """Some of the sources, a right one always among them, and the one most easily taken for it."""
    if len(one.pairs) <= most:
        return one
    right = [place for place, target in enumerate(one.targets) if target]
    others = [place for place in range(len(one.pairs)) if place not in right]
    others = sorted(chance.sample(others, len(others)), key=lambda place: place != one.near)
    kept = ([chance.choice(right)] if right else []) + others
    chosen = sorted(kept[: chance.randint(min(2, most), most)])
    return replace(
        one,
        pairs=tuple(one.pairs[place] for place in chosen),
        targets=tuple(one.targets[place] for place in chosen),
        near=chosen.index(one.near) if one.near in chosen else 0,
    )


def mined(lessons: Sequence[Lesson], encoder: Encoder) -> list[Lesson]:
    """Each with the wrong source that comes nearest: what asks for it and can't be answered there teaches most."""
    texts = list(dict.fromkeys(text for one in lessons for text in _texts(one)))
    places = {text: place for place, text in enumerate(texts)}
    vectors = np.asarray(encoder.encode(texts))
    found = []
    for one in lessons:
        asked, *told = (vectors[places[text]] for text in _texts(one))
        wrong = [place for place, target in enumerate(one.targets) if not target]
        near = max(wrong, key=lambda place: float(asked @ told[place]), default=0)
        found.append(replace(one, near=near))
    return found


def _texts(one: Lesson) -> list[str]:
    return [one.example.question, *(source.text for source in one.example.sources)]


def batches(lessons: Sequence[Lesson], many: int, chance: random.Random) -> Iterator[list[Lesson]]:
    """All of them once, in any order."""
    order = chance.sample(list(lessons), len(lessons))
    for begin in range(0, len(order), many):
        yield order[begin : begin + many]
