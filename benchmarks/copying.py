"""Long answers copied from their source: ours, which drafts from it, beside plain generation; and the constraint alone.

The prompt is the reader's own; the answer has begun with the first words of the source, and how it goes on is left to
the model. Rows count where the peer, which nothing holds, copies to the end: there the constraint lets ours say the
same.
"""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import Any

from assistant.format import ANSWER, CITED, Message, neutralise
from assistant.language import Constraint
from assistant.language.local import LocalModel
from assistant.language.spans import SpanConstraint
from benchmarks.rounds import Round, figures, in_turn, together
from benchmarks.sides import Sides, brought, fresh
from tuning.nouns import Question, Source

LONG = 128  # tokens of a copied answer
SHORT = 48  # tokens of one written without drafts
BEGUN = 3  # words


@dataclass(frozen=True)
class Copy:
    """A prompt after which the peer copies the source."""

    messages: list[Message]
    begun: str
    source: str
    said: str  # by the peer, as far as an answer may end

    @property
    def constraint(self) -> SpanConstraint:
        return SpanConstraint(self.source)


def copies(sides: Sides, rows: Sequence[Question], many: int) -> list[Copy]:
    right = {source.id: source for row in rows for source in row.passages or () if source.id in row.gold_ids}
    found = (_copy(sides, source) for source in right.values())
    return list(islice((one for one in found if one), many))


def _copy(sides: Sides, source: Source) -> Copy | None:
    messages = sides.reader.messages(f"What does the source say about {source.title}?", brought([source]))
    text = neutralise(source.text)
    begun = f"{CITED}1\n{ANSWER} {' '.join(text.split()[:BEGUN])}"
    said = sides.plain.told(messages, begun, LONG)
    return Copy(messages, begun, text, _whole(SpanConstraint(text), said)) if said in text else None


def _whole(constraint: Constraint, said: str) -> str:
    """As far as it may end."""
    ends = (length for length in range(len(said), 0, -1) if constraint.may_end(said[:length].encode()))
    return said[: next(ends, 0)]


def copied(sides: Sides, written: Sequence[Copy], rounds: int) -> dict[str, Any]:
    def one(number: int, copy: Copy) -> Round:
        ours = partial(_told, fresh(sides.language), copy, copy.constraint, LONG)
        theirs = partial(sides.plain.told, copy.messages, copy.begun, LONG)
        return in_turn(number, ours, lambda: _whole(copy.constraint, theirs()))

    taken = [together([one(number, copy) for copy in written]) for number in range(rounds)]
    letters = sum(len(copy.said) for copy in written)
    return {"answers": len(written), "letters": letters, **figures(taken)}


def _told(language: LocalModel, copy: Copy, constraint: Constraint, most: int = SHORT) -> str:
    return "".join(language.write(copy.messages, copy.begun, constraint, most))


class _Held(LocalModel):
    """As it serves, a token a pass."""

    def _draft(self, constraint: Constraint, written: bytes) -> list[int]:
        return []


class _Free(_Held):
    """The likeliest of all tokens, whatever it is."""

    def _choose(self, logits: Any, constraint: Constraint, written: bytes) -> int | None:
        best = int(logits.argmax())
        return None if best in self._vocabulary.ending else best


class _Anything:
    def rests(self, written: bytes) -> list[bytes]:
        return []

    def may_end(self, written: bytes) -> bool:
        return written[-1:].isascii()


def costs(sides: Sides, written: Sequence[Copy], rounds: int) -> dict[str, Any]:
    """Of the tokens alone: both have read the prompt before."""

    def one(number: int, copy: Copy) -> Round:
        held, free = fresh(sides.language, _Held), fresh(sides.language, _Free)
        for language in (held, free):
            language.weigh(copy.messages, CITED, ["1"])
        ours = partial(_told, held, copy, copy.constraint)
        return in_turn(number, ours, lambda: _whole(copy.constraint, _told(free, copy, _Anything())))

    taken = figures([together([one(number, copy) for copy in written]) for number in range(rounds)])
    more = [round(1 / ratio - 1, 3) for ratio in taken.pop("ratios")]
    return {"answers": len(written), "more": more, "median": round(statistics.median(more), 3), **taken}
