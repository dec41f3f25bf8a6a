"""A question, and the words of a passage that somebody says answer it, as a row like any other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from retrieval import Passage
from tuning.drafting.nouns import Draft, Polarity
from tuning.examples.distractors import around, drawn
from tuning.examples.setting import Making, among, showing, twin_of
from tuning.examples.shape import Shape
from tuning.examples.showing import source_of, worded
from tuning.nouns import Example

ENOUGH = "more than was asked for, or than are to abstain"


@dataclass(frozen=True)
class Located:
    """`passage.text[start:end]` answers, or is why it is Yes or No. `way` says how the question came about."""

    id: str
    question: str
    passage: Passage
    start: int
    end: int
    polarity: Polarity | None
    origin: str
    way: str

    @property
    def draft(self) -> Draft:
        """As a question in its asker's own words; all of its section may answer it too."""
        return Draft("faq", self.question, self.passage, self.start, self.end, self.polarity)


def rows(making: Making, one: Located) -> list[Example]:
    """The row among near misses, and its twin, where something near is left to take the gold's place.

    None where the answer does not stand on one line of the passage, from word to word.
    """
    draft = one.draft
    answer = one.polarity or worded(draft.span, source_of(one.passage), one.question)
    if answer is None or not draft.evidence:
        return []
    blank = Example(one.id, one.question, (), answer=answer, evidence=(draft.said,), origin=one.origin, slice=one.way)
    near = around(making.shelf, draft, one.question)
    row = among(making, blank, near)
    twin = twin_of(row, near) if len(row.sources) > len(row.gold) else None
    return [row, twin] if twin else [row]


def unanswerable(making: Making, id: str, question: str, passage: Passage, origin: str, way: str) -> Example:
    """A question that its own passage does not answer, beside what else is found for it."""
    chance = making.chance(id)
    others = [hit.passage for hit in making.shelf.find(question) if hit.passage.id != passage.id]
    passages = [passage, *drawn(passage, others, making.shape, chance)]
    chance.shuffle(passages)
    return showing(Example(id, question, (), kind="hard", origin=origin, slice=way), passages, ())


def balanced(found: Sequence[Example], shape: Shape, many: int, left_out: Counter[str]) -> list[Example]:
    """At most so many rows, and no more without an answer than the shape says: hard ones first, then twins."""
    answered = [row for row in found if row.gold][: shape.mix(many)["answerable"]]
    room = round(len(answered) * shape.abstaining / (1 - shape.abstaining))
    ids = {row.id for row in answered}
    hard = [row for row in found if row.kind == "hard"]
    twins = [row for row in found if row.twin_of in ids]
    first = hard[: round(room * shape.hard)]
    silent = [*first, *twins[: room - len(first)]]
    silent += hard[len(first) : len(first) + room - len(silent)]
    left_out[ENOUGH] += len(found) - len(answered) - len(silent)
    return [*answered, *silent]
