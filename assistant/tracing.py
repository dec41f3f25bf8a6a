"""OpenTelemetry spans by its GenAI conventions; nothing at all where OpenTelemetry is not installed or not set up.

They tell counts, kinds and times. What was asked, found and answered is told where GROUNDSMITH_TRACE_CONTENT is 1. No
span has a key, a path or an error's message; a conversation's name is left out too, for it lets in who has no name.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any, Literal

from assistant.nouns import Answer, model_name
from assistant.reading import Reader
from retrieval import Hit

if TYPE_CHECKING:
    from opentelemetry import trace

CONTENT = "GROUNDSMITH_TRACE_CONTENT"
PROVIDER = "groundsmith"
Operation = Literal["invoke_agent", "retrieval", "chat"]
Attributes = Mapping[str, str | bool | int | float | Sequence[str] | None]


class Span:
    """A span, or nothing in its place."""

    def __init__(self, span: trace.Span | None = None) -> None:
        self._span = span if span is not None and span.is_recording() else None

    def __bool__(self) -> bool:
        return self._span is not None

    def below(self, operation: Operation, of: str = "") -> Span:
        api = _api()
        if api is None or self._span is None:
            return NOTHING
        return _begun(api, operation, of, api.set_span_in_context(self._span))

    @contextmanager
    def open(self) -> Iterator[None]:
        """Spans that others begin here are below it. Of an error its kind is told, for its message may say anything."""
        api, span = _api(), self._span
        if api is None or span is None:
            yield
            return
        with api.use_span(span, record_exception=False, set_status_on_exception=False):
            try:
                yield
            except Exception as error:
                span.set_attribute("error.type", type(error).__name__)
                span.set_status(api.StatusCode.ERROR)
                raise

    def tell(self, attributes: Attributes) -> None:
        if self._span is not None:
            self._span.set_attributes({name: value for name, value in attributes.items() if value is not None})

    def end(self) -> None:
        if self._span is not None:
            self._span.end()
            self._span = None


NOTHING = Span()


def begin(name: str, reader: Reader, answer: Answer) -> Span:
    """The span of a question as a whole. `name` is what the assistant is called, `answer` the one to come."""
    api = _api()
    if api is None:
        return NOTHING
    span = _begun(api, "invoke_agent", name)
    span.tell({"gen_ai.agent.name": name, "groundsmith.reader": reader.name, "groundsmith.adapter": reader.adapter})
    span.tell({"gen_ai.request.model": model_name(reader.model), "gen_ai.response.id": answer.id})
    span.tell(_content({"gen_ai.input.messages": [_message("user", answer.question)]}))
    return span


def tell_search(span: Span, question: str, most: int, hits: Sequence[Hit]) -> None:
    if not span:
        return
    found = [{"id": hit.passage.id, "score": hit.score, "content": hit.passage.text} for hit in hits]
    span.tell({"gen_ai.request.top_k": most, "groundsmith.hits": len(hits)})
    span.tell(_content({"gen_ai.retrieval.query.text": question, "gen_ai.retrieval.documents": found}))


def tell_model(span: Span, reader: Reader, question: str, hits: Sequence[Hit]) -> None:
    """Tokens are told where the model's own tokenizer counts them."""
    if not span:
        return
    span.tell({"gen_ai.request.model": model_name(reader.model), "gen_ai.output.type": "text"})
    prompt: Any = reader
    if getattr(getattr(reader, "language", None), "counts_tokens", False):
        messages = prompt.messages(question, prompt.fitting(question, hits))
        span.tell({"gen_ai.usage.input_tokens": prompt.language.count(messages)})


def tell_answer(span: Span, answer: Answer) -> None:
    if not span:
        return
    ended = finish_reason(answer)
    span.tell({"gen_ai.response.finish_reasons": [ended], "gen_ai.output.type": "text"})
    span.tell({"groundsmith.citations": len(answer.citations)})
    span.tell({"groundsmith.confidence": answer.confidence, "groundsmith.certified": answer.certified})
    said = _message("assistant", answer.spoken) | {"finish_reason": ended}
    span.tell(_content({"gen_ai.output.messages": [said]}))


def finish_reason(answer: Answer) -> str:
    """`answered`, the reason why not, or what was said in its place."""
    if answer.abstention:
        return answer.abstention.reason
    return "answered" if answer.kind == "answer" else answer.kind


@cache
def _api() -> Any:
    try:
        from opentelemetry import trace
    except ModuleNotFoundError:
        return None
    return trace


def _begun(api: Any, operation: Operation, of: str, context: Any = None) -> Span:
    told = {"gen_ai.operation.name": operation, "gen_ai.provider.name": PROVIDER}
    return Span(api.get_tracer(PROVIDER).start_span(f"{operation} {of}".rstrip(), context, attributes=told))


def _content(told: Mapping[str, Any]) -> dict[str, str]:
    if os.environ.get(CONTENT) != "1":
        return {}
    as_json = (value if isinstance(value, str) else json.dumps(value, ensure_ascii=False) for value in told.values())
    return dict(zip(told, as_json, strict=True))


def _message(role: str, text: str) -> dict[str, Any]:
    return {"role": role, "parts": [{"type": "text", "content": text}]}
