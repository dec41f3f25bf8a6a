"""The answer to a question of several parts, put together by code: each part with its own evidence, or said to be
missing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from assistant.conversation.parts import Part, Parts
from assistant.nouns import Answer, Citation, Ended, Event, Evidence, Said, Searched

LEFT = "I look into {most} things at a time. Ask again for: {left}."

Answering = Callable[[str], Iterator[Event]]


@dataclass(frozen=True)
class Answered:
    """A part, the answer to it, and what is said of it, its label first."""

    part: Part
    answer: Answer
    said: tuple[Said, ...]

    @property
    def given(self) -> bool:
        return self.answer.abstention is None

    @property
    def text(self) -> str:
        """The bare answer, below its label."""
        return f"{self.part.label}: " + "\n".join(one.marked.rstrip() for one in self.said)

    @property
    def told(self) -> dict[str, Any]:
        """For the trace: what was decided, or why there is no answer, and what went wrong where anything did."""
        trace, refusal = self.answer.trace, self.answer.abstention
        told = {"label": self.part.label, "question": self.part.question, "decided": trace["decided"]}
        cause = {"error": trace["error"]} if "error" in trace else {}
        return told | {"reason": refusal.reason if refusal else None} | cause


def composed(question: str, parts: Parts, answering: Answering) -> Iterator[Event]:
    """A part is shown once it is answered whole. Where no part has an answer, the question is asked as it stands."""
    found: list[Answered] = []
    shown = 0
    for part in parts.asked:
        events = list(answering(part.question))
        shift = sum(len(earlier.answer.citations) for earlier in found)
        found.append(_answered(part, events, shift))
        yield from (event for event in events if isinstance(event, Searched))
        if found[-1].given or shown:
            yield from (replace(one, number=one.number + shift) for one in events if isinstance(one, Evidence))
            yield from (one for each in found[shown:] for one in each.said)
            shown = len(found)
    if not shown:
        yield from answering(question)
        return
    left = _left(parts)
    yield from left
    yield Ended(_together(question, found, left))


def _answered(part: Part, events: Sequence[Event], shift: int) -> Answered:
    """The part with what is said of it, in the voice it was said in, and with numbers that run on."""
    answer = next(event.answer for event in events if isinstance(event, Ended))
    said = answer.said if answer.abstention is None else (Said(answer.text, ()),)
    numbered = [replace(one, citations=tuple(_shifted(each, shift) for each in one.citations)) for one in said]
    return Answered(part, answer, (_labelled(numbered[0], part.label), *numbered[1:]))


def _labelled(said: Said, label: str) -> Said:
    """The label is said before all else, and is no part of the words."""
    before, after = said.frame or (f"{said.polarity}: " if said.polarity else "", "")
    return replace(said, frame=(f"{label}: {before}", after))


def _shifted(citation: Citation, shift: int) -> Citation:
    return replace(citation, number=citation.number + shift)


def _left(parts: Parts) -> list[Said]:
    return [Said(LEFT.format(most=len(parts.asked), left=", ".join(parts.left)), ())] if parts.left else []


def _together(question: str, found: Sequence[Answered], left: Sequence[Said]) -> Answer:
    given = [each.answer for each in found if each.given]
    sure = [answer.confidence for answer in given]
    said = [*(one for each in found for one in each.said), *left]
    shifted = {citation.number: citation for one in said for citation in one.citations}
    return replace(
        given[0],
        question=question,
        text="\n".join([*(each.text for each in found), *(one.text for one in left)]),
        citations=tuple(shifted[number] for number in sorted(shifted)),
        confidence=None if None in sure else min(one for one in sure if one is not None),
        certified=all(answer.certified for answer in given),
        conflict=any(answer.conflict for answer in given),
        said=tuple(said),
        trace=_trace(found),
    )


def _trace(found: Sequence[Answered]) -> dict[str, Any]:
    traces = [each.answer.trace for each in found]
    met = {hit["passage"]: hit for trace in traces for hit in trace["found"]}
    dropped = list(dict.fromkeys(passage for trace in traces for passage in trace["dropped"]))
    removed = [one for trace in traces for one in trace.get("removed", ())]
    first = next(each.answer.trace for each in found if each.given)
    whole = first | {"found": list(met.values()), "dropped": dropped, "parts": [each.told for each in found]}
    return whole | ({"removed": removed} if removed else {})
