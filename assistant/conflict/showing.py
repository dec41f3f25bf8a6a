"""A conflict as it is shown: each side in the whole words of its source, with its date, the newest first."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from assistant.answering import Gate2
from assistant.conflict.alike import Statement
from assistant.conflict.finding import Dispute, dispute, polarity
from assistant.conflict.newer import By, newest_first
from assistant.nouns import Evidence, Finding, Said
from assistant.voice.tongue import Tongue


@dataclass(frozen=True)
class Conflict:
    """Sides in the order in which they are said. What was cited before keeps its number."""

    sides: tuple[Said, ...]
    by: By
    evidence: tuple[Evidence, ...]  # that was not shown before

    def to_json(self) -> dict[str, Any]:
        passages = [citation.passage for side in self.sides for citation in side.citations]
        told = [{"passage": one.id, "date": one.date, "version": one.version} for one in passages]
        return {"ordered_by": self.by, "sides": told}


def conflict(gate: Gate2, said: Sequence[Said], unread: Collection[int], tongue: Tongue) -> Conflict | None:
    """Of the first sentence that is contradicted. Each side passes gate 2 by itself; one that doesn't is none."""
    for one in said:
        found = dispute(gate.question, one, gate.hits, unread)
        before = len(gate.citations)
        sides = _passed(gate, found, bool(one.polarity)) if found else []
        if len(sides) > 1:
            ordered, by = newest_first([(side.citations[0].passage, side) for side in sides])
            shown = tongue.beside([side for _, side in ordered], known=by != "rank")
            fresh = [Evidence(each.number, each.passage) for each in gate.citations[before:]]
            return Conflict(tuple(shown), by, tuple(fresh))
    return None


def _passed(gate: Gate2, found: Dispute, judged: bool) -> list[Said]:
    """What may be said of both sides; nothing where the answer's own may not."""
    quote = found.citation.quote
    own = _said(gate, found.own, (quote.start, quote.end), judged)
    others = (_said(gate, one, (one.unit.start, one.unit.end), judged) for one in found.others)
    return [*own, *(side for sides in others for side in sides)] if own else []


def _said(gate: Gate2, statement: Statement, span: tuple[int, int], judged: bool) -> list[Said]:
    passage, (start, end) = statement.passage, span
    place = next(place for place, hit in enumerate(gate.hits) if hit.passage == passage)
    verdict = polarity(gate.question, statement) if judged else None
    finding = Finding(start - passage.start, end - passage.start, verdict)
    return [one for one in gate.passing(place, [finding]) if isinstance(one, Said)]
