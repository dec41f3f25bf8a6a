"""What a teacher told, as rows: the same near misses, twins and ids as of rows from anywhere else."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from retrieval import Passage, terms
from tuning.drafting.corpus import content
from tuning.drafting.hard import STATED
from tuning.examples.located import Located, rows, unanswerable
from tuning.examples.making import Making
from tuning.examples.shelf import Shelf
from tuning.examples.teacher.nouns import Told
from tuning.nouns import Example

UNLOCATED = "a teacher's answer that does not stand on one line, from word to word"
ANSWERED = "a teacher's unanswerable question that the documents may well answer"
FAR = "a teacher's unanswerable question that has nothing of its passage"


def taught(making: Making, name: str, told: Sequence[Told]) -> list[Example]:
    found: list[Example] = []
    for done, one in enumerate(told):
        making.progress("Making rows", done, len(told))
        fresh = [_hard(making, name, one)] if one.kind == "unanswerable" else _answered(making, name, one)
        found += [row for row in fresh if row is not None]
    making.progress("Making rows", len(told), len(told))
    return found


def _answered(making: Making, name: str, one: Told) -> list[Example]:
    way = "teacher" if one.kind == "asked" else "paraphrase"
    located = Located(_id(way, one), one.question, one.passage, one.start, one.end, None, origin_of(name), way)
    made = rows(making, located)
    making.left_out[UNLOCATED] += not made
    return made


def _hard(making: Making, name: str, one: Told) -> Example | None:
    """Near its passage, and answered by nothing that a search finds."""
    keys = content(one.question)
    fault = FAR if not keys & _words(one.passage) else ANSWERED if _stated(making.shelf, one.question, keys) else ""
    if fault:
        making.left_out[fault] += 1
        return None
    return unanswerable(making, _id("hard", one), one.question, one.passage, origin_of(name), "teacher")


def _stated(shelf: Shelf, question: str, keys: set[str]) -> bool:
    """Whether one unit of what is found, with its place, has most of what is asked for."""
    return any(
        shelf.covered(keys, terms(f"{hit.passage.place} {hit.passage.quote(unit)}")) >= STATED
        for hit in shelf.find(question)
        for unit in hit.passage.units
    )


def origin_of(name: str) -> str:
    return f"teacher:{name}"


def _words(passage: Passage) -> set[str]:
    return set(terms(f"{passage.place} {passage.text}"))


def _id(way: str, one: Told) -> str:
    digest = hashlib.sha256(f"{one.question}\n{one.passage.id}".encode()).hexdigest()[:12]
    return f"{way}-{digest}"
