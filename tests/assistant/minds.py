"""Minds for the test's server, and the same as a LangChain chat model."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult

from assistant.format import Message
from assistant.language.telling import TellingModel
from tests.assistant.serving import Mind, Written, row

LISTED = 20
MOST = 24  # tokens that it writes at once: enough to compare by


class Embedded:
    """The embedded model: always the likeliest token, with the likeliest twenty in its place."""

    def __init__(self, language: TellingModel) -> None:
        self.language = language
        self._known: dict[str, tuple[int, Written]] = {}

    def write(self, messages: Sequence[Message], begun: str, most: int) -> Written:
        """What it wrote before it need not compute again: the likeliest is the likeliest."""
        asked, most = f"{begun} {messages}", min(most, MOST)
        if asked not in self._known or self._known[asked][0] < most:
            self._known[asked] = most, self._written(messages, begun, most)
        return self._known[asked][1][:most]

    def _written(self, messages: Sequence[Message], begun: str, most: int) -> Written:
        import torch

        language, written = self.language, Written()
        prompt = language._prompt(messages, begun)
        ids, known = prompt.ids, language._vocabulary.bytes_of
        with language._forward.taking(ids) as computed:
            while len(written) < most:
                likely = torch.log_softmax(language._after(computed, ids, prompt.borders)[0], -1).topk(LISTED)
                best = int(likely.indices[0])
                if best not in known:
                    break
                top = zip(likely.indices.tolist(), likely.values.tolist(), strict=True)
                listed = tuple((known.get(token, b"<end>").decode(errors="replace"), value) for token, value in top)
                written.append((known[best].decode(errors="replace"), listed))
                ids = [*ids, best]
        return written


class Spoken(BaseChatModel):
    """A mind as LangChain has it, with log-probabilities where `ChatOpenAI` puts them, or without."""

    mind: Any
    tells: bool = True
    most: int = 99

    @property
    def _llm_type(self) -> str:
        return "spoken"

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        written = self._written(messages)
        said = AIMessage("".join(token for token, _ in written))
        if self.tells:
            said.response_metadata["logprobs"] = {"content": [row(token, top) for token, top in written]}
        return ChatResult(generations=[ChatGeneration(message=said)])

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        for token, _ in self._written(messages):
            yield ChatGenerationChunk(message=AIMessageChunk(content=token))

    def _written(self, messages: list[BaseMessage]) -> Written:
        roles = {"system": "system", "human": "user", "ai": "assistant"}
        mind: Mind = self.mind
        return mind.write([{"role": roles[one.type], "content": str(one.content)} for one in messages], "", self.most)
