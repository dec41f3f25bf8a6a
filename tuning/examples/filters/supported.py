"""Answers that their own evidence does not bear out: a label may be wrong, and a person is asked."""

from __future__ import annotations

import re

from assistant.format import neutralise
from assistant.polarity import asks_yes_or_no
from assistant.support.verifiers import LexicalVerifier, QuotedVerifier
from retrieval import terms
from retrieval.units import sentences
from tuning.exam.normal import unmarked
from tuning.examples.filters.schema import VERDICTS, carrier, is_prose
from tuning.nouns import Example

UNSUPPORTED = "its evidence does not say the answer"
REVERSED = "its evidence says the opposite"
_WORD = re.compile(r"[\w'’-]+")
_QUOTED, _LEXICAL = QuotedVerifier(), LexicalVerifier()


def doubt(example: Example) -> str:
    """Why a person should look at it, or nothing."""
    if not example.gold or (is_prose(example) and not example.evidence):
        return ""
    said, asked = _said(example), example.question
    titles = dict.fromkeys(example.sources[place].title for place in example.gold if example.sources[place].title)
    if example.answer in VERDICTS:
        asked = _untitled(asked, " ".join(titles), said)
        return REVERSED if asks_yes_or_no(asked) and _ruled_otherwise(said, example.answer, asked) else ""
    premise = "\n".join([*titles, said])
    if is_prose(example):
        told = unmarked(example.answer)
        parts = [told[start:end] for start, end in sentences(told)]
        return "" if all(_LEXICAL.supports(premise, part, asked) for part in parts) else UNSUPPORTED
    if _QUOTED.supports(said, neutralise(example.answer), asked):
        return REVERSED if _answers_the_reverse(premise, example.answer, asked) else ""
    return "" if _LEXICAL.supports(premise, example.answer, asked) else UNSUPPORTED


def _untitled(question: str, titles: str, said: str) -> str:
    """The question without what a title says for the evidence. The title itself would affirm whatever it names."""
    named = set(terms(titles)) - set(terms(said))
    return _WORD.sub(lambda found: "" if set(terms(found[0])) & named else found[0], question)


def _ruled_otherwise(said: str, verdict: str, question: str) -> bool:
    """It speaks of what is asked, and comes out on the other side. What it only words otherwise is not judged."""
    other = "No" if verdict == "Yes" else "Yes"
    return _LEXICAL.supports(said, other, question) and not _LEXICAL.supports(said, verdict, question)


def _answers_the_reverse(premise: str, answer: str, question: str) -> bool:
    """The words are those of the evidence, and only to this question they are no answer."""
    return _LEXICAL.supports(premise, answer, "") and not _LEXICAL.supports(premise, answer, question)


def _said(example: Example) -> str:
    """The evidence; where none is named, the units that carry the answer, else the gold sources whole."""
    golden = [example.sources[place] for place in example.gold]
    carried = "" if example.evidence else carrier(golden[0].text, example.answer, example.question)
    return "\n".join(example.evidence or ([carried] if carried else [source.text for source in golden]))
