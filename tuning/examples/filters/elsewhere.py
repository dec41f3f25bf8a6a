"""Rows in which a source that is not gold answers too: there it would be wrong to call it wrong."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

from assistant.support.canonical import compared
from retrieval import terms
from tuning.drafting.corpus import LONG_ANSWER, RIVAL, SAME_QUESTION, content
from tuning.exam.normal import normalise, runs_through
from tuning.examples.filters.schema import VERDICTS
from tuning.nouns import Example, Source

ANSWERED_BESIDE = "another of its sources gives the same answer"
ANSWERED_AFTER_ALL = "it is to abstain, and one of its sources gives the answer"


def told(examples: Sequence[Example]) -> Iterator[tuple[str, str]]:
    """Id → what tells. What a row that abstains would be answered with is known from its question's row."""
    answered = known(examples)
    for example in examples:
        row = example if example.gold else answered.get(example.twin_of or "") or answered.get(_asked(example))
        others = [source for place, source in enumerate(example.sources) if place not in example.gold]
        if row and any(tells(source, row) for source in others):
            yield example.id, ANSWERED_BESIDE if example.gold else ANSWERED_AFTER_ALL


def known(examples: Sequence[Example]) -> dict[str, Example]:
    """Rows that are answered, by id and by question; of several the one with the first id."""
    rows = sorted((one for one in examples if one.gold and one.answer), key=lambda one: one.id, reverse=True)
    return {_asked(one): one for one in rows} | {one.id: one for one in rows}


def tells(source: Source, row: Example) -> bool:
    """The source holds the row's answer, and enough of what was asked to be an answer to it."""
    held, asked = _words(source), content(row.question)
    if row.answer in VERDICTS:
        said = set(terms(" ".join(row.evidence)))
        return bool(said) and len(said & held) >= RIVAL * len(said)
    answer = compared(row.answer)
    if not answer or not runs_through(_compared(source.text), answer):
        return False
    return len(answer) >= LONG_ANSWER or len(asked & held) >= SAME_QUESTION * len(asked)


def _asked(example: Example) -> str:
    return f"?{normalise(example.question)}"  # no id begins so by chance


@lru_cache(maxsize=4096)
def _words(source: Source) -> frozenset[str]:
    return frozenset(terms(f"{source.title} {source.text}"))


@lru_cache(maxsize=4096)
def _compared(text: str) -> list[str]:
    return compared(text)
