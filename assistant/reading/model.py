"""The reader through a language model: `Cited:` decides, `Answer:` is a span of what was cited."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal, cast

from assistant.format import ANSWER, CITED, MOST_SOURCES, Message, labels, neutralise, render
from assistant.language import LanguageModel
from assistant.language.spans import SpanConstraint
from assistant.nouns import Decision, Finding
from assistant.polarity import asks_yes_or_no
from assistant.quote import locate, shared
from retrieval import Hit, Passage

UNCALIBRATED = 0.5  # probability that some source answers, until a card brings a threshold of its own
MOST_TOKENS = 96
ROOM = MOST_TOKENS + 16  # the answer, and the frame before it


class ModelReader:
    name = "model"

    def __init__(
        self,
        language: LanguageModel,
        who: str,
        context: int,
        adapter: str | None = None,
        threshold: float = UNCALIBRATED,
    ) -> None:
        self.language = language
        self.who = who
        self.context = context
        self.adapter = adapter
        self.threshold = threshold

    @property
    def model(self) -> str:
        return self.language.name

    @property
    def identity(self) -> tuple[str, ...]:
        return (self.name, *self.language.identity, self.who, str(self.context))

    def decide(self, question: str, hits: Sequence[Hit]) -> Decision:
        sources = self._fitting(question, hits)
        dropped = tuple(range(len(sources), len(hits)))
        if not sources:
            return Decision(None, 0.0, {"sources": 0.0}, dropped=dropped)
        weights = self.language.weigh(self.messages(question, sources), CITED, labels(len(sources)))
        cited = max(range(len(sources)), key=weights.__getitem__)
        none = weights[-1]
        features = {"sources": float(len(sources)), "none": none, "cited": weights[cited]}
        return Decision(cited, -math.expm1(none), features, dropped=dropped)

    def find(self, question: str, hits: Sequence[Hit], cited: int) -> Finding | None:
        sources = self._fitting(question, hits)
        passage = sources[cited]
        polar = asks_yes_or_no(question)
        constraint = SpanConstraint(neutralise(passage.text), ("Yes", "No") if polar else ())
        begun = f"{CITED}{cited + 1}\n{ANSWER}"
        written = "".join(self.language.write(self.messages(question, sources), begun, constraint, MOST_TOKENS))
        return _finding(passage, written.strip(), question, polar)

    def messages(self, question: str, sources: Sequence[Passage]) -> list[Message]:
        return render(question, sources, self.who)

    def _fitting(self, question: str, hits: Sequence[Hit]) -> list[Passage]:
        """The best passages that fit the context whole; the rest are dropped, the last first."""
        sources = [hit.passage for hit in hits[:MOST_SOURCES]]
        while sources and self.language.count(self.messages(question, sources)) > self.context - ROOM:
            sources.pop()
        return sources


def _finding(passage: Passage, answer: str, question: str, polar: bool) -> Finding | None:
    if polar and answer in ("Yes", "No"):
        return _judged(passage, cast(Literal["Yes", "No"], answer), question)
    place = locate(passage, answer, question)
    return Finding(*place) if place else None


def _judged(passage: Passage, polarity: Literal["Yes", "No"], question: str) -> Finding | None:
    """Yes or No, and the unit closest to the question as its reason."""
    if not passage.units:
        return None
    unit = max(passage.units, key=lambda unit: shared(passage.quote(unit), question))
    return Finding(unit.start - passage.start, unit.end - passage.start, polarity)
