"""What rows to learn from are like: how many sources, how long, and how many of them nothing answers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import TypeVar

from tuning.nouns import Kind

T = TypeVar("T")


@dataclass(frozen=True)
class Shape:
    sources: tuple[int, ...] = (1, 2, 3, 3, 3, 3, 4, 4, 5, 6, 7, 9)  # how many, each as likely
    words: int = 480  # of all sources together
    answered: int = 6  # questions of one reading that have an answer, at most
    abstaining: float = 0.45  # share of the questions
    hard: float = 0.5  # of the abstaining ones: near the sources, and answered nowhere
    off_topic: float = 0.1  # of the abstaining ones: about something else

    def mix(self, many: int) -> dict[Kind, int]:
        """How many rows of each kind make up so many."""
        silent = round(many * self.abstaining)
        far = round(silent * self.off_topic)
        hard = min(round(silent * self.hard), silent - far)
        return {"answerable": many - silent, "twin": silent - far - hard, "hard": hard, "off_topic": far}


class Seats:
    """Where the source that answers stands: in each place as often as in any other, of rows of the same size."""

    def __init__(self) -> None:
        self._taken: Counter[tuple[int, int]] = Counter()

    def next(self, many: int, chance: Random) -> int:
        places = list(range(many))
        chance.shuffle(places)
        place = min(places, key=lambda place: self._taken[many, place])
        self._taken[many, place] += 1
        return place


def seated(first: T, others: Sequence[T], place: int) -> list[T]:
    """The others in their order, and `first` among them at this place."""
    return [*others[:place], first, *others[place:]]
