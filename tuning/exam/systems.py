"""What an exam examines: anything that makes an outcome of a question, and has a name and an identity."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from assistant import FORMAT_VERSION, Answer, Assistant, Citation, Decision, Ended, Evidence, Finding, Reader
from assistant.assistant import TextOf, asked, sentence
from retrieval import Hit, Principal, UsageError, bring, score
from tuning.nouns import Cited, Outcome, Question


class System(Protocol):
    @property
    def name(self) -> str: ...

    @property
    def identity(self) -> tuple[str, ...]:
        """All that its answers depend on besides the question: a change of any makes it another system."""
        ...

    def answer(self, question: Question) -> Outcome: ...


class AlwaysAbstain:
    """The baseline that is never wrong about what isn't there."""

    name = "always abstain"
    identity = ("always abstain",)

    def answer(self, question: Question) -> Outcome:
        return Outcome(question.id, abstained=True, confidence=0.0, answer="", citations=(), reason="insufficient")


class Once:
    """A reader that remembers the last question: what it would say is examined, whatever it decided."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self.name, self.model = reader.name, reader.model
        self.adapter, self.threshold = reader.adapter, reader.threshold
        self._asked: tuple[str, Sequence[Hit]] = ("", ())
        self._decided: Decision | None = None
        self._found: dict[int, Finding | None] = {}

    def decide(self, question: str, hits: Sequence[Hit]) -> Decision:
        self._turn_to(question, hits)
        if self._decided is None:
            self._decided = self._reader.decide(question, hits)
        return self._decided

    def find(self, question: str, hits: Sequence[Hit], cited: int) -> Finding | None:
        self._turn_to(question, hits)
        if cited not in self._found:
            self._found[cited] = self._reader.find(question, hits, cited)
        return self._found[cited]

    def _turn_to(self, question: str, hits: Sequence[Hit]) -> None:
        if self._asked[0] != question or self._asked[1] is not hits:
            self._asked, self._decided, self._found = (question, hits), None, {}


@dataclass
class Examined:
    """A Home's assistant with a reader. It sees the question, who asks and the sources, and nothing else of the row."""

    name: str
    assistant: Assistant

    def __post_init__(self) -> None:
        self.reader = Once(self.assistant.reader)
        self.assistant = replace(self.assistant, reader=self.reader)

    @property
    def identity(self) -> tuple[str, ...]:
        library, spec = self.assistant.library, self.assistant.spec
        read = (self.reader.name, self.reader.model, str(self.reader.adapter), str(FORMAT_VERSION))
        found = (library.encoder.identity, library.contents, repr(spec.retrieval), spec.access.digest)
        return (*read, str(self.assistant.threshold), repr(spec.model), repr(spec.assistant), *found)

    def answer(self, question: Question) -> Outcome:
        began = time.perf_counter()
        wording = asked(question.question)
        hits = self._hits(question, wording)
        answer, first = self._read(wording, hits, self._text_of(question), began)
        seconds = time.perf_counter() - began
        return self._outcome(question, wording, hits, answer, seconds, first)

    def _outcome(
        self, question: Question, wording: str, hits: list[Hit], answer: Answer, seconds: float, first: float | None
    ) -> Outcome:
        decision = self.reader.decide(wording, hits) if hits else Decision(None, 0.0, {})
        best = hits[decision.cited].passage if decision.cited is not None else None
        return Outcome(
            id=question.id,
            abstained=answer.abstention is not None,
            confidence=decision.confidence,
            answer="" if answer.abstention else answer.text,
            citations=tuple(map(_cited, answer.citations)),
            reason=answer.abstention.reason if answer.abstention else None,
            forced=self._forced(wording, hits, decision),
            best=best.id if best else None,
            best_document=best.document if best else None,
            seconds=seconds,
            first_evidence=first,
        )

    def _hits(self, question: Question, wording: str) -> list[Hit]:
        library = self.assistant.library
        if question.passages is not None:
            brought = [bring(source.id, source.title, source.text) for source in question.passages]
            return score(wording, brought, library.encoder)
        many = self.assistant.spec.retrieval.passages
        return library.searcher.search(wording, many, _asker(question), without=question.without)

    def _text_of(self, question: Question) -> TextOf:
        if question.passages is not None:
            return lambda passage: passage.text
        return lambda passage: self.assistant.library.catalogue.document(passage.document, _asker(question))

    def _read(self, wording: str, hits: list[Hit], text_of: TextOf, began: float) -> tuple[Answer, float | None]:
        first: float | None = None
        for event in self.assistant.read(wording, hits, text_of):
            if isinstance(event, Evidence):
                first = time.perf_counter() - began
            elif isinstance(event, Ended):
                return event.answer, first
        raise UsageError(f"The reader {self.name} ended without an answer.", "Report this.")

    def _forced(self, wording: str, hits: list[Hit], decision: Decision) -> str | None:
        """What it reads in the passage it holds likeliest, whether it would say so or not."""
        if decision.cited is None:
            return None
        finding = self.reader.find(wording, hits, decision.cited)
        return sentence(hits[decision.cited].passage, finding) if finding else ""


def _asker(question: Question) -> Principal:
    return Principal(question.user, question.groups)


def _cited(citation: Citation) -> Cited:
    passage, quote = citation.passage, citation.quote
    verbatim = passage.text[quote.start - passage.start : quote.end - passage.start] == quote.text
    return Cited(passage.id, passage.document, quote.text, passage.text, verbatim)
