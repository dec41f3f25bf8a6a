"""All filters, one after the other, each counted. What one leaves out, the next never sees."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from tuning.examples.filters import alone, private, schema
from tuning.examples.filters.alike import doubled, once
from tuning.examples.filters.balance import over, uneven
from tuning.examples.filters.contradictions import contradicted
from tuning.examples.filters.elsewhere import told
from tuning.examples.filters.found import unfound
from tuning.examples.filters.leaks import leaking
from tuning.examples.filters.readable import still_read, unread
from tuning.examples.filters.sieve import Filtered, Finds, Sieve
from tuning.examples.filters.supported import doubt
from tuning.nouns import Example

NAMED = 3  # ids of each reason
WITHOUT_QUESTION = "the question that it is the twin of is not kept"
NO_SEARCH = "whether the retriever finds the gold passage: no search was given"
NO_READER = "whether a reader recovers the answer, and only from the gold source: no reader was given"
NOT_SEARCHED = "whether the retriever finds the gold passage: {:,} rows are of documents that are not searched here"


@dataclass
class _Sifting:
    """The rows that are left, and what became of the others."""

    rows: list[Example]
    doubtful: list[Example] = field(default_factory=list)
    why: dict[str, str] = field(default_factory=dict)
    left_out: Counter[str] = field(default_factory=Counter)
    named: dict[str, list[str]] = field(default_factory=dict)

    def leave_out(self, faults: Iterable[tuple[str, str]]) -> None:
        why = dict(faults)
        for example in self.rows:
            if example.id in why:
                self.note(why[example.id], example.id)
        self.rows = [example for example in self.rows if example.id not in why]

    def note(self, reason: str, id: str) -> None:
        self.left_out[reason] += 1
        self.named.setdefault(reason, [])
        self.named[reason] += [id] if len(self.named[reason]) < NAMED else []

    def keep(self, filters: Sequence[tuple[str, Callable[[Example], bool]]]) -> None:
        """Rows that pass each of these; the first that they fail is their fault."""
        self.leave_out(
            (example.id, reason)
            for example in self.rows
            for reason in [next((reason for reason, passes in filters if not passes(example)), None)]
            if reason
        )

    def set_aside(self, doubts: Iterable[tuple[str, str]]) -> None:
        why = {id: reason for id, reason in doubts if reason}
        self.why |= why
        self.doubtful += [example for example in self.rows if example.id in why]
        self.rows = [example for example in self.rows if example.id not in why]


def filtered(examples: Sequence[Example], sieve: Sieve) -> Filtered:
    """Rows to learn from, rows for a person, and the reasons why the others are neither.

    The order of the rows changes nothing but the order of what comes out, and filtering twice changes nothing.
    """
    sifting = _Sifting(list(examples))
    _single(sifting)
    sifting.keep(schema.FILTERS)
    sifting.keep(alone.FILTERS)
    sifting.keep(private.FILTERS)
    masked = _mask(sifting)
    sifting.leave_out(leaking(sifting.rows, sieve.barred))
    sifting.leave_out(doubled(sifting.rows).items())
    sifting.set_aside(contradicted(sifting.rows).items())
    sifting.set_aside((example.id, doubt(example)) for example in sifting.rows)
    not_applied = _tried(sifting, sieve)
    if sieve.share is not None:
        sifting.leave_out(over(sifting.rows, sieve.share))
    sifting.leave_out(_lone(sifting.rows, examples))
    return _told(sifting, examples, not_applied, masked)


def _single(sifting: _Sifting) -> None:
    twice = once(sifting.rows)
    for place, reason in twice.items():
        sifting.note(reason, sifting.rows[place].id)
    sifting.rows = [example for place, example in enumerate(sifting.rows) if place not in twice]


def _mask(sifting: _Sifting) -> int:
    before, sifting.rows = sifting.rows, [private.unnamed(example) for example in sifting.rows]
    return sum(one != other for one, other in zip(before, sifting.rows, strict=True))


def _tried(sifting: _Sifting, sieve: Sieve) -> list[str]:
    """What a search and a reader make of the rows; and where there was none."""
    missing = _searched(sifting, sieve.finds, sieve.first) if sieve.finds else [NO_SEARCH]
    if sieve.reads:
        sifting.leave_out(unread(sifting.rows, sieve.reads))
    else:
        missing.append(NO_READER)
    sifting.leave_out(told(sifting.rows))
    if sieve.reads:
        sifting.leave_out(still_read(sifting.rows, sieve.reads))
    return missing


def _searched(sifting: _Sifting, finds: Finds, first: int) -> list[str]:
    faults, unknown = unfound(sifting.rows, finds, first)
    sifting.leave_out(faults.items())
    return [NOT_SEARCHED.format(unknown)] if unknown else []


def _lone(rows: Sequence[Example], came: Sequence[Example]) -> list[tuple[str, str]]:
    """Twins whose question came with them and is gone: alone they teach that it is never answered."""
    left = {example.id for example in came} - {example.id for example in rows}
    return [(example.id, WITHOUT_QUESTION) for example in rows if example.twin_of in left]


def _told(sifting: _Sifting, examples: Sequence[Example], not_applied: list[str], masked: int) -> Filtered:
    place = {example.id: number for number, example in reversed(list(enumerate(examples)))}
    doubtful = sorted(sifting.doubtful, key=lambda example: place[example.id])
    warnings = uneven(sifting.rows)
    return Filtered(sifting.rows, doubtful, sifting.why, sifting.left_out, sifting.named, not_applied, warnings, masked)
