"""One question through every door of an assistant: all that whoever asks it, or traces it, gets to see."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from langchain_core.messages import AIMessage
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from assistant import Assistant, Ended, Event, Evidence, Said, Searched
from assistant.langchain import GroundsmithChatModel, assistant_runnable
from assistant.suggestions import suggestions
from retrieval import Principal
from tests.retrieval.homes import CountingEncoder
from ui.explaining import explanation, told

DIFFERS = {"id", "seconds", "conversation", "gen_ai.response.id"}  # from one asking to the next
FOLLOW_UP = "And why?"


def through_every_door(
    assistant: Assistant, principal: Principal, questions: Sequence[str], spans: InMemorySpanExporter
) -> dict[str, Any]:
    spans.clear()
    encoder = assistant.library.encoder
    assert isinstance(encoder, CountingEncoder)
    encoder.texts.clear()
    question, *_ = questions
    seen = {
        "events": list(map(event, assistant.stream(question, principal))),
        "history": history(assistant, principal, [*questions, FOLLOW_UP]),
        "suggestions": suggestions(assistant, principal),
        "langchain": list(through_langchain(assistant, principal, questions)),
        "spans": [[span.name, dict(span.attributes or {})] for span in spans.get_finished_spans()],
        "work": encoder.texts,  # that takes its time
    }
    found: dict[str, Any] = alike(seen)
    return found


def event(one: Event) -> Any:
    if isinstance(one, Searched):
        return [[hit.passage.id, hit.passage.text, hit.score, dict(hit.found_by)] for hit in one.hits]
    if isinstance(one, Evidence):
        return [one.number, one.passage.place, one.passage.text]
    if isinstance(one, Said):
        return one.spoken
    if isinstance(one, Ended):
        explained = [line for line in explanation(one.answer).splitlines() if not line.startswith("Took")]
        return [one.answer.to_json(), told(one.answer), explained]
    return type(one).__name__


def history(assistant: Assistant, principal: Principal, questions: Iterable[str]) -> list[Any]:
    conversation = assistant.memory.begin(principal)
    traces = []
    for question in questions:
        trace = assistant.ask(question, principal, conversation=conversation).trace
        traces.append({name: value for name, value in trace.items() if name != "condensed"} | without_names(trace))
    turns = assistant.memory.turns(conversation, principal)
    return [*traces, *([turn.question, turn.answer, turn.thumb] for turn in turns)]


def without_names(trace: dict[str, Any]) -> dict[str, Any]:
    """A condensed question names the answers that it comes after, which no two conversations have in common."""
    condensed = trace.get("condensed")
    return {"condensed": [condensed["question"], len(condensed["after"])]} if condensed else {}


def through_langchain(assistant: Assistant, principal: Principal, questions: Sequence[str]) -> Iterable[Any]:
    model = GroundsmithChatModel(assistant=assistant, principal=principal)
    messages: list[Any] = []
    for question in questions:
        messages += [("human", question)]
        reply = model.invoke(messages)
        messages += [AIMessage(reply.content)]
        yield [reply.content, reply.response_metadata]
    yield [[chunk.content, chunk.response_metadata] for chunk in model.stream(questions[0])]
    yield assistant_runnable(assistant, principal).invoke(questions[0])


def alike(seen: Any) -> Any:
    """As JSON has it, without what differs each time, and to six digits: sums may be added up in another order."""
    return json.loads(
        json.dumps(seen, default=str),
        object_hook=lambda found: {name: value for name, value in found.items() if name not in DIFFERS},
        parse_float=lambda digits: round(float(digits), 6),
    )
