"""Rows that show what is kept for exam or calibration: their documents, their texts, or the exam's questions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from tuning.exam.normal import normalise
from tuning.examples.filters.alike import Rare, words
from tuning.examples.filters.sieve import Barred
from tuning.examples.store import documents_of
from tuning.nouns import Example

RUN = 8  # words that hardly stand together twice by chance
SHOWN = 0.5  # of the runs of a source that stand in a text that is kept apart
PARAPHRASED = 0.7  # of the words of two questions together that are in both
DOCUMENT = "it shows a document that is kept for the exam or the calibration"
TEXT = "it shows a text much like one that is kept for the exam or the calibration"
QUESTION = "it asks what an exam asks"
_WORD = re.compile(r"\w+")


def leaking(examples: Sequence[Example], barred: Barred) -> Iterator[tuple[str, str]]:
    """Id → what leaks."""
    held = {run for text in barred.texts for run in runs(text)}
    plain = {normalise(question) for question in barred.questions}
    asked = [words(question) for question in barred.questions]
    index = Rare(asked, PARAPHRASED)
    for one in asked:
        index.add(one)
    for example in examples:
        if documents_of(example) & barred.documents:
            yield example.id, DOCUMENT
        elif any(_shown(runs(source.text), held) for source in example.sources):
            yield example.id, TEXT
        elif normalise(example.question) in plain or index.alike(words(example.question)):
            yield example.id, QUESTION


@lru_cache(maxsize=8192)
def runs(text: str) -> frozenset[int]:
    """Every run of so many words; of a shorter text, the whole."""
    found = _WORD.findall(text.lower())
    return frozenset(hash(tuple(found[start : start + RUN])) for start in range(max(1, len(found) - RUN + 1)))


def _shown(own: frozenset[int], held: set[int]) -> bool:
    return bool(held) and len(own & held) >= SHOWN * len(own)
