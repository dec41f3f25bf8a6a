"""Rows that are there twice, to the letter or nearly. Of those that are alike the one with the first id stays.

Which pairs are alike depends on the two alone, and is found exactly: two sets of words so much alike share one of
their rarest words, so only rows that do are compared.
"""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from math import ceil

from assistant.conversation.names import names
from retrieval import terms
from tuning.drafting.corpus import content
from tuning.exam.normal import normalise
from tuning.examples.rows import row_of_example
from tuning.examples.store import documents_of
from tuning.nouns import Example

NEAR = 0.8  # of the words of two questions together that are in both
ROUNDING = 1e-9
_ASKS = re.compile(r"\b(?:how(?: \w+)?|what|when|where|who|whom|whose|which|why)\b", re.IGNORECASE)
SAME_ID = "its id is there twice"
SAME = "asked before, of the same, with the same answer"
ALIKE = "much like another question, of the same, with the same answer"


def once(examples: Iterable[Example]) -> dict[int, str]:
    """Places of rows whose id another one has; of these the first in the order of their wording stays."""
    of: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for place, example in enumerate(examples):
        of[example.id].append((json.dumps(row_of_example(example), sort_keys=True), place))
    return {place: SAME_ID for rows in of.values() for _, place in sorted(rows)[1:]}


def doubled(examples: Sequence[Example]) -> dict[str, str]:
    """Id → why it is there twice."""
    first: dict[Hashable, Example] = {}
    for example in sorted(examples, key=lambda one: one.id):
        first.setdefault((_asked(example), _group(example)), example)
    stay = {one.id for one in first.values()}
    same = {example.id: SAME for example in examples if example.id not in stay}
    return same | dict.fromkeys(_near(list(first.values())), ALIKE)


def _near(examples: Sequence[Example]) -> list[str]:
    """Those of a group whose question is nearly one with an earlier id."""
    groups: dict[Hashable, list[Example]] = defaultdict(list)
    for example in examples:
        groups[_group(example), _exact(example.question)].append(example)
    return [id for some in groups.values() for id in _repeated({one.id: words(one.question) for one in some})]


def _repeated(asked: Mapping[str, frozenset[str]]) -> list[str]:
    """Ids of sets that are much like one whose id comes earlier, and which is none of these."""
    if len(asked) < 2:
        return []
    index, found = Rare(asked.values()), list[str]()
    for id in sorted(asked):
        if index.alike(asked[id]):
            found.append(id)
        else:
            index.add(asked[id])
    return found


class Rare:
    """Sets of words, found by the rarest of them: whether one is there that is much like another."""

    def __init__(self, sets: Iterable[frozenset[str]], near: float = NEAR) -> None:
        self._often = Counter(word for one in sets for word in one)
        self._near = near
        self._by_word: dict[str, list[frozenset[str]]] = defaultdict(list)

    def add(self, one: frozenset[str]) -> None:
        for word in self._rarest(one):
            self._by_word[word].append(one)

    def alike(self, one: frozenset[str]) -> bool:
        return any(
            len(one & other) >= self._near * len(one | other)
            for word in self._rarest(one)
            for other in self._by_word.get(word, ())
        )

    def _rarest(self, one: frozenset[str]) -> list[str]:
        """So many that a set without any of them can't be alike."""
        ordered = sorted(one, key=lambda word: (self._often[word], word))
        return ordered[: len(one) - ceil(self._near * len(one) - ROUNDING) + 1]


def words(question: str) -> frozenset[str]:
    """Its words without those that only ask, unless it has no others."""
    return frozenset(content(question) or terms(question)) or frozenset(question.lower().split())


def _exact(question: str) -> frozenset[str]:
    """Its names and numbers, and how it asks: with others, another thing is asked."""
    told = {name.lower() for name in names(question)} | {asks[0].lower() for asks in _ASKS.finditer(question)}
    return frozenset(told | {word for word in question.lower().split() if any(letter.isdigit() for letter in word)})


def _asked(example: Example) -> str:
    return normalise(example.question) or example.question


def _group(example: Example) -> Hashable:
    """Rows of another passage, of another answer, or after another talk teach something else."""
    said = tuple(turn["content"] for turn in (*example.history, *example.messages))
    if example.gold:
        return said, normalise(example.answer) or example.answer, example.sources[example.gold[0]].text
    return said, example.answer, example.kind == "twin", frozenset(documents_of(example))
