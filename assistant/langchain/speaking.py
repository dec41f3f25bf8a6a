"""An answer as LangChain has messages: its text with Citation annotations, and all else in the response_metadata."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from langchain_core.messages import AIMessage, AIMessageChunk
from langchain_core.messages.content import Citation as Annotation

from assistant.nouns import Answer, Citation, Ended, Event, Said, Withdrawn
from assistant.tracing import PROVIDER, finish_reason
from retrieval import ModelError

Block = dict[str, Any]
TOLD = ("answer", "spoken", "question", "citations")  # of an answer: what the message itself says


def message_of(answer: Answer) -> AIMessage:
    text, annotations = "", list[Annotation]()
    for said in answer.said:
        block = _following(text, said)
        annotations += block["annotations"]
        text += block["text"]
    rest = answer.spoken.removeprefix(text)
    content = [{"type": "text", "text": text + rest, "annotations": annotations}]
    return AIMessage(content=[*content], response_metadata=metadata_of(answer))


def chunks_of(events: Iterator[Event]) -> Iterator[AIMessageChunk]:
    """A chunk for each sentence as it passes its check, and a last one that says how the answer ended.

    What was shown can't be taken back from a stream. Where that would be needed, it ends with an error instead.
    """
    shown = ""
    for event in events:
        if isinstance(event, Said):
            block = _following(shown, event)
            shown += block["text"]
            yield AIMessageChunk(content=[block | {"index": 0}])
        elif isinstance(event, Withdrawn) and shown:
            raise ModelError(
                "The model broke off, and what it had answered is withdrawn.", "Discard what was streamed; ask again."
            )
        elif isinstance(event, Ended):
            rest = {"type": "text", "text": event.answer.spoken.removeprefix(shown), "annotations": [], "index": 0}
            metadata = metadata_of(event.answer)
            yield AIMessageChunk(content=[rest], response_metadata=metadata, chunk_position="last")


def metadata_of(answer: Answer) -> dict[str, Any]:
    told = {name: value for name, value in answer.to_json().items() if name not in TOLD}
    named = {
        "model_provider": PROVIDER,
        "model_name": told.pop("model"),
        "finish_reason": finish_reason(answer),
    }
    return told | named


def _following(before: str, said: Said) -> Block:
    """A sentence as it goes on from what was said before; its citations name its place, marks left out."""
    gap = " " if before else ""
    start = len(before) + len(gap)
    end = start + len("".join(said.parts))
    annotations = [annotation_of(citation, start, end) for citation in said.citations]
    return {"type": "text", "text": f"{gap}{said.spoken}", "annotations": annotations}


def annotation_of(citation: Citation, start: int, end: int) -> Annotation:
    """`start` and `end` count in the answer; where the quote stands in its document, `extras` says."""
    told = citation.to_json()
    return Annotation(
        type="citation",
        title=told.pop("title"),
        cited_text=told.pop("quote"),
        start_index=start,
        end_index=end,
        extras=told,
    )
