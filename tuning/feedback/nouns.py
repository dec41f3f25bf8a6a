"""What feedback becomes. Frozen, and all on one screen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from assistant.support.evidence import Evidenced

Verdict = Literal["supported", "contradicted", "unsupported"]
State = Literal["waiting", "accepted", "rejected"]
Origin = Literal["asked", "correction", "conversations"]
TITLE = "Owner's answer"


@dataclass(frozen=True)
class Checked:
    """What the documents say to a correction, and where: what supports it, or what says otherwise."""

    verdict: Verdict
    why: str
    evidence: tuple[Evidenced, ...] = ()

    def to_json(self) -> dict[str, Any]:
        return {"verdict": self.verdict, "why": self.why, "evidence": [placed(one) for one in self.evidence]}


@dataclass(frozen=True)
class Correction:
    """What somebody would have had for an answer, and what was decided of it."""

    id: str  # of the answer
    question: str  # that stands alone
    answer: str  # that was given; nothing where it abstained
    text: str
    given_at: str
    cited: tuple[str, ...] = ()  # ids of the passages that the answer cites
    shown: tuple[str, ...] = ()  # and of all that were read for it
    state: State = "waiting"
    verdict: Verdict | None = None  # as it was when it was decided
    why: str = ""
    decided_by: str = ""
    decided_at: str = ""
    document: str | None = None  # the Owner's answer that it became

    def to_json(self) -> dict[str, Any]:
        names = ("id", "question", "answer", "text", "given_at", "state", "verdict", "why", "decided_by", "decided_at")
        return {name: getattr(self, name) for name in names} | {"document": self.document}


@dataclass(frozen=True)
class OwnerAnswer:
    """A document in the owner's name: what is asked, what is said, from which day on, and for whom."""

    id: str
    question: str
    text: str
    date: str
    groups: frozenset[str]  # of which one is needed; none: it is for everyone
    evidence: tuple[str, ...] = ()  # documents that bound who may read it
    supersedes: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        return f"{TITLE}: {self.question}"


@dataclass(frozen=True)
class Gap:
    """One time that somebody asked something that nobody could answer."""

    question: str
    when: str
    origin: Origin
    reason: str = ""  # why the answer abstained, where it did
    person: str = ""  # tells one person from another, and not who it is
    shown: tuple[str, ...] = ()  # ids of the passages that came nearest then


@dataclass(frozen=True)
class GapGroup:
    """Gaps that ask for the same. `id` is that of the wording that stands for them."""

    id: str
    question: str
    wordings: tuple[str, ...]
    times: int
    people: int
    last: str
    reasons: dict[str, int] = field(default_factory=dict)
    nearest: str = ""  # the place of the passage that comes nearest today
    answered_by: str = ""  # the place in a document that answers it by now
    meanwhile: str = ""  # the Owner's answer that serves until a document says so

    @property
    def closed(self) -> bool:
        return bool(self.answered_by)

    def to_json(self) -> dict[str, Any]:
        told = ("id", "question", "wordings", "times", "people", "last", "reasons")
        found = ("nearest", "answered_by", "meanwhile", "closed")
        return {name: _plain(getattr(self, name)) for name in (*told, *found)}


def placed(one: Evidenced) -> dict[str, Any]:
    passage = one.passage
    where = {"document": passage.document, "passage": passage.id, "place": passage.place, "date": passage.date}
    return where | {"quote": one.quote.text, "level": one.level}


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, Sequence) and not isinstance(value, str) else value
