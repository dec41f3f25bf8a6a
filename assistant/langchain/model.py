"""The assistant as LangChain's chat model: asked by messages, answering in sentences that passed their check."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel, LanguageModelInput
from langchain_core.language_models.base import LangSmithParams
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from langchain_core.runnables import RunnableConfig
from pydantic import Field, field_validator

from assistant.langchain.asking import Asked, Asking, check_who
from assistant.langchain.messages import check_options, question_in
from assistant.langchain.speaking import chunks_of, message_of
from assistant.nouns import Answer, Ended, Event, model_name
from assistant.tracing import PROVIDER
from retrieval import EVERYONE, UsageError

_AS_TOOL = "To an agent it can be one itself: have a tool invoke assistant_runnable(…)."


class GroundsmithChatModel(BaseChatModel):
    """`assistant` is an open Assistant, or the folder of a Home. All that is asked is asked as `principal`."""

    assistant: Asked
    principal: Asking = EVERYONE
    cache: Any = Field(default=False, exclude=True)

    @field_validator("cache")
    @classmethod
    def _uncached(cls, given: object) -> bool:
        if given is not None and given is not False:
            raise UsageError("Answers are not cached: who may read what is asked each time.", "Leave `cache` out.")
        return False  # a cache that is set for all of LangChain knows no principals

    def invoke(self, input: LanguageModelInput, config: RunnableConfig | None = None, **kwargs: Any) -> AIMessage:
        check_who(config, self.principal)
        return super().invoke(input, config, **kwargs)

    async def ainvoke(
        self, input: LanguageModelInput, config: RunnableConfig | None = None, **kwargs: Any
    ) -> AIMessage:
        check_who(config, self.principal)
        return await super().ainvoke(input, config, **kwargs)

    def stream(
        self, input: LanguageModelInput, config: RunnableConfig | None = None, **kwargs: Any
    ) -> Iterator[AIMessageChunk]:
        check_who(config, self.principal)
        return super().stream(input, config, **kwargs)

    def astream(
        self, input: LanguageModelInput, config: RunnableConfig | None = None, **kwargs: Any
    ) -> AsyncIterator[AIMessageChunk]:
        check_who(config, self.principal)
        return super().astream(input, config, **kwargs)

    def bind_tools(self, tools: Any, **kwargs: Any) -> Any:
        raise UsageError("The assistant calls no tools.", _AS_TOOL)

    @property
    def _llm_type(self) -> str:
        return PROVIDER

    @property
    def _identifying_params(self) -> dict[str, Any]:
        """What a tracer may know: neither the folder nor who asks."""
        reader = self.assistant.reader
        return {"model": model_name(reader.model) or "none", "reader": reader.name, "adapter": reader.adapter}

    def _get_ls_params(self, stop: list[str] | None = None, **kwargs: Any) -> LangSmithParams:
        named = kwargs.get("model") or self._identifying_params["model"]
        return LangSmithParams(ls_provider=PROVIDER, ls_model_name=named, ls_model_type="chat")

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        message = message_of(_answer(self._events(messages, stop, kwargs)))
        return ChatResult(generations=[ChatGeneration(message=message)])

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        for chunk in chunks_of(self._events(messages, stop, kwargs)):
            yield ChatGenerationChunk(message=chunk)

    def _events(self, messages: list[BaseMessage], stop: list[str] | None, options: dict[str, Any]) -> Iterator[Event]:
        check_options(stop, options)
        question, past = question_in(messages)
        return self.assistant.stream(question, self.principal, past=past)


def _answer(events: Iterator[Event]) -> Answer:
    return next(event.answer for event in events if isinstance(event, Ended))
