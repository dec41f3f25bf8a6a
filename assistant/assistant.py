"""A question becomes a cited answer: search → decide (gate 1) → find → quote → check (gate 2) → Answer."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any
from unicodedata import normalize

from assistant.check import supported, verbatim
from assistant.format import FORMAT_VERSION
from assistant.memory import Memory
from assistant.nouns import (
    Abstention,
    Answer,
    Citation,
    Decision,
    Ended,
    Event,
    Evidence,
    Finding,
    Reason,
    Said,
    Searched,
    Withdrawn,
)
from assistant.quote import carrying, quote
from assistant.reading import Reader
from assistant.spec import Spec
from retrieval import EVERYONE, Hit, Library, ModelError, Passage, Principal, UsageError

TextOf = Callable[[Passage], str | None]
LONGEST_QUESTION = 4000  # characters
UNAVAILABLE = (ModelError, OSError)
NOTHING = Decision(None, 0.0, {})
# Half characters, and what turns the direction of text or steers a terminal.
_STEERING = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")


@dataclass
class Assistant:
    spec: Spec
    library: Library
    reader: Reader
    memory: Memory

    def ask(
        self,
        question: str,
        principal: Principal = EVERYONE,
        *,
        conversation: str | None = None,
        without: Collection[str] = (),
    ) -> Answer:
        """The answer, once it is whole."""
        for event in self.stream(question, principal, conversation=conversation, without=without):
            if isinstance(event, Ended):
                return event.answer
        raise AssertionError("a stream ends with its answer")

    def stream(
        self,
        question: str,
        principal: Principal = EVERYONE,
        *,
        conversation: str | None = None,
        without: Collection[str] = (),
    ) -> Iterator[Event]:
        """The answer as it comes about. What is shown once has passed its gate."""
        question = asked(question)
        if conversation is not None:
            self.memory.check(conversation, principal)
        hits = self.library.searcher.search(question, self.spec.retrieval.passages, principal, without=without)
        yield Searched(tuple(hits))
        for event in self.read(question, hits, self._text_for(principal)):
            if isinstance(event, Ended) and conversation is not None:
                self.memory.keep(conversation, event.answer, principal)
            yield event

    @property
    def threshold(self) -> float:
        own = self.spec.decision.threshold
        return self.reader.threshold if own < 0 else own

    def read(self, question: str, hits: Sequence[Hit], text_of: TextOf) -> Iterator[Event]:
        """From hits to the answer. `text_of` gives the document's own text, against which every quote is checked."""
        if not hits:
            yield self._abstain(question, hits, NOTHING, "nothing_found")
            return
        try:
            decision = self.reader.decide(question, hits)
        except UNAVAILABLE as error:
            yield self._abstain(question, hits, NOTHING, "unavailable", error)
            return
        reason = self._refused(decision, hits)
        if reason:
            yield self._abstain(question, hits, NOTHING if reason == "malformed" else decision, reason)
            return
        assert decision.cited is not None
        yield Evidence(1, hits[decision.cited].passage)
        yield from self._answer(question, hits, decision, hits[decision.cited].passage, text_of)

    def _refused(self, decision: Decision, hits: Sequence[Hit]) -> Reason | None:
        """Gate 1. What is no probability, or names no source, passes nothing."""
        if not 0 <= decision.confidence <= 1 or decision.cited not in (None, *range(len(hits))):
            return "malformed"
        if decision.cited is None or decision.confidence < self.threshold:
            return "off_topic" if decision.off_topic else "insufficient"
        return None

    def _answer(
        self, question: str, hits: Sequence[Hit], decision: Decision, passage: Passage, text_of: TextOf
    ) -> Iterator[Event]:
        assert decision.cited is not None
        try:
            finding = self.reader.find(question, hits, decision.cited)
        except UNAVAILABLE as error:
            yield from self._withdraw(question, hits, decision, "unavailable", error)
            return
        citation = self._cite(passage, finding, text_of) if finding else None
        if finding is None or citation is None:
            yield from self._withdraw(question, hits, decision, "withdrawn" if finding else "malformed")
            return
        text = sentence(passage, finding)
        yield Said(text, citation)
        trace = self._trace(hits, decision)
        yield Ended(replace(self._blank(question, decision, trace), text=text, citations=(citation,)))

    def _withdraw(
        self, question: str, hits: Sequence[Hit], decision: Decision, reason: Reason, error: Exception | None = None
    ) -> Iterator[Event]:
        yield Withdrawn()
        yield self._abstain(question, hits, decision, reason, error)

    def _cite(self, passage: Passage, finding: Finding, text_of: TextOf) -> Citation | None:
        """The citation that carries the finding, or None where it does not hold up against the document itself."""
        units = carrying(passage, finding.start, finding.end)
        document = text_of(passage)
        if not units or document is None:
            return None
        found = quote(passage, units)
        if not verbatim(found, document) or not supported(finding, passage, found):
            return None
        return Citation(1, passage, found, "quoted")

    def _text_for(self, principal: Principal) -> TextOf:
        return lambda passage: self.library.catalogue.document(passage.document, principal)

    def _abstain(
        self, question: str, hits: Sequence[Hit], decision: Decision, reason: Reason, error: Exception | None = None
    ) -> Ended:
        """The Spec's sentence; what went wrong on this machine is for the trace alone."""
        message = self.spec.refusals.sentence(reason)
        cause = {"error": f"{type(error).__name__}: {error}"} if error else {}
        answer = self._blank(question, decision, self._trace(hits, decision) | cause)
        return Ended(replace(answer, text=message, abstention=Abstention(reason, message)))

    def _blank(self, question: str, decision: Decision, trace: dict[str, Any]) -> Answer:
        return Answer(
            question=question,
            text="",
            citations=(),
            confidence=decision.confidence,
            abstention=None,
            reader=self.reader.name,
            format=FORMAT_VERSION,
            model=self.reader.model,
            adapter=self.reader.adapter,
            trace=trace,
            id=uuid.uuid4().hex,
        )

    def _trace(self, hits: Sequence[Hit], decision: Decision) -> dict[str, Any]:
        found = [
            {"passage": hit.passage.id, "place": hit.passage.place, "score": hit.score, **hit.found_by} for hit in hits
        ]
        decided = {"cited": decision.cited, "confidence": decision.confidence, "threshold": self.threshold}
        dropped = [hits[place].passage.id for place in decision.dropped]
        return {"found": found, "dropped": dropped, "decided": decided | {"features": decision.features}}


def asked(question: str) -> str:
    """The question on one line, or an error that says what is wrong with it."""
    cleaned = " ".join(_STEERING.sub(" ", normalize("NFC", question)).split())
    if not cleaned:
        raise UsageError("There is no question.", 'Ask one in quotes, such as "How long is the warranty?"')
    if len(cleaned) > LONGEST_QUESTION:
        raise UsageError(
            f"The question has {len(cleaned)} characters, the limit is {LONGEST_QUESTION}.", "Ask it in fewer words."
        )
    return cleaned


def sentence(passage: Passage, finding: Finding) -> str:
    """What is said: the very words of the source, after Yes or No where that was asked."""
    said = passage.text[finding.start : finding.end].strip()
    return f"{finding.polarity}: {said}" if finding.polarity else said
