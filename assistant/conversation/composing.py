"""The answer to a question of several parts, put together by code: each part with its own evidence, or said to be
missing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from assistant.conversation.parts import Part, Parts
from assistant.nouns import Answer, Citation, Ended, Event, Evidence, Said, Searched

LEFT = "I look into {most} things at a time. Ask again for: {left}."

Answering = Callable[[str], Iterator[Event]]


def composed(question: str, parts: Parts, answering: Answering) -> Iterator[Event]:
    """A part is shown once it is answered whole. Where no part has an answer, the question is asked as it stands."""
    found: list[tuple[Part, Answer]] = []
    said: list[Said] = []
    waiting: list[Said] = []
    for part in parts.asked:
        events = list(answering(part.question))
        answer = _answer(events)
        shift = sum(len(earlier.citations) for _, earlier in found)
        found.append((part, answer))
        waiting += _labelled(part, answer, shift)
        yield from (event for event in events if isinstance(event, Searched))
        if answer.abstention is None or said:
            yield from (replace(one, number=one.number + shift) for one in events if isinstance(one, Evidence))
            yield from waiting
            said, waiting = said + waiting, []
    if not said:
        yield from answering(question)
        return
    left = _left(parts)
    yield from left
    yield Ended(_together(question, found, [*said, *left]))


def _answer(events: Sequence[Event]) -> Answer:
    return next(event.answer for event in events if isinstance(event, Ended))


def _labelled(part: Part, answer: Answer, shift: int) -> list[Said]:
    """The part's sentences, the first behind its label, with numbers that run on. Of a conflict each keeps its date."""
    if answer.abstention is not None:
        return [Said(f"{part.label}: {answer.text}", ())]
    said = [
        Said(
            "".join(one.parts) if answer.conflict else one.text, tuple(_shifted(each, shift) for each in one.citations)
        )
        for one in answer.said
    ]
    return [replace(said[0], text=f"{part.label}: {said[0].text}"), *said[1:]]


def _shifted(citation: Citation, shift: int) -> Citation:
    return replace(citation, number=citation.number + shift)


def _left(parts: Parts) -> list[Said]:
    return [Said(LEFT.format(most=len(parts.asked), left=", ".join(parts.left)), ())] if parts.left else []


def _together(question: str, found: Sequence[tuple[Part, Answer]], said: Sequence[Said]) -> Answer:
    answers = [answer for _, answer in found]
    given = [answer for answer in answers if answer.abstention is None]
    sure = [answer.confidence for answer in given]
    shifted = {citation.number: citation for one in said for citation in one.citations}
    return replace(
        given[0],
        question=question,
        text="\n".join(one.marked.rstrip() for one in said),
        citations=tuple(shifted[number] for number in sorted(shifted)),
        confidence=None if None in sure else min(one for one in sure if one is not None),
        certified=all(answer.certified for answer in given),
        conflict=any(answer.conflict for answer in given),
        said=tuple(said),
        trace=_trace(found),
    )


def _trace(found: Sequence[tuple[Part, Answer]]) -> dict[str, Any]:
    traces = [answer.trace for _, answer in found]
    each = [
        {"label": part.label, "question": part.question, "decided": answer.trace["decided"]}
        | {"reason": answer.abstention.reason if answer.abstention else None}
        for part, answer in found
    ]
    met = {hit["passage"]: hit for trace in traces for hit in trace["found"]}
    dropped = list(dict.fromkeys(passage for trace in traces for passage in trace["dropped"]))
    first = next(answer.trace for _, answer in found if answer.abstention is None)
    return first | {"found": list(met.values()), "dropped": dropped, "parts": each}
