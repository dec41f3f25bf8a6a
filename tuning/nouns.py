"""What tuning talks about. Frozen, and all on one screen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["answerable", "twin", "hard", "off_topic"]
KINDS: tuple[Kind, ...] = ("answerable", "twin", "hard", "off_topic")


@dataclass(frozen=True)
class Source:
    """A passage that a question brings along, instead of searching for one."""

    id: str
    title: str
    text: str


@dataclass(frozen=True)
class Asked:
    """What a system may see of a row: nothing in it says what is right, and whether anything is."""

    question: str
    history: tuple[Mapping[str, str], ...] = ()
    user: str | None = None
    groups: frozenset[str] = frozenset()
    passages: tuple[Source, ...] | None = None
    without: tuple[str, ...] = ()


@dataclass(frozen=True)
class Question:
    """One row of an exam: what is asked, of what sources, and what is known to be right."""

    id: str
    question: str
    answerable: bool
    answers: tuple[str, ...] = ()
    history: tuple[Mapping[str, str], ...] = ()
    user: str | None = None
    groups: frozenset[str] = frozenset()
    passages: tuple[Source, ...] | None = None
    without: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    claims: tuple[tuple[str, ...], ...] = ()
    gold_ids: tuple[str, ...] = ()
    kind: Kind = "answerable"
    twin_of: str | None = None
    yes_no: bool = False
    slice: str | None = None

    @property
    def asked(self) -> Asked:
        return Asked(self.question, self.history, self.user, self.groups, self.passages, self.without)


@dataclass(frozen=True)
class Example:
    """A question with its sources and what is right: what a model learns from."""

    id: str
    question: str
    sources: tuple[Source, ...]
    gold: tuple[int, ...] = ()  # places of the sources that answer it; where none does, it is to abstain
    answer: str = ""  # in the very words of the first of them, or Yes or No
    kind: Kind = "answerable"
    origin: str = ""  # who or what it comes from: `documents`, `teacher`, `conversations`, `feedback`, a public set
    evidence: tuple[str, ...] = ()  # what carries the answer, word for word
    documents: tuple[str, ...] = ()  # ids of those it was made from
    licence: str = ""
    twin_of: str | None = None
    slice: str | None = None  # how it was made
    history: tuple[Mapping[str, str], ...] = ()
    messages: tuple[Mapping[str, str], ...] = ()  # for those who learn prose


@dataclass(frozen=True)
class Cited:
    """A citation as an exam sees it: where it points, and what it quotes."""

    passage: str
    document: str
    quote: str
    source: str  # the whole text of the passage
    verbatim: bool  # whether the quote stands in the source, to the letter


@dataclass(frozen=True)
class Outcome:
    """What a system made of one question. `forced` is what it reads where it may not abstain.

    A system does not know which row it answers: the exam writes the `id`.
    """

    id: str
    abstained: bool
    confidence: float
    answer: str
    citations: tuple[Cited, ...]
    reason: str | None = None
    forced: str | None = None
    best: str | None = None  # passage id of the most probable source
    best_document: str | None = None
    seconds: float | None = None
    first_evidence: float | None = None
    found: tuple[str, ...] = ()  # places of the passages that it was shown
    graded: bool = True  # whether the confidence is a probability; else it says only that it would answer, or not
    features: Mapping[str, float] = field(default_factory=dict)  # what the decision rests on


@dataclass(frozen=True)
class Metric:
    """A figure with its 95 % interval, and over how many it was taken."""

    value: float
    low: float
    high: float
    n: int
