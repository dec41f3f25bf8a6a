"""LangChain's own suites for chat models.

Skipped by them: tools, structured output, images, sound and PDFs (it reads text and calls nothing), token usage (there
is none without a model), a model chosen by the call, being made from the environment, serialisation (an open Home is
no text), recorded traffic. What fails here fails on purpose, with the error that says why.
"""

from __future__ import annotations

from typing import Any

import pytest
from langchain_core.language_models import BaseChatModel
from langchain_tests.integration_tests import ChatModelIntegrationTests
from langchain_tests.unit_tests import ChatModelUnitTests

from assistant import Assistant
from assistant.langchain import GroundsmithChatModel
from retrieval import UsageError


class Suite:
    @pytest.fixture(autouse=True)
    def opened(self, ada: Assistant) -> None:
        self.assistant = ada

    @property
    def chat_model_class(self) -> type[BaseChatModel]:
        return GroundsmithChatModel

    @property
    def chat_model_params(self) -> dict[str, Any]:
        return {"assistant": self.assistant}

    @property
    def has_tool_calling(self) -> bool:
        return False  # bind_tools is there to say so

    @property
    def has_structured_output(self) -> bool:
        return False

    @property
    def returns_usage_metadata(self) -> bool:
        return False


class TestByPromise(Suite, ChatModelUnitTests):
    """By what it says of itself."""


class TestAtWork(Suite, ChatModelIntegrationTests):
    @pytest.mark.xfail(raises=UsageError, strict=True, reason="System messages are refused: the Spec says who it is.")
    def test_double_messages_conversation(self, model: BaseChatModel) -> None:
        super().test_double_messages_conversation(model)

    @pytest.mark.xfail(raises=UsageError, strict=True, reason="An answer is not cut at stop sequences.")
    def test_stop_sequence(self, model: BaseChatModel) -> None:
        super().test_stop_sequence(model)
