"""The stages of one question: search → decide → read and check. How long each took, and a span for whoever traces."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any, Literal, TypeVar

from assistant.nouns import Ended, Event, model_name
from assistant.reading import Reader
from assistant.tracing import NOTHING, Span, tell_answer, tell_model, tell_search
from retrieval import Hit, Where

T = TypeVar("T")
Stage = Literal["search", "decide", "read", "check"]


class Stages:
    """Where a question has parts, a stage's seconds are those of all of them."""

    def __init__(self, whole: Span = NOTHING) -> None:
        self.seconds: dict[str, float] = {}
        self.trace: dict[str, Any] = {}  # of a message that nothing was looked up for, nothing
        self._whole = whole
        self._told = 0.0  # seconds that are some stage's already

    def over(self, events: Iterator[Event]) -> Iterator[Event]:
        """The events, and the span of the whole ended with them: it tells of the answer what the answer says."""
        try:
            for event in self._within(self._whole, events):
                if isinstance(event, Ended):
                    tell_answer(self._whole, event.answer)
                    self._whole.end()
                yield event
        finally:
            self._whole.end()

    @contextmanager
    def search(self, question: str, most: int, how: str, where: Where, without: Collection[str]) -> Iterator[list[Hit]]:
        """What is found goes into the list given."""
        meant = {name: value for name, value in asdict(where).items() if value}
        self.trace = {"searched": {"how": how, "passages": most, "where": meant, "without": sorted(without)}}
        found: list[Hit] = []
        with self._stage("search", self._whole.below("retrieval")) as span:
            yield found
            tell_search(span, question, most, found)

    @contextmanager
    def decide(self, reader: Reader, question: str, hits: Sequence[Hit]) -> Iterator[None]:
        with self._stage("decide", self._chat(reader)) as span:
            yield
            tell_model(span, reader, question, hits)

    def read(self, reader: Reader, question: str, hits: Sequence[Hit], spoken: Iterator[T]) -> Iterator[T]:
        span = self._chat(reader)
        try:
            yield from self._timed("read", self._within(span, spoken))
            tell_model(span, reader, question, hits)
        finally:
            span.end()

    def check(self, passing: Iterator[T]) -> Iterator[T]:
        return self._timed("check", passing)

    def _chat(self, reader: Reader) -> Span:
        """A span where a model reads; matching words and vectors is no chat."""
        model = model_name(reader.model)
        return self._whole.below("chat", model) if model else NOTHING

    @contextmanager
    def _stage(self, stage: Stage, span: Span) -> Iterator[Span]:
        try:
            with self._clock(stage), span.open():
                yield span
        finally:
            span.end()

    @contextmanager
    def _clock(self, stage: Stage) -> Iterator[None]:
        """What a stage within this one took is not counted twice."""
        began, told = time.perf_counter(), self._told
        try:
            yield
        finally:
            own = time.perf_counter() - began - (self._told - told)
            self.seconds[stage] = self.seconds.get(stage, 0.0) + own
            self._told += own

    def _timed(self, stage: Stage, items: Iterator[T]) -> Iterator[T]:
        """What the taker does between the items is no part of it."""
        while True:
            with self._clock(stage):
                one = next(items, _END)
            if one is _END:
                return
            yield one  # type: ignore[misc]

    def _within(self, span: Span, items: Iterable[T]) -> Iterator[T]:
        """Each item is made within the span, which nobody is within who takes it."""
        taken = iter(items)
        while True:
            with span.open():
                one = next(taken, _END)
            if one is _END:
                return
            yield one  # type: ignore[misc]


_END = object()
