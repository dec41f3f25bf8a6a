"""The same question where nothing answers it: every document that could is hidden, and that is checked."""

from __future__ import annotations

from retrieval import Passage
from tuning.drafting.corpus import RIVAL, Corpus, words_of
from tuning.drafting.nouns import Draft

MOST_HIDDEN = 4  # documents; a question that so many answer has no twin
NOTHING_LEFT = "no twin: with its documents hidden nothing is left to read"
TOO_MANY = "no twin: too many documents answer it"


def hidden(corpus: Corpus, draft: Draft, asked: str, gold: tuple[str, ...]) -> tuple[str, ...] | str:
    """The documents to be hidden, or why there are none that could be."""
    keys = corpus.keys(draft, asked)
    found = list(gold)
    while len(found) <= MOST_HIDDEN:
        passages = [hit.passage for hit in corpus.find(asked, without=found)]
        if not passages:
            return NOTHING_LEFT
        answering = [one.document for one in passages if corpus.holds(one, draft, keys) or _rival(corpus, keys, one)]
        if not answering:
            return tuple(found)
        found += dict.fromkeys(answering)
    return TOO_MANY


def _rival(corpus: Corpus, keys: set[str], passage: Passage) -> bool:
    """Whether it speaks of all that is asked for, and so might answer in other words."""
    return len(keys) > 1 and corpus.covered(keys, words_of(passage)) >= RIVAL
