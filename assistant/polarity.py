"""Whether a question is one of yes or no. English; what it doesn't see is answered with a span, as any question."""

from __future__ import annotations

import re
from typing import Literal

from assistant.nouns import Finding
from assistant.quote import shared
from retrieval import Passage

_VERB = (
    r"(?:(?:is|are|was|were|do|does|did|can|could|may|might|must|shall|should|will|would|has|have|had|am)"
    r"(?:n['’]?t)?|can['’]?t|cannot|won['’]?t|shan['’]?t)"
)
_POLITE = re.compile(
    r"^(?:please,? +)?(?:(?:can|could|would|will) you (?:please )?(?:tell|show|explain|describe|list|name|say|give)"
    r"(?: (?:me|us))?|do you (?:happen to )?know|(?:tell|show|explain to) (?:me|us)"
    r"|i(?:['’]d| would) like to know|i want to know)\b[, ]*",
    re.IGNORECASE,
)
_WHETHER = re.compile(r"(?:if|whether)\b", re.IGNORECASE)
_BEGINS = re.compile(rf"{_VERB}\s+(?!not\b)", re.IGNORECASE)
_LATER = re.compile(rf",\s*(?:and |but |then |so )?{_VERB}\s+\w", re.IGNORECASE)
_CONFIRM = re.compile(r",\s*(?:right|correct|true|yes|no)\s*\?$", re.IGNORECASE)
_OPEN = re.compile(r"\b(?:who|whom|whose|what|which|where|when|why|how)\b", re.IGNORECASE)
_SENTENCE = re.compile(r"(?<=[.!?])\s+")


def asks_yes_or_no(question: str) -> bool:
    asked = _asking(question)
    polite = _POLITE.match(asked)
    if polite:
        return bool(_WHETHER.match(asked, polite.end()))
    if _BEGINS.match(asked) or _CONFIRM.search(asked):
        return True
    later = _LATER.search(asked)
    return bool(later) and not _OPEN.search(asked, 0, later.start() if later else 0)


def judged(passage: Passage, polarity: Literal["Yes", "No"] | None, question: str) -> Finding | None:
    """Yes or No, and the unit closest to the question as its reason; the reason alone where neither is said."""
    if not passage.units:
        return None
    unit = max(passage.units, key=lambda unit: shared(passage.quote(unit), question))
    return Finding(unit.start - passage.start, unit.end - passage.start, polarity)


def _asking(question: str) -> str:
    """Of several sentences the last that asks, up to what it quotes: a statement to be judged may say anything."""
    sentences = _SENTENCE.split(question.strip())
    asking = [sentence for sentence in sentences if sentence.endswith("?")]
    return (asking or sentences)[-1]
