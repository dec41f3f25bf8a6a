"""A question set among sources: those that answer it in places that tell nothing, near misses in all the others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from random import Random

from retrieval import Passage, Progress
from tuning.examples.distractors import Around, drawn
from tuning.examples.shape import Seats, Shape, seated
from tuning.examples.shelf import Shelf
from tuning.examples.showing import source_of
from tuning.nouns import Example


@dataclass(frozen=True)
class Making:
    """One making of rows: from which documents, in what shape, by which chance, and what it left out.

    `shared` rows may be shown each other's sources, and are learned from at a third of the cost.
    """

    shelf: Shelf
    shape: Shape
    seed: int
    progress: Progress
    shared: bool = False
    left_out: Counter[str] = field(default_factory=Counter)
    seats: Seats = field(default_factory=Seats)

    def chance(self, id: str) -> Random:
        return Random(f"{self.seed}:{id}")


def among(making: Making, row: Example, near: Around) -> Example:
    """The row with its gold and some near misses; another passage that answers it may be shown, and is gold, too."""
    chance = making.chance(row.id)
    first, *also = near.gold
    others = drawn(first, [*also[:1], *near.near], making.shape, chance)
    passages = seated(first, others, making.seats.next(len(others) + 1, chance))
    told = {passage.id for passage in near.gold}
    gold = [place for place, passage in enumerate(passages) if passage.id in told]
    gold.sort(key=lambda place: passages[place].id != first.id)  # the one whose words the answer has comes first
    return showing(row, passages, tuple(gold))


def twin_of(row: Example, near: Around) -> Example | None:
    """The same question with the same neighbours, and the next near misses in the place of what answers it."""
    shown = {source.id for source in row.sources}
    left = [passage for passage in near.near if passage.id not in shown]
    if len(left) < len(row.gold):
        return None
    passages, instead = {passage.id: passage for passage in (*near.gold, *near.near)}, iter(left)
    sources = [next(instead) if place in row.gold else passages[source.id] for place, source in enumerate(row.sources)]
    blank = replace(row, id=f"{row.id}-twin", kind="twin", answer="", evidence=(), twin_of=row.id)
    return showing(blank, sources, ())


def showing(row: Example, passages: Sequence[Passage], gold: tuple[int, ...]) -> Example:
    documents = tuple(dict.fromkeys(passage.document for passage in passages))
    return replace(row, sources=tuple(map(source_of, passages)), gold=gold, documents=documents)
