"""What a reader makes of a row: it recovers the answer, and no longer can when the gold source is taken away."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tuning.exam.rightness import polarity, same_answer
from tuning.exam.systems import System
from tuning.examples.filters.elsewhere import known
from tuning.examples.filters.schema import VERDICTS, is_prose
from tuning.examples.filters.sieve import Reads
from tuning.nouns import Asked, Example

UNREAD = "a reader does not recover its answer"
STILL_READ = "a reader finds the same answer without the gold source"
TWIN_READ = "a reader finds the answer though the gold source is replaced"


def reading(system: System) -> Reads:
    """What a system answers; where it would abstain, what it reads in the source that it holds likeliest."""

    def reads(asked: Asked) -> str:
        outcome = system.answer(asked)
        return (system.read(asked) or "") if outcome.abstained else outcome.answer

    return reads


def unread(examples: Sequence[Example], reads: Reads) -> Iterator[tuple[str, str]]:
    for example in examples:
        if _is_read(example) and not same(reads(_asked(example, ())), example.answer):
            yield example.id, UNREAD


def still_read(examples: Sequence[Example], reads: Reads) -> Iterator[tuple[str, str]]:
    """Only the very answer counts: one that is wrong makes a twin a hard row, and a good one."""
    answered = known(examples)
    for example in examples:
        row = example if _is_read(example) else answered.get(example.twin_of or "")
        asked = _asked(example, example.gold)
        if row and asked.passages and same(reads(asked), row.answer):
            yield example.id, STILL_READ if example.gold else TWIN_READ


def same(said: str, answer: str) -> bool:
    if answer in VERDICTS:
        return polarity(said) == answer
    return bool(said) and same_answer(said, answer)


def _is_read(example: Example) -> bool:
    return bool(example.gold) and not is_prose(example)


def _asked(example: Example, without: Sequence[int]) -> Asked:
    left = tuple(source for place, source in enumerate(example.sources) if place not in without)
    return Asked(example.question, example.history, passages=left)
