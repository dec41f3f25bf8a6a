"""The queue of doubtful examples, for whoever goes through it: at the terminal, on a screen, or as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from assistant.format import neutralise
from assistant.polarity import asks_yes_or_no
from assistant.quote import carrying, locate, quote
from retrieval import Database, UsageError, bring
from retrieval.units import sentences
from tuning.exam.normal import unmarked
from tuning.exam.rows import Row
from tuning.examples.filters.schema import VERDICTS, carrier, is_prose
from tuning.examples.filters.supported import doubt
from tuning.examples.rows import row_of_example
from tuning.examples.store import Stored, decide, found, waiting
from tuning.nouns import Example

Span = tuple[int, int]


@dataclass(frozen=True)
class Shown:
    """A source as a person sees it: where its evidence stands, and whether the answer is said to be there."""

    title: str
    text: str
    gold: bool
    evidence: tuple[Span, ...]


@dataclass(frozen=True)
class Doubt:
    """An example that waits, and why."""

    example: Example
    why: str
    sources: tuple[Shown, ...]

    def to_json(self) -> Row:
        return {"why": self.why, **row_of_example(self.example)}


def queue(database: Database) -> list[Doubt]:
    return [doubt_of(one) for one in waiting(database)]


def doubt_of(stored: Stored) -> Doubt:
    example = stored.example
    shown = (
        Shown(source.title, source.text, place in example.gold, _evidence(example, place))
        for place, source in enumerate(example.sources)
    )
    return Doubt(example, stored.why, tuple(shown))


def accept(database: Database, ids: Sequence[str]) -> list[Stored]:
    """All of them, or none where one of them isn't known."""
    return [decide(database, one.example.id, "accepted") for one in _known(database, ids)]


def reject(database: Database, ids: Sequence[str]) -> list[Stored]:
    return [decide(database, one.example.id, "rejected") for one in _known(database, ids)]


def correct(database: Database, id: str, answer: str) -> Stored:
    """The row with another answer, which must stand in one of its sources; the evidence is found anew."""
    return decide(database, id, "corrected", corrected(found(database, id).example, answer))


def corrected(example: Example, answer: str) -> Example:
    """As it would read with this answer. Yes and No rest on the evidence that is there."""
    said = answer.strip()
    if not said:
        raise UsageError("The corrected answer is empty.", "Say it, or reject the row.")
    if is_prose(example):
        return _prose(example, said)
    if said.capitalize() in VERDICTS and example.gold and asks_yes_or_no(example.question):
        return replace(example, answer=said.capitalize())
    for place in _nearest(example):
        if evidence := carrier(example.sources[place].text, said, example.question):
            return _answered(example, place, said, evidence)
    raise UsageError(
        f"{said!r} stands in none of the {len(example.sources)} sources of {example.id}, word for word.",
        "Copy the answer from a source, or reject the row.",
    )


def _prose(example: Example, said: str) -> Example:
    """What a person writes in the place of the reply: with marks, and borne out by its sources, where it has any."""
    if example.gold:
        said = _marked(said, example.gold[0])
        carrying = example.evidence or tuple(example.sources[place].text for place in example.gold)
        if doubt(replace(example, answer=said, evidence=carrying)):
            raise UsageError(
                f"The gold sources of {example.id} do not say all of {said!r}.", "Say only what they do, or reject it."
            )
    *before, last = example.messages
    frame = last["content"].removesuffix(example.answer)
    frame = "" if frame == last["content"] else frame
    return replace(example, answer=said, messages=(*before, {**last, "content": frame + said}))


def _marked(said: str, gold: int) -> str:
    if unmarked(said) != said:
        return said
    return " ".join(f"{said[start:end]} [{gold + 1}]" for start, end in sentences(said))


def _answered(example: Example, place: int, said: str, evidence: str) -> Example:
    others = tuple(gold for gold in example.gold if gold != place and _holds(example, gold, said))
    return replace(example, answer=said, gold=(place, *others), evidence=(evidence,), kind="answerable", twin_of=None)


def _nearest(example: Example) -> Iterator[int]:
    """Its gold sources first."""
    yield from example.gold
    yield from (place for place in range(len(example.sources)) if place not in example.gold)


def _holds(example: Example, place: int, said: str) -> bool:
    return bool(carrier(example.sources[place].text, said, example.question))


def _known(database: Database, ids: Sequence[str]) -> list[Stored]:
    return [found(database, id) for id in dict.fromkeys(ids)]


def _evidence(example: Example, place: int) -> tuple[Span, ...]:
    """Where the evidence stands in a source; where none is named, the units of a gold source that carry the answer."""
    text = example.sources[place].text
    if example.evidence or place not in example.gold:
        return tuple((text.index(part), text.index(part) + len(part)) for part in example.evidence if part in text)
    passage = bring("", "", text)
    span = locate(passage, neutralise(example.answer), example.question)
    carried = quote(passage, carrying(passage, *span)) if span else None
    return ((carried.start, carried.end),) if carried else ()
