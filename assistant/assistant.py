"""A question becomes a cited answer: search → decide (gate 1) → find → quote → check (gate 2) → Answer."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

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
from retrieval import EVERYONE, Hit, Library, Passage, Principal, UsageError

LONGEST_QUESTION = 4000  # characters


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
        hits = self.library.searcher.search(question, self.spec.retrieval.passages, principal, without=without)
        yield Searched(tuple(hits))
        for event in self._read(question, hits, principal):
            if isinstance(event, Ended) and conversation is not None:
                self.memory.keep(conversation, event.answer)
            yield event

    @property
    def threshold(self) -> float:
        own = self.spec.decision.threshold
        return self.reader.threshold if own < 0 else own

    def _read(self, question: str, hits: Sequence[Hit], principal: Principal) -> Iterator[Event]:
        if not hits:
            yield self._abstain(question, hits, Decision(None, 0.0, {}), "nothing_found")
            return
        decision = self.reader.decide(question, hits)
        if decision.cited is None or decision.confidence < self.threshold:
            reason: Reason = "off_topic" if decision.off_topic else "insufficient"
            yield self._abstain(question, hits, decision, reason)
            return
        passage = hits[decision.cited].passage
        yield Evidence(1, passage)
        yield from self._answer(question, hits, decision, passage, principal)

    def _answer(
        self, question: str, hits: Sequence[Hit], decision: Decision, passage: Passage, principal: Principal
    ) -> Iterator[Event]:
        assert decision.cited is not None
        finding = self.reader.find(question, hits, decision.cited)
        if finding is None:
            yield Withdrawn()
            yield self._abstain(question, hits, decision, "malformed")
            return
        citation = self._cite(passage, finding, principal)
        if citation is None:
            yield Withdrawn()
            yield self._abstain(question, hits, decision, "withdrawn")
            return
        text = sentence(passage, finding)
        yield Said(text, citation)
        trace = self._trace(hits, decision)
        yield Ended(replace(self._blank(question, decision, trace), text=text, citations=(citation,)))

    def _cite(self, passage: Passage, finding: Finding, principal: Principal) -> Citation | None:
        """The citation that carries the finding, or None where it does not hold up against the document itself."""
        units = carrying(passage, finding.start, finding.end)
        document = self.library.catalogue.document(passage.document, principal)
        if not units or document is None:
            return None
        found = quote(passage, units)
        if not verbatim(found, document) or not supported(finding, passage, found):
            return None
        return Citation(1, passage, found, "quoted")

    def _abstain(self, question: str, hits: Sequence[Hit], decision: Decision, reason: Reason) -> Ended:
        message = self.spec.refusals.sentence(reason)
        answer = self._blank(question, decision, self._trace(hits, decision))
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
        return {"found": found, "decided": decided | {"features": decision.features}}


def asked(question: str) -> str:
    """The question on one line, or an error that says what is wrong with it."""
    cleaned = " ".join(question.split())
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
