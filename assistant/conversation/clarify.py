"""A clarifying question, where two readings lead to different documents: "How do I reset it?" beside two machines.

Precision comes first. It is asked only where the question points at something that nobody has named, and where the
passages that come first say the same of different things, nearly as well found as each other.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.conversation.topic import content
from assistant.conversation.words import IT, POINTING, THAT
from retrieval import Hit

MOST = 4  # readings
NEAR = 0.05  # difference of scores, about a cosine
ALIKE = 0.5  # share of words that two passages must have in common, titles left out


@dataclass(frozen=True, slots=True)
class Clarification:
    """What could be meant: titles of documents."""

    readings: tuple[str, ...]

    @property
    def question(self) -> str:
        *others, last = self.readings
        return f"Do you mean {', '.join(others)} or {last}?"


def clarification(question: str, hits: Sequence[Hit]) -> Clarification | None:
    """What to ask back, if the question does not say which of several things it is about."""
    if not hits or not _points(question):
        return None
    titles = list(dict.fromkeys(hit.passage.title for hit in _leading(hits) if _parallel(hits[0], hit)))[:MOST]
    return None if len(titles) < 2 or _tells(question, titles) else Clarification(tuple(titles))


def _points(question: str) -> bool:
    return any(pattern.search(question) for pattern in (POINTING, IT, THAT))


def _leading(hits: Sequence[Hit]) -> Iterator[Hit]:
    """The best passage of each document that comes as near as the first."""
    seen: set[str] = set()
    for hit in hits:
        if hits[0].score - hit.score <= NEAR and hit.passage.document not in seen:
            seen.add(hit.passage.document)
            yield hit


def _parallel(first: Hit, second: Hit) -> bool:
    """They are the same, or stand below the same heading, or have most of their words in common."""
    if first.passage.heading and first.passage.heading[-1:] == second.passage.heading[-1:]:
        return True
    one, other = ({word.term for word in content(hit.passage.text)} for hit in (first, second))
    return bool(one | other) and len(one & other) / len(one | other) >= ALIKE


def _tells(question: str, titles: Sequence[str]) -> bool:
    """The question has a word that is in the title of one of them and not of all."""
    of_each = [{word.term for word in content(title)} for title in titles]
    asked = {word.term for word in content(question)}
    return any(sum(word in title for title in of_each) < len(titles) for word in asked & set().union(*of_each))
