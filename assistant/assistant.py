"""A question becomes a cited answer: search → decide (gate 1) → find → quote → check (gate 2) → Answer."""

from __future__ import annotations

import re
import uuid
from collections.abc import Collection, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any
from unicodedata import normalize

from assistant.answering import Gate2, TextOf, joined
from assistant.cause import cause_of
from assistant.conflict.deciding import decided
from assistant.conflict.showing import conflict
from assistant.conversation.clarify import clarification
from assistant.conversation.composing import Answering, composed
from assistant.conversation.condense import Past
from assistant.conversation.history import past_of
from assistant.conversation.small_talk import reply
from assistant.conversation.speaking import asked_back, interrupted, spoken
from assistant.conversation.understanding import Understood, understood
from assistant.format import FORMAT_VERSION
from assistant.gate import Gate, gate_of, refusal
from assistant.memory import Memory
from assistant.nouns import (
    Abstention,
    Answer,
    Decision,
    Ended,
    Event,
    Evidence,
    Reason,
    Removed,
    Said,
    Searched,
    Withdrawn,
)
from assistant.reading import Reader
from assistant.reading.adopted import Adoption
from assistant.spec import Spec
from assistant.stages import Stages
from assistant.tracing import begin
from assistant.voice.policy import noted, off_limits, refused
from assistant.voice.tongue import tongue_of
from retrieval import EVERYONE, Hit, Library, ModelError, Principal, UsageError, Where
from retrieval.where import EVERYWHERE

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
    adoption: Adoption | None = None  # which adapter reads, as it changes; none where the reader was chosen for good

    def serving(self, principal: Principal = EVERYONE) -> Assistant:
        """This assistant with the reader that serves this principal now. One that somebody else set stays."""
        if self.adoption is None or not self.adoption.gave(self.reader):
            return self
        self.reader = self.adoption.now()  # so that what served before is let go
        return replace(self, reader=self.adoption.now(principal), adoption=None)

    def ask(
        self,
        question: str,
        principal: Principal = EVERYONE,
        *,
        conversation: str | None = None,
        without: Collection[str] = (),
        where: Where = EVERYWHERE,
        past: Sequence[Past] = (),
    ) -> Answer:
        """The answer, once it is whole."""
        events = self.stream(question, principal, conversation=conversation, without=without, where=where, past=past)
        return next(event.answer for event in events if isinstance(event, Ended))

    def stream(
        self,
        question: str,
        principal: Principal = EVERYONE,
        *,
        conversation: str | None = None,
        without: Collection[str] = (),
        where: Where = EVERYWHERE,
        past: Sequence[Past] = (),
    ) -> Iterator[Event]:
        """The answer as it comes about. What is shown once has passed its gate.

        `past` is what was said before, where no conversation holds it.
        """
        return self.serving(principal)._streamed(question, principal, conversation, without, where, past)

    def _streamed(
        self,
        question: str,
        principal: Principal,
        conversation: str | None,
        without: Collection[str],
        where: Where,
        past: Sequence[Past],
    ) -> Iterator[Event]:
        """With one reader from beginning to end."""
        message = asked(question)
        past = past_of(self.memory, conversation, principal) if conversation is not None else past
        turn = understood(message, past, self.spec.assistant.name)
        begun = interrupted(self._blank(message, NOTHING, {}))
        if conversation is not None:  # whatever happens now, the message is not lost
            self.memory.keep(conversation, begun, principal)
        stages = Stages(begin(self.spec.assistant.name, self.reader, begun))

        def answering(question: str) -> Iterator[Event]:
            most, searcher = self.spec.retrieval.passages, self.library.searcher
            with stages.search(question, most, searcher.ways[-1], where, without) as hits:
                hits += searcher.search(question, most, principal, without=without, where=where)
            return self._found(turn, question, hits, self._text_for(principal), stages)

        for event in stages.over(self._conversing(turn, answering)):
            if isinstance(event, Ended):
                trace = turn.trace | event.answer.trace | stages.trace
                answer = replace(event.answer, id=begun.id, question=message, trace=trace, seconds=stages.seconds)
                answer = noted(answer, self.spec)
                event = Ended(answer)
                if conversation is not None:
                    self.memory.keep(conversation, answer, principal)
            yield event

    def _conversing(self, turn: Understood, answering: Answering) -> Iterator[Event]:
        topic = off_limits(self.spec, turn.message, turn.question)
        if topic:
            yield from refused(self._unread(turn.message), topic, self.spec)
        elif turn.talk:
            yield from spoken(self._unread(turn.message), reply(turn.talk, self.spec), "small_talk")
        elif turn.parts:
            yield from composed(turn.question, turn.parts, answering)
        else:
            yield from answering(turn.question)

    def _found(
        self, turn: Understood, question: str, hits: Sequence[Hit], text_of: TextOf, stages: Stages
    ) -> Iterator[Event]:
        yield Searched(tuple(hits))
        unclear = None if turn.settled or turn.parts else clarification(question, hits)
        if unclear:
            yield from asked_back(self._unread(question, hits), unclear)
        else:
            yield from self.read(question, hits, text_of, stages)

    def _unread(self, question: str, hits: Sequence[Hit] = ()) -> Answer:
        return self._blank(question, NOTHING, self._trace(hits, NOTHING))

    @property
    def gate(self) -> Gate:
        """Gate 1 as it is now: a calibration counts from the next question on."""
        return gate_of(self.spec.decision, self.reader, self.library)

    @property
    def threshold(self) -> float:
        return self.gate.bar.threshold

    def read(
        self, question: str, hits: Sequence[Hit], text_of: TextOf, stages: Stages | None = None
    ) -> Iterator[Event]:
        """From hits to the answer. `text_of` gives the document's own text, against which every quote is checked."""
        stages = stages or Stages()
        if not hits:
            yield self._abstain(question, hits, NOTHING, "nothing_found")
            return
        gate = self.gate
        try:
            with stages.decide(self.reader, question, hits):
                decision = decided(self.reader, gate, question, hits)
        except UNAVAILABLE as error:
            yield self._abstain(question, hits, NOTHING, "unavailable", error)
            return
        if decision is None:
            yield self._abstain(question, hits, NOTHING, "malformed")
            return
        reason = refusal(decision)
        if reason:
            yield self._abstain(question, hits, decision, reason)
            return
        assert decision.cited is not None
        yield Evidence(1, hits[decision.cited].passage)
        yield from self._answer(question, hits, decision, text_of, stages)

    def _answer(
        self, question: str, hits: Sequence[Hit], decision: Decision, text_of: TextOf, stages: Stages
    ) -> Iterator[Event]:
        assert decision.cited is not None
        gate, said, removed = Gate2(question, hits, text_of), list[Said](), list[Removed]()
        tongue = tongue_of(self.spec, question)
        try:
            spoken = stages.read(self.reader, question, hits, self.reader.say(question, hits, decision.cited))
            for one in stages.check(gate.passing(decision.cited, spoken)):
                if isinstance(one, Removed):
                    removed.append(one)
                    continue
                said.append(tongue.spoken(one))
                if not one.span:
                    yield said[-1]
            disputed = conflict(gate, said, decision.dropped, tongue)
        except UNAVAILABLE as error:
            yield from self._withdraw(question, hits, decision, "unavailable", removed, error)
            return
        if not said:
            yield from self._withdraw(question, hits, decision, "withdrawn" if removed else "malformed", removed)
            return
        if disputed:
            yield from disputed.evidence
        last = disputed.sides if disputed else [one for one in said if one.span]
        yield from last
        said = [*(one for one in said if not one.span), *last]
        trace = self._trace(hits, decision, removed) | ({"conflict": disputed.to_json()} if disputed else {})
        answer = replace(self._blank(question, decision, trace), conflict=disputed is not None)
        yield Ended(replace(answer, text=joined(said), citations=gate.citations, said=tuple(said)))

    def _withdraw(
        self,
        question: str,
        hits: Sequence[Hit],
        decision: Decision,
        reason: Reason,
        removed: Sequence[Removed],
        error: Exception | None = None,
    ) -> Iterator[Event]:
        yield Withdrawn()
        yield self._abstain(question, hits, decision, reason, error, removed)

    def _text_for(self, principal: Principal) -> TextOf:
        return lambda passage: self.library.catalogue.document(passage.document, principal)

    def _abstain(
        self,
        question: str,
        hits: Sequence[Hit],
        decision: Decision,
        reason: Reason,
        error: Exception | None = None,
        removed: Sequence[Removed] = (),
    ) -> Ended:
        """The Spec's sentence; what went wrong is for the trace alone, as far as it may be told."""
        message = tongue_of(self.spec, question).refusal(reason)
        cause = {"error": cause_of(error, self.spec.model.key_from)} if error else {}
        answer = self._blank(question, decision, self._trace(hits, decision, removed) | cause)
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
            certified=decision.bar is not None and decision.bar.certified,
        )

    def _trace(self, hits: Sequence[Hit], decision: Decision, removed: Sequence[Removed] = ()) -> dict[str, Any]:
        found = [
            {"passage": hit.passage.id, "place": hit.passage.place, "score": hit.score, **hit.found_by} for hit in hits
        ]
        bar = decision.bar or self.gate.bar
        decided = {"cited": decision.cited, "confidence": decision.confidence, **asdict(bar)}
        dropped = [hits[place].passage.id for place in decision.dropped]
        trace = {"found": found, "dropped": dropped, "decided": decided | {"features": decision.features}}
        return trace | ({"removed": [one.to_json() for one in removed]} if removed else {})


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
