"""The assistant as a Runnable: a question in, the answer as JSON has it out."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from langchain_core.runnables import RunnableConfig, RunnableSerializable

from assistant.assistant import Assistant
from assistant.langchain.asking import Asked, Asking, check_who
from retrieval import EVERYONE, Principal, UsageError

Question = str | Mapping[str, Any]
NAMES = {"question", "conversation"}


class GroundsmithAssistant(RunnableSerializable[Question, dict[str, Any]]):
    """A question, or one with the `conversation` in which it is asked, answered and kept."""

    assistant: Asked
    principal: Asking = EVERYONE
    name: str | None = "groundsmith"

    def invoke(self, input: Question, config: RunnableConfig | None = None, **kwargs: Any) -> dict[str, Any]:
        check_who(config, self.principal)
        return self._call_with_config(self._answer, input, config, **kwargs)

    def _answer(self, given: Question) -> dict[str, Any]:
        question, conversation = _parts(given)
        answer = self.assistant.ask(question, self.principal, conversation=conversation)
        return answer.to_json() | ({"conversation": conversation} if conversation else {})


def assistant_runnable(home: Assistant | Path | str, principal: Principal = EVERYONE) -> GroundsmithAssistant:
    """`home` is an open Assistant, or the folder of a Home."""
    return GroundsmithAssistant(assistant=home, principal=principal)  # type: ignore[arg-type]


def _parts(given: Question) -> tuple[str, str | None]:
    told = {"question": given} if isinstance(given, str) else dict(given) if isinstance(given, Mapping) else {}
    question, conversation = told.get("question"), told.get("conversation")
    if not isinstance(question, str) or told.keys() - NAMES or not isinstance(conversation, str | None):
        raise UsageError("This is no question.", 'Give a text, or {"question": "…", "conversation": "…"}.')
    return question, conversation
