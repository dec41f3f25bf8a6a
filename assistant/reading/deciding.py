"""What readers through a language model have in common: the prompt that fits, and the decision after `Cited:`."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from assistant.format import CITED, MOST_SOURCES, NONE, Message, labels, render
from assistant.language import LanguageModel
from assistant.language.choices import OneOf
from assistant.nouns import Decision
from assistant.reading.grounds import searched, weighed
from retrieval import Hit, Passage

UNCALIBRATED = 0.5  # probability that some source answers, until a card brings a threshold of its own
UNREAD = -1  # in the place of a source: what the model said is no label
LABEL = 8  # tokens within which one is said


class DecidingReader:
    name = "decides"
    room = 128  # tokens kept free for the answer

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
        sources = self.fitting(question, hits)
        dropped = tuple(range(len(sources), len(hits)))
        if not sources:
            return Decision(None, 0.0, {"sources": 0.0}, dropped=dropped)
        messages, known = self.messages(question, sources), labels(len(sources))
        weights = self.language.weigh(messages, CITED, known)
        decision = _weighed(weights) if weights else self._told(messages, known)
        found = searched(hits[: len(sources)], decision.cited)
        return replace(decision, features=decision.features | found, dropped=dropped)

    def _told(self, messages: Sequence[Message], known: Sequence[str]) -> Decision:
        """Where the model tells no probabilities, its word is all there is: a decision without a confidence."""
        label = "".join(self.language.write(messages, CITED, OneOf(known), LABEL)).strip()
        features = {"sources": len(known) - 1.0}
        if label == NONE:
            return Decision(None, None, features)
        return Decision(known.index(label) if label in known else UNREAD, None, features)

    def messages(self, question: str, sources: Sequence[Passage]) -> list[Message]:
        return render(question, sources, self.who)

    def fitting(self, question: str, hits: Sequence[Hit]) -> list[Passage]:
        """The best passages that fit the context whole; the rest are dropped, the last first."""
        sources = [hit.passage for hit in hits[:MOST_SOURCES]]
        while sources and self.language.count(self.messages(question, sources)) > self.context - self.room:
            sources.pop()
        return sources


def _weighed(weights: Sequence[float]) -> Decision:
    *sources, none = weights
    cited = max(range(len(sources)), key=sources.__getitem__)
    features = {"sources": float(len(sources)), **weighed(weights)}
    return Decision(cited, -math.expm1(none), features, weights=tuple(weights))
