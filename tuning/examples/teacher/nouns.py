"""What a teacher is asked and what it tells. Frozen, and all on one screen."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from retrieval import Passage, UsageError

Kind = Literal["asked", "unanswerable", "paraphrase"]
Messages = Sequence[Mapping[str, str]]
_PART = re.compile(r"(\d+)\s*(tokens?|requests?|)", re.IGNORECASE)


@dataclass(frozen=True)
class Known:
    """A question that there is already, and where in its passage the answer stands."""

    question: str
    start: int
    end: int


@dataclass(frozen=True)
class Asking:
    """One request: a passage, and questions about it that are to be worded anew."""

    passage: Passage
    known: tuple[Known, ...] = ()


@dataclass(frozen=True)
class Told:
    """A question of the teacher's. `passage.text[start:end]` answers it, unless it is unanswerable."""

    kind: Kind
    question: str
    passage: Passage
    start: int = 0
    end: int = 0

    @property
    def answer(self) -> str:
        return self.passage.text[self.start : self.end]


@dataclass(frozen=True)
class Said:
    """A reply as it came, and the tokens that it cost; about, where the server does not tell."""

    text: str
    tokens: int
    exact: bool = True

    def to_json(self) -> dict[str, Any]:
        return {"text": self.text, "tokens": self.tokens, "exact": self.exact}


@dataclass(frozen=True)
class Budget:
    """At most so much; None is no limit."""

    requests: int | None = None
    tokens: int | None = None

    def allows(self, requests: int, tokens: int) -> bool:
        return (self.requests is None or requests < self.requests) and (self.tokens is None or tokens < self.tokens)

    def __str__(self) -> str:
        parts = [(self.requests, "requests"), (self.tokens, "tokens")]
        return " and ".join(f"{many:,} {what}" for many, what in parts if many is not None) or "no limit"


@dataclass
class Lessons:
    """All that was told, what it cost, and why it ended before the last passage, if it did."""

    told: list[Told] = field(default_factory=list)
    faults: Counter[str] = field(default_factory=Counter)
    requests: int = 0
    tokens: int = 0
    exact: bool = True
    kept: int = 0  # replies that were on disk already
    ended: str = ""


def budget_of(written: str | None) -> Budget:
    """`500`, `200000tokens`, or both with a comma between them."""
    found: dict[str, int] = {}
    for part in (written or "").split(","):
        match = _PART.fullmatch(part.strip())
        if part.strip() and (match is None or int(match[1]) == 0):
            raise UsageError(
                f"--budget {written} is no budget.", "Write so many requests, as 500, or tokens, as 200000tokens."
            )
        if match:
            found["tokens" if match[2].lower().startswith("token") else "requests"] = int(match[1])
    return Budget(**found)
