"""Which words of the passages named carry a sentence: the shortest quotes that do, found by code."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from assistant.nouns import Quote
from assistant.polarity import asks_yes_or_no
from assistant.quote import quote
from assistant.support.verifiers import LexicalVerifier, QuotedVerifier, Verifier
from assistant.support.wording import Sentence, read
from retrieval import Passage, Unit, terms
from retrieval.units import sentences

Level = Literal["quoted", "lexical"]
_VERDICT = re.compile(r"(?:yes|no)\b", re.IGNORECASE)
MOST_UNITS = 6  # in a quote
MOST_PASSAGES = 3  # that carry one sentence together
ALIKE = 0.5  # share of a sentence's words that a quote has in place of it
_ONE = re.compile(r"(?<![\w.,])1(?![\w.,])")  # as a word it is no number: `one of them`
_QUOTED, _LEXICAL = QuotedVerifier(), LexicalVerifier()


@dataclass(frozen=True)
class Evidenced:
    """A quote that carries a sentence, alone or with others, and at which level."""

    passage: Passage
    quote: Quote
    level: Level


def carried(text: str, named: Sequence[Passage], question: str) -> list[Evidenced]:
    """The quotes that carry a sentence: of each passage that does alone, else of several together; else none."""
    alone = [found for passage in named if (found := _alone(text, passage, question))]
    return alone or _together(text, named[:MOST_PASSAGES], question)


def closest(text: str, named: Sequence[Passage], question: str) -> Evidenced | None:
    """The unit that speaks of the same as a sentence, if there is one: it has half of its words, and one that was
    asked about, so that nothing is quoted for being named alone."""
    wanted = set(terms(text)) or set(terms(question))
    units = [(passage, unit) for passage in named for unit in passage.units]
    if not wanted or not units:
        return None
    passage, unit = max(units, key=lambda one: _shared(one[0].quote(one[1]), wanted))
    said = passage.quote(unit)
    if _shared(said, wanted) < ALIKE * len(wanted) or not read(said).terms & read(question).terms:
        return None
    return Evidenced(passage, quote(passage, [unit]), "quoted")


def _alone(text: str, passage: Passage, question: str) -> Evidenced | None:
    for run in _runs(passage, text):
        found = quote(passage, run)
        if _carries(_premise(passage, found), text, question) and not _gainsaid(text, passage, run):
            exact = _QUOTED.supports(found.text, text, question)
            return Evidenced(passage, found, "quoted" if exact else "lexical")
    return None


def _together(text: str, named: Sequence[Passage], question: str) -> list[Evidenced]:
    runs = [next(_runs(passage, text), None) for passage in named]
    found = [(passage, quote(passage, run)) for passage, run in zip(named, runs, strict=True) if run]
    if any(run and _gainsaid(text, passage, run) for passage, run in zip(named, runs, strict=True)):
        return []
    if len(found) < 2 or not _carries("\n".join(_premise(*one) for one in found), text, question):
        return []
    return [Evidenced(passage, one, "lexical") for passage, one in found]


def _carries(premise: str, text: str, question: str) -> bool:
    """The whole of it, and each sentence of which it is made: none leans on the words of its neighbour.

    Nor on those of the question, which a sentence may repeat of something else: only Yes and No are judged by it.
    """
    question = question if _VERDICT.match(text) and asks_yes_or_no(question) else ""
    parts = {text, *(text[start:end] for start, end in sentences(text))}
    counted = not _ONE.search(text) or "1" in read(premise).words
    return counted and all(_verifier(part).supports(premise, part, question) for part in parts)


def _verifier(part: str) -> Verifier:
    """Where there are no words to compare, only the letters are left."""
    return _LEXICAL if read(part).terms else _QUOTED


def _gainsaid(text: str, passage: Passage, run: Sequence[Unit]) -> bool:
    """A unit of the quote denies what the text affirms, of something that both name."""
    units = [one for unit in run for one in read(passage.quote(unit)).sentences]
    return any(_denies(unit, sentence) for unit in units for sentence in read(text).sentences)


def _denies(unit: Sentence, sentence: Sentence) -> bool:
    heads = {head for denial in unit.denials for head in denial.heads}
    affirmed = {head for head in heads if sentence.affirmed(head) > 0 and not sentence.denied(head)}
    return bool(affirmed) and bool((sentence.terms.keys() & unit.terms.keys()) - affirmed)


def _premise(passage: Passage, found: Quote) -> str:
    return f"{' › '.join((passage.title, *passage.heading))}\n{found.text}"


def _runs(passage: Passage, text: str) -> Iterator[Sequence[Unit]]:
    """Runs of units around the one that shares most words with the text, the shortest first."""
    units, wanted = passage.units, set(terms(text))
    if not units:
        return
    anchor = max(range(len(units)), key=lambda place: _shared(passage.quote(units[place]), wanted))
    for length in range(1, min(MOST_UNITS, len(units)) + 1):
        for start in range(max(0, anchor - length + 1), min(anchor, len(units) - length) + 1):
            yield units[start : start + length]


def _shared(text: str, wanted: set[str]) -> int:
    return len(wanted & set(terms(text)))
