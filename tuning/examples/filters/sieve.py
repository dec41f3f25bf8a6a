"""What filtering is given beside the rows, and what it makes of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from tuning.nouns import Asked, Example

# Ids of the passages, or documents, that the retriever finds for a row's question, best first; None where it can't be
# asked, as for rows that are not of this Home.
Finds = Callable[[Example], Sequence[str] | None]
Reads = Callable[[Asked], str]  # what a reader answers from the sources that it is handed; nothing where it abstains


@dataclass(frozen=True)
class Barred:
    """What no training row may show: the other sides' documents, by id and by text, and the exams' questions."""

    documents: frozenset[str] = frozenset()
    texts: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()


@dataclass(frozen=True)
class Sieve:
    """What the filters ask. Where a callable is missing its filters are not applied, and that is said."""

    finds: Finds | None = None
    first: int = 20  # hits among which the gold passage must be
    reads: Reads | None = None
    barred: Barred = field(default_factory=Barred)
    share: float | None = None  # of the answered rows that one document may give at most; the rest is left out


@dataclass(frozen=True)
class Filtered:
    """`kept` to learn from, `doubtful` for a person with `why` by id, and what was left out, counted by reason.

    Every list is in the order in which the rows came.
    """

    kept: list[Example]
    doubtful: list[Example]
    why: dict[str, str]
    left_out: Counter[str]
    named: dict[str, list[str]]  # reason → the first ids
    not_applied: list[str]  # filters that lacked what they ask
    warnings: list[str]  # what is uneven in what was kept
    masked: int  # rows whose question told of a person, and no longer does
