"""What a conversation is about: the words of its questions that weigh most, the latest and the repeated ones first."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from assistant.conversation.names import names
from assistant.conversation.words import SHAPING
from retrieval import terms

WORD = re.compile(r"\w(?:[\w'’./-]*\w)?")
FADING = 0.6  # what a word of the question before the last one weighs, and so on back
ECHO = 0.5  # what it weighs more where the answer took it up
NAMED = 0.5  # what a name weighs that only the last answer, or what it cites, brought up
FAVOUR = 2.0  # what a name counts beside other words


@dataclass(frozen=True, slots=True)
class Past:
    """A question asked before, and what came of it: the answer, and the title of the document that it cites."""

    question: str
    answer: str = ""
    title: str = ""
    id: str = ""  # of the answer


@dataclass(frozen=True, slots=True)
class Word:
    """A word that says what a text is about, as it stands there and as the search knows it."""

    text: str
    term: str

    @property
    def is_name(self) -> bool:
        """As far as its letters tell."""
        return self.text[0].isupper() or self.text[0].isdigit()


@lru_cache(maxsize=4096)
def term(word: str) -> str:
    """As the search knows it; nothing where the search leaves it out."""
    return next(iter(terms(word)), "")


def content(text: str) -> list[Word]:
    words = (Word(found, term(found)) for found in WORD.findall(text) if found.casefold() not in SHAPING)
    return [word for word in words if word.term]


def topic(past: Sequence[Past], most: int) -> list[Word]:
    """At most so many words, in the order in which they were said first."""
    weight: dict[str, float] = {}
    first: dict[str, Word] = {}
    for word, weighs in _weighed(past):
        first.setdefault(word.term, word)
        weight[word.term] = weight.get(word.term, 0.0) + weighs * (FAVOUR if word.is_name else 1)
    heaviest = set(sorted(weight, key=lambda found: -weight[found])[:most])
    return [word for found, word in first.items() if found in heaviest]


def _weighed(past: Sequence[Past]) -> Iterator[tuple[Word, float]]:
    for age, turn in reversed(list(enumerate(reversed(past)))):
        echoed = {word.term for word in content(turn.answer)}
        for word in _once(content(turn.question)):
            yield word, FADING**age * (1 + ECHO * (word.term in echoed))
    if past:
        named = [word for name in names(past[-1].answer) for word in content(name) if word.text[0].isalpha()]
        titled = [word for word in content(past[-1].title) if word.is_name]
        yield from ((word, NAMED) for word in _once([*named, *titled]))


def _once(words: Iterable[Word]) -> Iterable[Word]:
    return {word.term: word for word in words}.values()
