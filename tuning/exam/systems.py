"""What an exam examines: anything that makes an outcome of a question, and has a name and an identity."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version
from typing import Protocol

from assistant import FORMAT_VERSION, Answer, Assistant, Citation, Claim, Decision, Ended, Evidence, Finding, Reader
from assistant.answering import TextOf, worded
from assistant.assistant import asked as wording
from assistant.conversation.condense import condense
from assistant.conversation.history import past_in
from retrieval import Hit, Principal, UsageError, bring, score
from tuning.nouns import Asked, Cited, Outcome


class System(Protocol):
    @property
    def name(self) -> str: ...

    @property
    def identity(self) -> tuple[str, ...]:
        """All that its answers depend on besides the question: a change of any makes it another system."""
        ...

    def answer(self, asked: Asked) -> Outcome: ...

    def read(self, asked: Asked) -> str | None:
        """What it reads in the source that it holds likeliest, though it abstained. It has answered this before."""
        ...


class AlwaysAbstain:
    """The baseline that is never wrong about what isn't there."""

    name = "always abstain"
    identity = ("always abstain",)

    def answer(self, asked: Asked) -> Outcome:
        return Outcome("", abstained=True, confidence=0.0, answer="", citations=(), reason="insufficient")

    def read(self, asked: Asked) -> str | None:
        return None


class Once:
    """A reader that remembers the last question: what it would say is examined, whatever it decided."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self.name, self.model = reader.name, reader.model
        self.adapter, self.threshold, self.identity = reader.adapter, reader.threshold, reader.identity
        self._asked: tuple[str, Sequence[Hit]] = ("", ())
        self._decided: Decision | None = None
        self._said: dict[int, list[Finding | Claim]] = {}

    def decide(self, question: str, hits: Sequence[Hit]) -> Decision:
        self._turn_to(question, hits)
        if self._decided is None:
            self._decided = self._reader.decide(question, hits)
        return self._decided

    def say(self, question: str, hits: Sequence[Hit], cited: int) -> Iterator[Finding | Claim]:
        self._turn_to(question, hits)
        if cited not in self._said:
            self._said[cited] = list(self._reader.say(question, hits, cited))
        yield from self._said[cited]

    def _turn_to(self, question: str, hits: Sequence[Hit]) -> None:
        if self._asked[0] != question or self._asked[1] is not hits:
            self._asked, self._decided, self._said = (question, hits), None, {}


@dataclass
class Examined:
    """A Home's assistant with a reader. It sees the question, who asks and the sources, and nothing else of the row."""

    name: str
    assistant: Assistant

    def __post_init__(self) -> None:
        self._found: tuple[Asked, list[Hit]] | None = None
        self.reader = Once(self.assistant.reader)
        self.assistant = replace(self.assistant, reader=self.reader)

    @property
    def identity(self) -> tuple[str, ...]:
        library, spec = self.assistant.library, self.assistant.spec
        read = (*self.reader.identity, str(self.reader.adapter), str(FORMAT_VERSION), version("groundsmith"))
        found = (library.encoder.identity, library.contents, repr(spec.retrieval), spec.access.digest)
        return (*read, *self.assistant.gate.identity, repr(spec.assistant), *found)

    def answer(self, asked: Asked) -> Outcome:
        began = time.perf_counter()
        hits = self._hits(asked)
        answer, first = self._read(asked, hits, began)
        seconds = time.perf_counter() - began
        decision = self.assistant.gate.judged(self._decided(asked, hits))
        best = hits[decision.cited].passage if decision.cited is not None else None
        return Outcome(
            id="",
            abstained=answer.abstention is not None,
            confidence=_graded(decision),
            graded=decision.confidence is not None,
            answer="" if answer.abstention else answer.text,
            citations=tuple(map(_cited, answer.citations)),
            reason=answer.abstention.reason if answer.abstention else None,
            best=best.id if best else None,
            best_document=best.document if best else None,
            seconds=seconds,
            first_evidence=first,
            found=tuple(hit.passage.place for hit in hits),
            features=decision.features,
        )

    def read(self, asked: Asked) -> str | None:
        hits = self._hits(asked)
        decision = self._decided(asked, hits)
        if decision.cited is None:
            return None
        passage = hits[decision.cited].passage
        said = self.reader.say(_question(asked), hits, decision.cited)
        return " ".join(worded(passage, one) if isinstance(one, Finding) else one.text for one in said)

    def _decided(self, asked: Asked, hits: list[Hit]) -> Decision:
        return self.reader.decide(_question(asked), hits) if hits else Decision(None, 0.0, {})

    def _hits(self, asked: Asked) -> list[Hit]:
        if self._found is None or self._found[0] != asked:
            self._found = (asked, self._search(asked))
        return self._found[1]

    def _search(self, asked: Asked) -> list[Hit]:
        library, question = self.assistant.library, _question(asked)
        if asked.passages is not None:
            brought = [bring(source.id, source.title, source.text) for source in asked.passages]
            return score(question, brought, library.encoder)
        many = self.assistant.spec.retrieval.passages
        return library.searcher.search(question, many, _asker(asked), without=asked.without)

    def _read(self, asked: Asked, hits: list[Hit], began: float) -> tuple[Answer, float | None]:
        first: float | None = None
        for event in self.assistant.read(_question(asked), hits, self._text_of(asked)):
            if isinstance(event, Evidence):
                first = time.perf_counter() - began
            elif isinstance(event, Ended):
                return event.answer, first
        raise UsageError(f"The reader {self.name} ended without an answer.", "Report this.")

    def _text_of(self, asked: Asked) -> TextOf:
        if asked.passages is not None:
            return lambda passage: passage.text
        return lambda passage: self.assistant.library.catalogue.document(passage.document, _asker(asked))


def _question(asked: Asked) -> str:
    """What the assistant would be asked: a follow-up stands alone first."""
    return condense(wording(asked.question), past_in(asked.history))


def _graded(decision: Decision) -> float:
    """Where the model tells no probability there are two grades: it would answer, or it would not."""
    return float(decision.cited is not None) if decision.confidence is None else decision.confidence


def _asker(asked: Asked) -> Principal:
    return Principal(asked.user, asked.groups)


def _cited(citation: Citation) -> Cited:
    passage, quote = citation.passage, citation.quote
    verbatim = passage.text[quote.start - passage.start : quote.end - passage.start] == quote.text
    return Cited(passage.id, passage.document, quote.text, passage.text, verbatim)
