"""A LangChain chat model reads for an assistant."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from langchain_core.messages import BaseMessage
from langchain_core.outputs import ChatGenerationChunk, ChatResult

from assistant import Assistant, open_assistant
from assistant.language.chat import from_chat_model
from retrieval import Home
from tests.assistant.minds import Spoken
from tests.assistant.serving import Script
from tests.fakes import WordEncoder

ASKED = "How long is the warranty from delivery?"
PROSE = "Cited:1\nAnswer: The warranty lasts 24 months from delivery. [1] It covers the moon. [1]"
SECRET = "sk-tamarisk-41000"


class Broken(Spoken):
    """As a provider's client that puts the key into its errors."""

    key: str = SECRET

    def _generate(self, messages: list[BaseMessage], *given: Any, **named: Any) -> ChatResult:
        raise RuntimeError(f"401: wrong key {self.key}")

    def _stream(self, messages: list[BaseMessage], *given: Any, **named: Any) -> Iterator[ChatGenerationChunk]:
        raise RuntimeError(f"401: wrong key {self.key}")


class InParts(Spoken):
    """As models whose messages are lists of parts, thoughts among them."""

    def _generate(self, messages: list[BaseMessage], *given: Any, **named: Any) -> ChatResult:
        found = super()._generate(messages)
        message = found.generations[0].message
        message.content = [{"type": "reasoning", "text": "Cited:none"}, {"type": "text", "text": message.content}]
        return found


def opened(home: Home, model: Spoken, answering: str) -> Assistant:
    text = home.spec.read_text(encoding="utf-8")
    home.spec.write_text(text.replace('answering = "span"', f'answering = "{answering}"'), encoding="utf-8")
    found = open_assistant(home.root, WordEncoder(), from_chat_model(model))
    found.library.sync()
    return found


@pytest.mark.parametrize("tells", [True, False])
def test_it_answers_in_prose(home: Home, tells: bool) -> None:
    answer = opened(home, Spoken(mind=Script(PROSE), tells=tells), "prose").ask(ASKED)
    assert answer.text == "The warranty lasts 24 months from delivery. [1]"
    assert (answer.reader, answer.model) == ("prose", "Spoken")
    assert (answer.confidence is None) == (not tells)
    assert [one["text"] for one in answer.trace["removed"]] == ["It covers the moon."]
    assert answer.to_json()["confidence"] == (None if answer.confidence is None else round(answer.confidence, 4))


def test_it_answers_with_a_span(home: Home) -> None:
    answer = opened(home, Spoken(mind=Script("Cited:1\nAnswer: 24 months")), "span").ask(ASKED)
    assert (answer.text, answer.reader) == ("24 months", "model")


def test_messages_in_parts_are_read_without_their_thoughts(home: Home) -> None:
    answer = opened(home, InParts(mind=Script("Cited:1\nAnswer: 24 months"), tells=False), "span").ask(ASKED)
    assert answer.text == "24 months"


@pytest.mark.parametrize("answering", ["span", "prose"])
def test_what_it_raises_is_unavailable_and_its_key_stays_with_it(home: Home, answering: str) -> None:
    answer = opened(home, Broken(mind=Script(PROSE)), answering).ask(ASKED)
    assert answer.abstention is not None and answer.abstention.reason == "unavailable"
    assert "RuntimeError" in answer.trace["error"]
    assert SECRET not in str(answer.trace)


def test_it_knows_what_it_is(tmp_path: Path) -> None:
    language = from_chat_model(Spoken(mind=Script(PROSE)))
    assert language.identity[:2] == ("langchain", "Spoken")
    assert language.count([{"role": "user", "content": "Why?"}]) > 0
