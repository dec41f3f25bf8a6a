"""LangChain's messages as a question and what was said before it. What the assistant would not heed is refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from langchain_core.messages import AIMessage, BaseMessage, HumanMessage

from assistant.conversation.condense import Past
from assistant.conversation.history import past_in
from retrieval import UsageError

_INSTEAD = {
    "system": "Who it is and how it speaks stand in its assistant.toml; leave the message out.",
    "tool": "It calls no tools; to an agent it can be one itself: have a tool invoke assistant_runnable(…).",
    "function": "It calls no functions; leave the message out.",
}
ROLES = {HumanMessage: "user", AIMessage: "assistant"}


def question_in(messages: Sequence[BaseMessage]) -> tuple[str, list[Past]]:
    """The last message, which has to be a person's, and the conversation before it."""
    said = [{"role": _role(message), "content": _text(message)} for message in messages]
    if not said or said[-1]["role"] != "user":
        raise UsageError("The last message is nobody's question.", "End with a HumanMessage.")
    return said[-1]["content"], past_in(said[:-1])


def check_options(stop: Sequence[str] | None, options: Mapping[str, Any]) -> None:
    """Of a call. Nothing is sampled, so there is nothing to set."""
    if stop:
        raise UsageError(
            "An answer is not cut at stop sequences: half a sentence may say the opposite.",
            "Leave them out.",
        )
    if options:
        raise UsageError(
            f"The assistant does not know {', '.join(sorted(options))}.",
            "It has no tools and samples nothing; leave them out.",
        )


def _role(message: BaseMessage) -> str:
    for kind, role in ROLES.items():
        if isinstance(message, kind):
            return role
    raise UsageError(
        f"A {message.type} message would not be heeded.",
        _INSTEAD.get(message.type, "Give human and AI messages alone."),
    )


def _text(message: BaseMessage) -> str:
    """Its words; a picture or a call of a tool that went unread would be worse than none."""
    blocks = message.content_blocks
    odd = sorted({block["type"] for block in blocks} - {"text", "reasoning"})
    if odd:
        raise UsageError(f"A message has {', '.join(odd)}; the assistant reads text.", "Say it in words.")
    return str(message.text)
