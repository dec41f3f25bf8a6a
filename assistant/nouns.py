"""What the assistant talks about. Frozen, and all on one screen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePath
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


# What an answer is: one from documents (or an abstention), what code says to small talk, or a question asked back.
AnswerKind = Literal["answer", "small_talk", "clarification"]


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


@dataclass(frozen=True, slots=True)
class Bar:
    """How sure a decision must be to be answered, and whether the owner's risk is promised there."""

    threshold: float
    certified: bool = False
    why: str = ""  # it is not certified


@dataclass(frozen=True)
class Decision:
    """Gate 1: which passage answers, if any. `cited` is a place in the hits; `features` say what it rests on.

    `dropped` are the places of hits that were not read, for there was no room for them whole. `weights` are the
    log-probabilities of those that were, one after the other, and last of none, where the reader tells them.
    """

    cited: int | None
    confidence: float | None  # None where the model tells no probabilities: nothing is put in its place
    features: dict[str, float]
    off_topic: bool = False
    dropped: tuple[int, ...] = ()
    bar: Bar | None = None  # set by gate 1
    weights: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """An answer as read out of one passage: a span of its text, with Yes or No before it where that was asked."""

    start: int  # in Passage.text
    end: int
    polarity: Literal["Yes", "No"] | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """A sentence as a model wrote it, and the places in the hits that it names as its evidence."""

    text: str
    evidence: tuple[int, ...]
    fault: str = ""  # why it cannot be said at all, where its form tells that


@dataclass(frozen=True, slots=True)
class Said:
    """One sentence that passed gate 2, with its marks."""

    text: str
    citations: tuple[Citation, ...]
    span: bool = False  # the whole answer, in the words of its quote
    polarity: Literal["Yes", "No"] | None = None  # of a span: what its text begins with
    frame: tuple[str, str] | None = None  # what the company's voice says before the words and after them

    @property
    def words(self) -> str:
        """Without Yes or No: of a span the source's own, which no voice changes."""
        return self.text.removeprefix(f"{self.polarity}: ") if self.polarity else self.text

    @property
    def parts(self) -> tuple[str, str, str]:
        """As it is said: what stands before the words, the words, what stands after them."""
        return (self.frame[0], self.words, self.frame[1]) if self.frame else ("", self.text, "")

    @property
    def marks(self) -> str:
        return "".join(f"[{citation.number}]" for citation in self.citations)

    @property
    def marked(self) -> str:
        return f"{self.text} {self.marks}"

    @property
    def spoken(self) -> str:
        return f"{''.join(self.parts)} {self.marks}".rstrip()


@dataclass(frozen=True, slots=True)
class Removed:
    """A sentence that did not pass gate 2, and the quote that was said in its place, if any. For the trace alone."""

    text: str
    why: str
    instead: str | None = None

    def to_json(self) -> dict[str, str | None]:
        return {"text": self.text, "why": self.why, "instead": self.instead}


@dataclass(frozen=True)
class Answer:
    """What the person gets, and everything needed to check it later. The text of several sentences has their marks."""

    question: str
    text: str
    citations: tuple[Citation, ...]
    confidence: float | None
    abstention: Abstention | None
    reader: str
    format: int
    model: str
    adapter: str | None
    trace: dict[str, Any]
    id: str = ""
    said: tuple[Said, ...] = ()
    certified: bool = False  # decided at a threshold that keeps the owner's risk
    conflict: bool = False  # its documents contradict each other, and it shows what each says
    note: str = ""  # the policy's: a disclaimer below an answer, below a refusal who else may help

    kind: AnswerKind = "answer"
    suggestions: tuple[str, ...] = ()  # of a question asked back: what may be meant
    seconds: Mapping[str, float] = field(default_factory=dict, compare=False)  # that each stage took

    @property
    def spoken(self) -> str:
        """What a door shows: in the company's voice, with marks. `text` is the bare answer."""
        said = " ".join(one.spoken for one in self.said) or self.text
        return f"{said}\n\n{self.note}" if self.note else said

    def to_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "kind": self.kind,
            "question": self.question,
            "answer": self.text,
            "spoken": self.spoken,
            "abstained": self.abstention is not None,
            "reason": self.abstention.reason if self.abstention else None,
            "confidence": None if self.confidence is None else round(self.confidence, 4),
            "certified": self.certified,
            "conflict": self.conflict,
            "citations": [citation.to_json() for citation in self.citations],
            "reader": self.reader,
            "model": model_name(self.model) or "none",  # a folder's place is nobody's business
            "adapter": self.adapter,
            "format": self.format,
        } | ({"suggestions": list(self.suggestions)} if self.suggestions else {})


def model_name(model: str) -> str | None:
    """The model that reads, if any; of a folder its last name."""
    path = PurePath(model)
    is_place = path.is_absolute() or model[:1] in ("", ".", "~")
    return None if model == "none" else path.name if is_place else model


# What a door hears while an answer is made, in this order; of a question in parts, all but the end once a part.
# After Withdrawn or an abstention only Ended follows.


@dataclass(frozen=True, slots=True)
class Searched:
    hits: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class Evidence:
    """Gate 1 is passed: the passage that will be cited."""

    number: int
    passage: Passage


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """What was read did not pass gate 2: a door that shows the evidence takes it back."""


@dataclass(frozen=True, slots=True)
class Ended:
    answer: Answer


Event = Searched | Evidence | Said | Withdrawn | Ended
