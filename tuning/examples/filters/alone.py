"""Questions that are understood without the page or the talk that they come from (English).

A word that points back is no fault where the question itself, or the history before it, names what it points at.
"""

from __future__ import annotations

import re

from assistant.conversation.condense import leaning
from assistant.conversation.names import names
from assistant.conversation.words import IT, OPENING
from tuning.drafting.wording import english
from tuning.examples.filters.schema import is_prose
from tuning.nouns import Example

_PAGE = r"(?:passages?|text|paragraphs?|excerpt|article|author|writer|context|snippet)"
# Nothing said before a question tells which page lay beside it.
_SHOWN = re.compile(
    rf"\b(?:according to|based on|in|from|by|does|did) (?:the|this|that|these) (?:(?:given|provided) )?{_PAGE}\b"
    r"(?! (?:\d|of|for|to|on|about|type|size|with)\b)"
    r"|\b(?:according to|based on) (?:the|these) (?:(?:given|provided) )?(?:documents?|sources?)\b"
    r"|\b(?:mentioned|described|listed|shown|given|stated|discussed|provided) (?:above|below|here)\b"
    rf"|\bthe (?:above|below|aforementioned|foregoing|preceding|following {_PAGE})\b|\bof the following\b|\bhereby\b",
    re.IGNORECASE,
)
_THIS = re.compile(r"\b(?:this|these)\b", re.IGNORECASE)
_WHOSE = re.compile(r"\b(?:its|their|theirs|his|her|hers|itself|themselves|himself|herself)\b", re.IGNORECASE)
_WHO = re.compile(r"\b(?:he|she|him|they|them)\b", re.IGNORECASE)
_FORMAL = re.compile(  # an `it` that stands for what follows
    r"\b(?:makes?|made|finds?|found|considers?|considered|think|thought) it\b"
    r"|\bit (?:(?:is|was|will|would|can|could|has|had|be|been|take|takes|took|cost|costs|mean|means|meant)\b.*"
    r"\b(?:to|that|if|for|before|until|when)\b)",
    re.IGNORECASE,
)
_NOUN = re.compile(
    r"\b(?:the|an?|my|your|our|each|every|any|some|no|all|which|what|whose|how many|someone|somebody|who|people)\b ?\w*"
    r"|\b[a-z]{3,}[^s\W]s\b|[“\"]",
    re.IGNORECASE,
)
_ENDING = re.compile(r"\b(?:is|was|are|were|do|does|did|has|have|had|can|could|will|would|should|may|must)$", re.I)
_CLAUSE = re.compile(r"\b(?:if|when|while|after|before|until|because|as|since|and|or|but|to|that|who|which|where)\b|,")


def understood(example: Example) -> bool:
    """Whether nobody needs to ask `which?`; in another language than English, whether it names anything at all.

    What is asked of no sources is not searched for, and may bring its matter along: `Put this politely: …`.
    """
    if is_prose(example) and not example.sources:
        return True
    asked = example.question
    if leaning(asked, set()) == "whole" and not _told(example):
        return False
    if not english([asked]):
        return True
    return not _SHOWN.search(asked) and (_told(example) or not dangles(asked))


def dangles(asked: str) -> bool:
    """Whether a word in it points at something that it does not name."""
    if OPENING.search(asked):
        return True
    if any(not _named(asked[: found.start()]) for found in _WHOSE.finditer(asked)):
        return True
    pointing = [*_WHO.finditer(asked), *_THIS.finditer(asked)]
    pointing += [found for found in IT.finditer(asked) if not _FORMAL.search(asked, max(0, found.start() - 12))]
    return any(not _in_a_clause_before(asked[: found.start()]) for found in pointing)


def _told(example: Example) -> bool:
    """What was said before names something."""
    return any(leaning(turn["content"], set()) != "whole" for turn in example.history)


def _named(before: str) -> bool:
    """Whether a thing is named: a noun with its article, one of many, or a name."""
    return any(not _ENDING.search(found[0]) for found in _NOUN.finditer(before)) or (
        len(before.split()) > 2 and bool(names(before))  # of a word or two, any capital is taken for a name's
    )


def _in_a_clause_before(before: str) -> bool:
    """`If the pump leaks, is it …` names the pump; `What is the price of it` names something else."""
    clauses = [found.start() for found in _CLAUSE.finditer(before)]
    return any(_named(before[:place]) for place in clauses)


FILTERS = (("its question is not understood alone", understood),)
