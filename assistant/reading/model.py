"""The reader of small models: `Cited:` decides, `Answer:` is a span of what was cited."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, cast

from assistant.format import ANSWER, CITED, neutralise
from assistant.language.spans import SpanConstraint
from assistant.nouns import Finding
from assistant.polarity import asks_yes_or_no, judged
from assistant.quote import locate
from assistant.reading import SpanReader
from assistant.reading.deciding import DecidingReader
from retrieval import Hit, Passage

MOST_TOKENS = 96
ROOM = MOST_TOKENS + 16  # the answer, and the frame before it


class ModelReader(DecidingReader, SpanReader):
    name = "model"
    room = ROOM

    def find(self, question: str, hits: Sequence[Hit], cited: int) -> Finding | None:
        sources = self.fitting(question, hits)
        passage = sources[cited]
        polar = asks_yes_or_no(question)
        constraint = SpanConstraint(neutralise(passage.text), ("Yes", "No") if polar else ())
        begun = f"{CITED}{cited + 1}\n{ANSWER}"
        written = "".join(self.language.write(self.messages(question, sources), begun, constraint, MOST_TOKENS))
        return _finding(passage, written.strip(), question, polar)


def _finding(passage: Passage, answer: str, question: str, polar: bool) -> Finding | None:
    if polar and answer in ("Yes", "No"):
        return judged(passage, cast(Literal["Yes", "No"], answer), question)
    place = locate(passage, answer, question)
    return Finding(*place) if place else None
