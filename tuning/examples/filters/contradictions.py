"""The same question with another answer elsewhere: one of them is wrong, or the question asks too little."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from itertools import combinations

from assistant.support.canonical import compared
from tuning.exam.normal import normalise, runs_through
from tuning.nouns import Example

CONTRADICTED = "the same question has another answer in {}"


def contradicted(examples: Sequence[Example]) -> dict[str, str]:
    """Id → the first row that says otherwise. What a person has to judge is all of them."""
    asked: dict[tuple[str, ...], list[Example]] = defaultdict(list)
    for example in sorted(examples, key=lambda one: one.id):
        if example.gold and not example.messages:
            history = (turn["content"] for turn in example.history)
            asked[normalise(example.question), *history].append(example)
    found: dict[str, str] = {}
    for rows in asked.values():
        for one, other in combinations(rows, 2):
            if not _agree(one.answer, other.answer):
                found.setdefault(one.id, CONTRADICTED.format(other.id))
                found.setdefault(other.id, CONTRADICTED.format(one.id))
    return found


def _agree(one: str, other: str) -> bool:
    """The same words, or those of the one among the other's: `24 months` and `24 months from delivery`."""
    left, right = compared(one), compared(other)
    return left == right or runs_through(left, right) or runs_through(right, left)
