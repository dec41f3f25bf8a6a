"""Which drafts come next: spread over documents, sections, ways, wordings and places, and none of them twice."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from random import Random

from retrieval import terms
from tuning.drafting.nouns import Draft
from tuning.exam.normal import normalise

ALIKE = 0.7  # of the words of two questions together that are in both
# How many drafts of a way there are for one of the rarest; made of how often a person keeps them.
SHARES = {
    "faq": 4.0, "table": 3.0, "condition": 3.0, "duration": 3.0, "definition": 2.0, "yes_no": 2.0, "amount": 2.0,
    "date": 2.0, "frequency": 2.0, "number": 2.0, "name": 2.0, "heading": 1.5, "purpose": 1.5, "place": 1.0,
    "reason": 1.0, "means": 1.0, "object": 1.0, "subject": 1.0,
}  # fmt: skip
WEIGHTS = {"way": 2.0, "document": 2.0, "section": 4.0, "opening": 1.0, "place": 0.5, "verdict": 1.0}


class Spread:
    """Hands out the draft that adds most to what was taken; what was only looked at costs nothing."""

    def __init__(self, drafts: Sequence[Draft], random: Random) -> None:
        shuffled = random.sample(drafts, len(drafts))
        self._taken: Counter[tuple[str, Hashable]] = Counter()
        self._waiting = [(self._cost(draft), number, draft) for number, draft in enumerate(shuffled)]
        heapq.heapify(self._waiting)

    def __iter__(self) -> Iterator[Draft]:
        while self._waiting:
            cost, number, draft = heapq.heappop(self._waiting)
            now = self._cost(draft)
            if now > cost:
                heapq.heappush(self._waiting, (now, number, draft))
            else:
                yield draft

    def take(self, draft: Draft) -> None:
        self._taken.update(_traits(draft).items())

    def _cost(self, draft: Draft) -> float:
        traits = _traits(draft)
        costs = {name: WEIGHTS[name] * self._taken[(name, trait)] for name, trait in traits.items()}
        return sum(costs.values()) + costs["way"] * (1 / SHARES[draft.way] - 1)


def _traits(draft: Draft) -> dict[str, Hashable]:
    passage = draft.passage
    third = 3 * draft.start // max(len(passage.text), 1)
    verdict = {"verdict": draft.polarity} if draft.polarity else {}
    return verdict | {
        "way": draft.way,
        "document": passage.document,
        "section": (passage.document, passage.heading),
        "opening": tuple(draft.question.lower().split()[:3]),
        "place": third,
    }


class Known:
    """Questions and answers that there are already."""

    def __init__(self) -> None:
        self._questions: list[set[str]] = []
        self._answers: set[str] = set()
        self._units: set[tuple[str, int]] = set()

    def add(self, draft: Draft, asked: str) -> None:
        self._questions.append(set(terms(asked)))
        self._units.add(_unit(draft))
        if draft.polarity is None:
            self._answers.add(_said(draft))

    def asks(self, asked: str) -> bool:
        """Whether a question much like this one was asked."""
        words = set(terms(asked))
        return any(len(words & other) >= ALIKE * len(words | other) for other in self._questions)

    def answers(self, draft: Draft) -> bool:
        """Whether its answer, or the unit that it stands in, was an answer before."""
        return _unit(draft) in self._units or (draft.polarity is None and _said(draft) in self._answers)


def without_contradictions(drafts: Sequence[Draft]) -> list[Draft]:
    """The drafts whose question has one answer only in its document, each once, with the shortest wording of it."""
    asked: dict[tuple[str, str], list[Draft]] = {}
    for draft in drafts:
        asked.setdefault(_asked(draft), []).append(draft)
    return [min(some, key=lambda draft: len(draft.span)) for some in asked.values() if _agree(some)]


def _agree(drafts: Sequence[Draft]) -> bool:
    """Whether they say the same, or in the same sentence."""
    return len({normalise(draft.answer) for draft in drafts}) == 1 or len({_unit(draft) for draft in drafts}) == 1


def _asked(draft: Draft) -> tuple[str, str]:
    return draft.passage.document, normalise(draft.question)


def _said(draft: Draft) -> str:
    return normalise(draft.span) or draft.span


def _unit(draft: Draft) -> tuple[str, int]:
    return draft.passage.id, draft.evidence[0].start
