"""Rows that can do with the same sources are given the same: what they share is then read once for all of them.

A reading's sources are kept from the first row that showed them. Another row may join where its own gold stands among
them, or for a twin nowhere, and of every other source it is known that it does not answer.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from retrieval import Passage
from tuning.examples.distractors import Around
from tuning.examples.setting import showing
from tuning.nouns import Example

MOST = 8  # rows of one reading


@dataclass
class _Reading:
    passages: Sequence[Passage]
    rows: int = 1


def gathered(rows: Iterable[tuple[Example, Around]]) -> list[Example]:
    """The rows in their order, each with what is near its question."""
    readings: dict[str, list[_Reading]] = defaultdict(list)  # by the passages in them
    return [_joined(row, around, readings) for row, around in rows]


def _joined(row: Example, around: Around, readings: dict[str, list[_Reading]]) -> Example:
    reading = next((one for one in _candidates(row, around, readings) if _fits(row, around, one)), None)
    if reading is None:
        _begin(row, around, readings)
        return row
    reading.rows += 1
    return showing(row, reading.passages, _gold(row, around, reading.passages))


def _candidates(row: Example, around: Around, readings: dict[str, list[_Reading]]) -> Iterable[_Reading]:
    if row.gold:
        return readings[around.gold[0].id]
    shown = [source.id for source in row.sources]
    return (reading for id in shown for reading in readings[id])


def _fits(row: Example, around: Around, reading: _Reading) -> bool:
    known = {passage.id for passage in around.near}
    known |= {passage.id for passage in around.gold} if row.gold else set()
    return reading.rows < MOST and all(passage.id in known for passage in reading.passages)


def _gold(row: Example, around: Around, passages: Sequence[Passage]) -> tuple[int, ...]:
    """Its own passage first, whose words the answer has."""
    if not row.gold:
        return ()
    place = {passage.id: number for number, passage in enumerate(passages)}
    return tuple(place[passage.id] for passage in around.gold if passage.id in place)


def _begin(row: Example, around: Around, readings: dict[str, list[_Reading]]) -> None:
    known = {passage.id: passage for passage in (*around.gold, *around.near)}
    passages = [known[source.id] for source in row.sources if source.id in known]
    if len(passages) == len(row.sources):
        reading = _Reading(passages)
        for passage in passages:
            readings[passage.id].append(reading)
