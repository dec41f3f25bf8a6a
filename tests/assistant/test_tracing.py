"""Spans tell kinds, counts and times by the GenAI conventions, and what was said only where they are told to."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.semconv._incubating.attributes import gen_ai_attributes as conventions
from opentelemetry.trace import SpanKind, StatusCode

from assistant import Assistant, Finding
from assistant.reading.model import ModelReader
from assistant.tracing import CONTENT
from retrieval import HomeError, ModelError, Principal
from tests.assistant.making import Liar
from tests.fakes import ScriptedModel
from tests.retrieval.homes import told

WARRANTY = "How long is the warranty from delivery?"
ANSWER = "The warranty lasts 24 months from delivery."
HR = Principal("hanna", frozenset({"HR"}))
KEY = "sk-tamarisk-41000"


class CountingModel(ScriptedModel):
    counts_tokens = True


def by_name(spans: InMemorySpanExporter) -> dict[str, ReadableSpan]:
    return {span.name: span for span in spans.get_finished_spans()}


def attributes(span: ReadableSpan) -> dict[str, Any]:
    return dict(span.attributes or {})


def modelled(ada: Assistant, model: ScriptedModel) -> Assistant:
    return replace(ada, reader=ModelReader(model, "You are Ada.", 2048))


def test_a_question_is_a_span_with_its_search_below(ada: Assistant, spans: InMemorySpanExporter) -> None:
    answer = ada.ask(WARRANTY)
    found = by_name(spans)
    assert set(found) == {"invoke_agent Assistant", "retrieval"}
    whole, search = found["invoke_agent Assistant"], found["retrieval"]
    assert search.parent == whole.context and whole.parent is None
    assert whole.kind is search.kind is SpanKind.INTERNAL
    assert attributes(whole) == {
        "gen_ai.operation.name": "invoke_agent",
        "gen_ai.provider.name": "groundsmith",
        "gen_ai.agent.name": "Assistant",
        "gen_ai.response.id": answer.id,
        "gen_ai.response.finish_reasons": ("answered",),
        "gen_ai.output.type": "text",
        "groundsmith.reader": "extractive",
        "groundsmith.confidence": answer.confidence,
        "groundsmith.certified": False,
        "groundsmith.citations": 1,
    }
    hits = len(answer.trace["found"])
    assert attributes(search) == {
        "gen_ai.operation.name": "retrieval",
        "gen_ai.provider.name": "groundsmith",
        "gen_ai.request.top_k": ada.spec.retrieval.passages,
        "groundsmith.hits": hits,
    }


def test_a_models_calls_are_chats_with_its_tokens(ada: Assistant, spans: InMemorySpanExporter) -> None:
    model = CountingModel("1", "The warranty lasts 24 months")
    assert modelled(ada, model).ask(WARRANTY).text.startswith("The warranty")
    chats = [span for span in spans.get_finished_spans() if span.name == "chat scripted"]
    assert len(chats) == 2
    for chat in chats:
        assert attributes(chat)["gen_ai.request.model"] == "scripted"
        assert attributes(chat)["gen_ai.usage.input_tokens"] == model.count(model.prompts[0])


def test_tokens_that_are_only_estimated_are_not_told(ada: Assistant, spans: InMemorySpanExporter) -> None:
    modelled(ada, ScriptedModel("1", "The warranty")).ask(WARRANTY)
    assert not [span for span in spans.get_finished_spans() if "gen_ai.usage.input_tokens" in attributes(span)]


def test_every_name_is_one_of_the_conventions_or_ours(ada: Assistant, spans: InMemorySpanExporter) -> None:
    modelled(ada, CountingModel("1", "The warranty")).ask(WARRANTY)
    known = {value for name, value in vars(conventions).items() if name.startswith("GEN_AI_")}
    names = {name for span in spans.get_finished_spans() for name in attributes(span)}
    assert {name for name in names if not name.startswith("groundsmith.")} <= known


@pytest.mark.parametrize(
    ("question", "ended"),
    [("Who painted the zebra?", "off_topic"), ("Hello", "small_talk"), (WARRANTY, "answered")],
)
def test_how_it_ended_is_told(ada: Assistant, spans: InMemorySpanExporter, question: str, ended: str) -> None:
    ada.ask(question)
    found = by_name(spans)
    assert attributes(found["invoke_agent Assistant"])["gen_ai.response.finish_reasons"] == (ended,)
    assert ("retrieval" in found) == (ended != "small_talk")


def test_no_content_unless_it_is_asked_for(
    ada: Assistant, spans: InMemorySpanExporter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(CONTENT, raising=False)
    conversation = ada.memory.begin(HR)
    answer = ada.ask("What does the tamarisk band pay a year?", HR, conversation=conversation)
    assert "41,000" in answer.text
    seen = "".join(span.to_json() for span in spans.get_finished_spans())
    home = str(ada.library.home.root)
    for word in ("tamarisk", "41,000", "Salaries", "salaries.md", "hanna", "HR", home, conversation):
        assert word not in seen, word


def test_content_where_it_is_asked_for(
    ada: Assistant, spans: InMemorySpanExporter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(CONTENT, "1")
    ada.ask(WARRANTY)
    found = by_name(spans)
    whole, search = attributes(found["invoke_agent Assistant"]), attributes(found["retrieval"])
    (asked,) = json.loads(whole["gen_ai.input.messages"])
    assert asked == {"role": "user", "parts": [{"type": "text", "content": WARRANTY}]}
    (said,) = json.loads(whole["gen_ai.output.messages"])
    assert said["parts"][0]["content"] == f"{ANSWER} [1]" and said["finish_reason"] == "answered"
    assert search["gen_ai.retrieval.query.text"] == WARRANTY
    assert ANSWER in json.loads(search["gen_ai.retrieval.documents"])[0]["content"]


def test_of_an_error_the_kind_alone_is_told(ada: Assistant, spans: InMemorySpanExporter) -> None:
    """Messages may name paths, keys and what was asked."""
    broken = replace(ada, reader=Liar(decision=ModelError(f"401: wrong key {KEY} in /secret/place"), model="m"))
    assert broken.ask(WARRANTY).abstention is not None
    chat = by_name(spans)["chat m"]
    assert attributes(chat)["error.type"] == "ModelError" and chat.status.status_code is StatusCode.ERROR
    seen = "".join(span.to_json() for span in spans.get_finished_spans())
    assert KEY not in seen and "/secret" not in seen and "Traceback" not in seen


def test_an_error_that_ends_the_question_ends_its_spans(
    ada: Assistant, spans: InMemorySpanExporter, monkeypatch: pytest.MonkeyPatch
) -> None:
    def damaged(*given: object, **named: object) -> None:
        raise HomeError("/secret/home.sqlite is damaged.")

    monkeypatch.setattr(ada.library.searcher.catalogue, "fetch", damaged)
    with pytest.raises(HomeError):
        ada.ask(WARRANTY)
    found = by_name(spans)
    assert {attributes(span)["error.type"] for span in found.values()} == {"HomeError"}
    assert set(found) == {"invoke_agent Assistant", "retrieval"}
    assert "/secret" not in "".join(span.to_json() for span in found.values())


def test_a_stream_that_is_left_ends_its_span_and_is_in_nobodys_way(ada: Assistant, spans: InMemorySpanExporter) -> None:
    stream = ada.stream(WARRANTY)
    next(stream)
    assert not trace.get_current_span().is_recording()
    stream.close()  # type: ignore[attr-defined]
    assert "invoke_agent Assistant" in by_name(spans)


def test_a_model_that_is_a_folder_is_told_by_its_last_name(ada: Assistant, spans: InMemorySpanExporter) -> None:
    replace(ada, reader=Liar(Finding(0, 3), model="/home/somebody/models/small")).ask(WARRANTY)
    assert "chat small" in by_name(spans)
    assert "somebody" not in "".join(span.to_json() for span in spans.get_finished_spans())


SCRIPT = """
import sys
sys.modules["opentelemetry"] = None
from assistant.tracing import NOTHING, begin
from tests.assistant.making import Liar
print(begin("Ada", Liar(), None) is NOTHING)
"""


def test_without_opentelemetry_nothing_is_traced() -> None:
    assert told(SCRIPT).strip() == "True"
