"""Any LangChain chat model as a language model. LangChain is met here and nowhere else in the assistant."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from assistant.format import Message
from assistant.language import Constraint
from assistant.language.choices import OneOf
from assistant.language.replies import Reply, after, following, label_of, tokens_of, weights_of, within
from assistant.prose import Frame
from retrieval import GroundsmithError, ModelError

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

BYTES_A_TOKEN = 3


def from_chat_model(model: BaseChatModel) -> ChatModel:
    """The model as it is set up: temperature, time-outs, retries and log-probabilities are its own affair."""
    return ChatModel(model)


class ChatModel:
    def __init__(self, model: BaseChatModel) -> None:
        self._model = model
        named = getattr(model, "model_name", None) or getattr(model, "model", None)
        self.name = named if isinstance(named, str) and named else type(model).__name__

    @property
    def identity(self) -> tuple[str, ...]:
        """As far as LangChain tells one model from another."""
        told = json.dumps(dict(self._model._identifying_params), default=str, sort_keys=True)
        return ("langchain", type(self._model).__name__, self.name, told)

    def count(self, messages: Sequence[Message]) -> int:
        """About: the tokenizer is not known here."""
        return sum(8 + len(message["content"].encode(errors="replace")) // BYTES_A_TOKEN for message in messages)

    def weigh(self, messages: Sequence[Message], begun: str, labels: Sequence[str]) -> list[float] | None:
        """By log-probabilities where the model was set up to tell them, as `ChatOpenAI(logprobs=True, …)` is."""
        return weights_of(self._reply(messages), begun, labels, continued=False)

    def write(self, messages: Sequence[Message], begun: str, constraint: Constraint, most: int) -> Iterator[str]:
        text = self._reply(messages).text
        if isinstance(constraint, OneOf):
            yield label_of(text, begun, constraint.options)
        else:
            yield within(constraint, after(text, begun) or "")

    def tell(self, messages: Sequence[Message], begun: str, frame: Frame, most: int) -> Iterator[str]:
        yield from following(self._streamed(messages), begun, continued=False)

    def _reply(self, messages: Sequence[Message]) -> Reply:
        with _answering(self.name):
            found = self._model.invoke([*messages])
        return Reply(_text(found), tokens_of(found.response_metadata.get("logprobs")))

    def _streamed(self, messages: Sequence[Message]) -> Iterator[str]:
        with _answering(self.name):
            for part in self._model.stream([*messages]):
                yield _text(part)


@contextmanager
def _answering(name: str) -> Iterator[None]:
    """Every provider raises errors of its own, and some repeat the key: only their kind is told."""
    try:
        yield
    except GroundsmithError:
        raise
    except Exception as error:
        raise ModelError(f"{name} does not answer ({type(error).__name__}).", "Check how it is set up.") from None


def _text(message: Any) -> str:
    """What it says; not what it thinks, or the tools that it would call."""
    content = message.content
    parts = [content] if isinstance(content, str) else content
    said = [
        part if isinstance(part, str) else part.get("text", "") if part.get("type") == "text" else "" for part in parts
    ]
    return "".join(said)
