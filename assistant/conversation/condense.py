"""A follow-up becomes a question that stands alone, by rule: what it leaves out is taken over from before it.

Nothing is invented: every word of the outcome was said in the conversation, or is in the title of what was cited.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from assistant.conversation.names import names
from assistant.conversation.topic import WORD, Past, Word, content, topic
from assistant.conversation.words import ASKING, FOREIGN, IT, MEASURED, OPENING, POINTING, THAT

__all__ = ["Leaning", "Past", "condense", "leaning"]

REACH = 6  # turns back
MOST = 6  # words taken over
SHORT = 1  # words with content: so few say too little to be searched for
FRAGMENT = 4

# How a question leans on those before it: not at all; it goes on from there; with a word that points there; it is no
# sentence; it hardly says anything; or altogether ("Why?").
Leaning = Literal["alone", "opening", "pointing", "fragment", "short", "whole"]


def condense(question: str, past: Sequence[Past]) -> str:
    """The question as it would have been asked without the conversation; itself where it leans on nothing."""
    past = [turn for turn in past if turn.question][-REACH:]
    how = leaning(question, {word.term for word in topic(past, MOST)}) if past else "alone"
    if how == "alone":
        return question
    bare = question.rstrip(" ?.!")
    if how == "whole":
        return f"{bare}: {_before(past)}"
    if _names_another(question, how):
        before = _before(past)
        return _renamed(question, before) or _with(bare, [word for word in content(before) if not word.is_name])
    return _with(bare, topic(past, MOST))


def _with(bare: str, about: Sequence[Word]) -> str:
    own = {word.term for word in content(bare)}
    taken = " ".join(word.text for word in about if word.term not in own)
    return f"{bare} ({taken})?" if taken else f"{bare}?"


def _before(past: Sequence[Past]) -> str:
    """The question before, itself condensed."""
    return condense(past[-1].question, past[:-1])


def _renamed(question: str, before: str) -> str | None:
    """The question before, asked of another: where this names one thing and says nothing else, and it named no more."""
    old, new = names(before), names(question)
    if len(old) > 1 or len(new) != 1 or len(content(new[0])) < len(content(question)):
        return None
    if not old:
        return f"{before.rstrip(' ?.!')} ({new[0]})?"
    return re.sub(rf"(?<!\w){re.escape(old[0])}(?!\w)", lambda _: new[0], before, count=1)


def leaning(question: str, about: set[str]) -> Leaning:
    own = content(question)
    if not own:
        return "whole"
    if OPENING.search(question):
        return "opening"
    if POINTING.search(question) or IT.search(question) or THAT.search(question):
        return "pointing"
    if about & {word.term for word in own}:
        return "alone"
    words = WORD.findall(question)
    if len(own) <= FRAGMENT and not ASKING & {word.casefold() for word in words}:
        return "fragment"
    return "short" if len(own) <= SHORT and not any(word.is_name for word in own) else "alone"


def _names_another(question: str, how: Leaning) -> bool:
    """It asks the same of something else ("And the Tern?", "How long is it on the Tern?"): the old name is replaced."""
    if not names(question) or FOREIGN & {word.casefold() for word in WORD.findall(question)}:
        return False
    return how in ("opening", "fragment") or bool(MEASURED.search(question))
