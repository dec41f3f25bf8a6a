"""What is uneven in the rows: said as warnings; and where a share is set, no document gives more than that.

A model learns what is uneven instead of what is meant: that the answer stands in the first source, is one word long,
or is Yes.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterator, Sequence
from math import floor

from tuning.examples.filters.schema import VERDICTS, is_prose, span
from tuning.examples.store import document_of
from tuning.nouns import Example

FEWEST = 50  # rows, below which nothing is called uneven
FLOOR = 5  # rows that a document may always give
ABSTAINING = (0.2, 0.6)  # the share of rows that are to abstain
MOST = {"document": 0.4, "slice": 0.7, "number of sources": 0.8, "verdict": 0.8, "length": 0.85, "third": 0.75}
SHIFT = 0.15  # by which a place may hold more gold than by chance
OVER = "its document gives more than its share"
_WORDED = {
    "document": "come from {}",
    "slice": "were made in one way, {}",
    "number of sources": "show {} sources",
    "verdict": "with Yes or No say {}",
    "length": "have an answer of {}",
    "third": "have their answer in the {} of the source",
}


def over(examples: Sequence[Example], share: float) -> Iterator[tuple[str, str]]:
    """Id → why. Answered rows count, by the document of their first gold; which of them stay, their ids decide.

    The share is of what is left, so the limit is the largest that keeps to it: doing it twice changes nothing. With
    too few documents to keep to it at all, nothing is left out.
    """
    of: dict[str, list[str]] = defaultdict(list)
    for example in examples:
        if example.gold:
            of[_document(example)].append(example.id)
    sizes = [len(ids) for ids in of.values()]
    if len(sizes) * share <= 1:
        return
    tried = range(max(sizes), FLOOR, -1)
    limit = next((each for each in tried if each <= _allowed(sizes, each, share)), FLOOR)
    for ids in of.values():
        yield from ((id, OVER) for id in sorted(ids, key=_drawn)[limit:])


def _allowed(sizes: Sequence[int], limit: int, share: float) -> int:
    return floor(share * sum(min(size, limit) for size in sizes))


def _drawn(id: str) -> str:
    return hashlib.sha256(id.encode()).hexdigest()


# ------------------------------------------------------------------------------------- warnings


def uneven(examples: Sequence[Example]) -> list[str]:
    """Sentences for whoever reads the report. Of few rows nothing is said."""
    rows = [one for one in examples if not is_prose(one)]
    answered = [one for one in rows if one.gold]
    found = list(_abstaining(len(answered), len(rows))) if len(rows) >= FEWEST else []
    for name, trait in _TRAITS.items():
        found += _most(name, [value for one in answered if (value := trait(one)) is not None])
    return [*found, *_places(answered)]


def _abstaining(answered: int, rows: int) -> Iterator[str]:
    share = 1 - answered / rows
    low, high = ABSTAINING
    if not low <= share <= high:
        yield f"{share:.0%} of the rows are to abstain; {low:.0%} to {high:.0%} are sound."


def _most(name: str, values: Sequence[Hashable]) -> Iterator[str]:
    if len(values) < FEWEST:
        return
    value, many = Counter(values).most_common(1)[0]
    if many > MOST[name] * len(values):
        yield f"{many / len(values):.0%} of the answered rows {_WORDED[name].format(value)}."


def _places(answered: Sequence[Example]) -> Iterator[str]:
    """Sources are shuffled, so each place holds gold as often as there are sources to choose from."""
    several = [one for one in answered if len(one.sources) > 1]
    if len(several) < FEWEST:
        return
    for place in range(max(len(one.sources) for one in several)):
        held = sum(one.gold[0] == place for one in several) / len(several)
        chance = sum(1 / len(one.sources) for one in several if len(one.sources) > place) / len(several)
        if held > chance + SHIFT:
            yield f"{held:.0%} of the answers stand in source {place + 1}, where chance would put {chance:.0%}."


def _length(example: Example) -> str | None:
    many = len(example.answer.split())
    return (
        None
        if example.answer in VERDICTS
        else "one word"
        if many == 1
        else "2 to 9 words"
        if many < 10
        else "10 words or more"
    )


def _third(example: Example) -> str | None:
    place = None if example.answer in VERDICTS else span(example)
    text = example.sources[example.gold[0]].text
    return None if place is None else ("first third", "second third", "last third")[3 * place[0] // len(text)]


def _document(example: Example) -> str:
    return document_of(example.sources[example.gold[0]])


_TRAITS: dict[str, Callable[[Example], Hashable | None]] = {
    "document": _document,
    "slice": lambda one: one.slice,
    "number of sources": lambda one: len(one.sources),
    "verdict": lambda one: one.answer if one.answer in VERDICTS else None,
    "length": _length,
    "third": _third,
}
