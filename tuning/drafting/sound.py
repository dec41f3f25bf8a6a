"""Filters on a draft alone: is the question whole, understood without its page, and its answer really an answer?"""

from __future__ import annotations

import re
from collections.abc import Callable

from assistant.borders import ends, starts
from assistant.polarity import asks_yes_or_no
from assistant.support.wording import wordlist
from retrieval import terms
from tuning.drafting.corpus import content
from tuning.drafting.nouns import Draft

SHORTEST, LONGEST = 3, 34  # words of a question
LONGEST_ANSWER = 70  # words
_POINTING = re.compile(
    r"\b(?:this|that (?:is|was|one)|these|those|such|following|above|below|former|latter|aforementioned|said|hereby"
    r"|herein|thereof|therein|hereunder|respective|here|elsewhere|previous|next one|other one|likewise|same|also"
    r"|as well|instead|then|otherwise|therefore"
    r"|(?:clean|get|keep|put|set|take|use|by|for|from|in|of|on|to|with) that)\b",
    re.IGNORECASE,
)
_THERE = re.compile(r"\bthere\b(?<!are there)(?<!is there)", re.IGNORECASE)
_PRONOUN = re.compile(r"\b(?:it|its|itself|they|them|their|theirs|he|she|his|her|him|one|ones|both)\b", re.IGNORECASE)
# What a pronoun stands for is named in the clause before its own.
_NOUN_BEFORE = re.compile(
    r"(?:\b(?:the|an?|my|your|each|every|any) \w+|“[^”]+”|\b[a-z]{3,}s\b).*"
    r"(?:\b(?:if|when|after|before|until|because|and|or|to)\b|,)"
)
_BROKEN = re.compile(
    r"[\n<>|{}]|\.\.|…|https?:|\s[,.;]|[,;:]\?|\b(\w+) \1\b|\b(?:a|an|the|of|and|or) ?\?$", re.IGNORECASE
)
_VAGUE = wordlist("it them this that everything something anything yes no needed required so")
_UNFINISHED = wordlist("like following as below command with to of the a an and or for in by")
_PAIRS = ("()", "[]", "“”")


def on_borders(draft: Draft) -> bool:
    """The answer begins and ends where words do, is no white space, and stands in a unit."""
    text, span = draft.passage.text, draft.span
    whole = draft.start in starts(text) and draft.end in ends(text) and span == span.strip()
    return whole and bool(draft.evidence)


def well_formed(draft: Draft) -> bool:
    asked = draft.question
    balanced = all(asked.count(pair[0]) == asked.count(pair[1]) for pair in _PAIRS) and asked.count('"') % 2 == 0
    return SHORTEST <= len(asked.split()) <= LONGEST and balanced and not _BROKEN.search(asked)


def self_contained(draft: Draft) -> bool:
    """No word points at something that only the page shows; a pronoun has its noun in the question itself."""
    asked = draft.question
    if _POINTING.search(asked) or _THERE.search(asked):
        return False
    return all(_NOUN_BEFORE.search(asked, 0, found.start()) for found in _PRONOUN.finditer(asked))


def says_something(draft: Draft) -> bool:
    """The answer is short enough, tells what the question didn't, and is more than a pointing word."""
    said = set(terms(draft.span))
    words = draft.span.lower().split()
    if not words or len(words) > LONGEST_ANSWER or set(words) <= _VAGUE or words[-1] in _UNFINISHED:
        return False
    if draft.polarity is not None:
        return asks_yes_or_no(draft.question)
    return not asks_yes_or_no(draft.question) and (not said or not said <= set(terms(draft.question)))


def ends_there(draft: Draft) -> bool:
    """The sentence does not go on in a block of code below it."""
    units = draft.passage.units
    at = units.index(draft.evidence[-1])
    return not (units[at + 1 : at + 2] and units[at + 1].kind == "code") or draft.said.endswith(".")


def names_enough(draft: Draft) -> bool:
    """A word of content, so that there is something to look for."""
    return bool(content(draft.question))


FILTERS: tuple[tuple[str, Callable[[Draft], bool]], ...] = (
    ("answer not on word borders", on_borders),
    ("question not well formed", well_formed),
    ("question not understood alone", self_contained),
    ("answer says nothing new", says_something),
    ("answer goes on in code", ends_there),
    ("question too general", names_enough),
)
