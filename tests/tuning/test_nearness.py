"""What nearness counts beside a pointer's words is found in the questions that it did not learn from."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from assistant.reading.pointing import PointingReader
from retrieval import Passage, bring, score
from retrieval.pointing import Options
from tests.fakes import WordEncoder
from tuning.nouns import Example, Source
from tuning.pointing.nearness import fitted

THINGS = ("kettle", "pump", "boiler", "valve", "filter", "nozzle", "gasket", "hinge", "lamp", "fuse", "tank", "grinder")


class Undecided:
    """A pointer to which every passage says as much as any other."""

    identity = "undecided"

    def read(self, question: str, passages: Sequence[Passage]) -> list[Options]:
        even = np.zeros(1, dtype=np.float32)
        return [Options(((0, len(passage.text)),), even, even, 0.0, 0.0, 0.0) for passage in passages]


def source(thing: str) -> Source:
    return Source(thing, thing, f"The {thing} is looked after every week.")


def rows() -> list[Example]:
    """Half of them show the thing that is asked about."""
    found = []
    for place, thing in enumerate(THINGS):
        others = [source(other) for other in THINGS if other != thing][:3]
        asked = f"How often is the {thing} looked after?"
        found.append(Example(f"{place}", asked, (*others, source(thing)), (3,), "every week"))
        found.append(Example(f"{place}-twin", asked, tuple(others), kind="twin", twin_of=f"{place}"))
    return found


def test_where_words_say_nothing_nearness_decides() -> None:
    near, held = fitted(Undecided(), rows(), WordEncoder())
    assert near.meaning > 1
    assert (held.right_passage, held.switched) == (1, 1)


def test_what_is_fitted_is_what_serves() -> None:
    """The threshold parts what the reader itself decides with these counts."""
    near, held = fitted(Undecided(), rows(), WordEncoder())
    reader = PointingReader(Undecided(), near, held.threshold)
    for row in rows():
        hits = score(row.question, [bring(one.id, one.title, one.text) for one in row.sources], WordEncoder())
        decision = reader.decide(row.question, hits)
        assert decision.confidence is not None
        assert (decision.confidence >= held.threshold) == bool(row.gold)


def test_words_that_tell_are_heard() -> None:
    class Knows(Undecided):
        def read(self, question: str, passages: Sequence[Passage]) -> list[Options]:
            right = [passage.title in question for passage in passages]
            said = [np.full(1, 6.0 if one else -6.0, dtype=np.float32) for one in right]
            return [Options(((0, 1),), one, one, 0.0, 0.0, 0.0) for one in said]

    near, held = fitted(Knows(), rows(), WordEncoder())
    assert near.words > 0.5
    assert (held.right_passage, held.switched) == (1, 1)
