"""The reader through a language model: `Cited:` decides, `Answer:` is a span of what was cited."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Literal, cast

from assistant.format import ANSWER, CITED, MOST_SOURCES, Message, labels, neutralise, render
from assistant.language import LanguageModel
from assistant.language.spans import SpanConstraint
from assistant.nouns import Decision, Finding
from assistant.quote import locate
from retrieval import Hit, Passage

UNCALIBRATED = 0.5  # probability that some source answers, until a card brings a threshold of its own
MOST_TOKENS = 96
_YES_NO = re.compile(
    r"^(is|are|was|were|do|does|did|can|could|may|must|shall|should|will|would|has|have|had|am)\b"
    r"|^according to .*\btrue\b",
    re.IGNORECASE,
)


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

    def decide(self, question: str, hits: Sequence[Hit]) -> Decision:
        sources = self._fitting(question, hits)
        if not sources:
            return Decision(None, 0.0, {"sources": 0.0})
        weights = self.language.weigh(self._messages(question, sources), CITED, labels(len(sources)))
        cited = max(range(len(sources)), key=weights.__getitem__)
        none = weights[-1]
        features = {"sources": float(len(sources)), "none": none, "cited": weights[cited]}
        return Decision(cited, 1.0 - math.exp(none), features)

    def find(self, question: str, hits: Sequence[Hit], cited: int) -> Finding | None:
        sources = self._fitting(question, hits)
        passage = sources[cited]
        polar = asks_yes_or_no(question)
        constraint = SpanConstraint(neutralise(passage.text), ("Yes", "No") if polar else ())
        begun = f"{CITED}{cited + 1}\n{ANSWER}"
        written = "".join(self.language.write(self._messages(question, sources), begun, constraint, MOST_TOKENS))
        return _finding(passage, written.strip(), question, polar)

    def _messages(self, question: str, sources: Sequence[Passage]) -> list[Message]:
        return render(question, sources, self.who)

    def _fitting(self, question: str, hits: Sequence[Hit]) -> list[Passage]:
        """The best passages that fit the context whole; the rest are dropped, the last first."""
        sources = [hit.passage for hit in hits[:MOST_SOURCES]]
        while sources and self.language.count(self._messages(question, sources)) > self.context - MOST_TOKENS:
            sources.pop()
        return sources


def asks_yes_or_no(question: str) -> bool:
    return bool(_YES_NO.match(question.strip()))


def _finding(passage: Passage, answer: str, question: str, polar: bool) -> Finding | None:
    if polar and answer in ("Yes", "No"):
        unit = max(passage.units, key=lambda unit: _shared(passage.quote(unit), question))
        polarity = cast(Literal["Yes", "No"], answer)
        return Finding(unit.start - passage.start, unit.end - passage.start, polarity)
    place = locate(passage, _original(passage, answer), question)
    return Finding(*place) if place else None


def _original(passage: Passage, answer: str) -> str:
    """What the passage itself says where its neutralised text says `answer`."""
    at = neutralise(passage.text).find(answer) if answer else -1
    return passage.text[at : at + len(answer)] if at >= 0 else ""


def _shared(unit: str, question: str) -> int:
    from assistant.quote import words

    return len(words(unit) & words(question))
