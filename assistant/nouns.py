"""What the assistant talks about. Frozen, and all on one screen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from retrieval import Hit, Passage

Reason = Literal["nothing_found", "insufficient", "off_topic", "withdrawn", "malformed", "unavailable"]
REASONS: tuple[Reason, ...] = (
    "nothing_found",
    "insufficient",
    "off_topic",
    "withdrawn",
    "malformed",
    "unavailable",
)


@dataclass(frozen=True, slots=True)
class Quote:
    """A verbatim span of the document: `Document.text[start:end] == text`."""

    text: str
    start: int
    end: int


@dataclass(frozen=True)
class Citation:
    """Number → passage and quote, and the highest level of support that was shown for it."""

    number: int
    passage: Passage
    quote: Quote
    support: Literal["quoted", "lexical", "entailed"]

    def to_json(self) -> dict[str, Any]:
        passage = self.passage
        return {
            "number": self.number,
            "document": passage.document,
            "passage": passage.id,
            "title": passage.title,
            "heading": list(passage.heading),
            "page": passage.page,
            "place": passage.place,
            "date": passage.date,
            "quote": self.quote.text,
            "start": self.quote.start,
            "end": self.quote.end,
            "support": self.support,
        }


@dataclass(frozen=True, slots=True)
class Abstention:
    reason: Reason
    message: str  # the Spec's sentence for this reason


@dataclass(frozen=True)
class Decision:
    """Gate 1: which passage answers, if any. `cited` is a place in the hits; `features` say what it rests on.

    `dropped` are the places of hits that were not read, for there was no room for them whole.
    """

    cited: int | None
    confidence: float
    features: dict[str, float]
    off_topic: bool = False
    dropped: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """An answer as read out of one passage: a span of its text, with Yes or No before it where that was asked."""

    start: int  # in Passage.text
    end: int
    polarity: Literal["Yes", "No"] | None = None


@dataclass(frozen=True)
class Answer:
    """What the person gets, and everything needed to check it later."""

    question: str
    text: str
    citations: tuple[Citation, ...]
    confidence: float
    abstention: Abstention | None
    reader: str
    format: int
    model: str
    adapter: str | None
    trace: dict[str, Any]
    id: str = ""

    def to_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "question": self.question,
            "answer": self.text,
            "abstained": self.abstention is not None,
            "reason": self.abstention.reason if self.abstention else None,
            "confidence": round(self.confidence, 4),
            "citations": [citation.to_json() for citation in self.citations],
            "reader": self.reader,
            "model": self.model,
            "adapter": self.adapter,
            "format": self.format,
        }


# What a door hears while an answer is made, in this order. After Withdrawn or an abstention only Ended follows.


@dataclass(frozen=True, slots=True)
class Searched:
    hits: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class Evidence:
    """Gate 1 is passed: the passage that will be cited."""

    number: int
    passage: Passage


@dataclass(frozen=True, slots=True)
class Said:
    """One sentence that passed gate 2, with its mark."""

    text: str
    citation: Citation


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """What was read did not pass gate 2: a door that shows the evidence takes it back."""


@dataclass(frozen=True, slots=True)
class Ended:
    answer: Answer


Event = Searched | Evidence | Said | Withdrawn | Ended
