"""How messages become tokens: the chat template, with every control token in what is said made letters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from assistant.format import Message
from assistant.language.vocabulary import Vocabulary


class Wording:
    def __init__(self, tokenizer: Any) -> None:
        self._tokenizer = tokenizer
        self.vocabulary = Vocabulary(tokenizer)

    def text(self, messages: Sequence[Message]) -> str:
        """The prompt up to where the assistant speaks."""
        safe = [message | {"content": self.vocabulary.defuse(message["content"])} for message in messages]
        text: str = self._tokenizer.apply_chat_template(safe, tokenize=False, add_generation_prompt=True)
        return text

    def tokens(self, text: str) -> list[int]:
        ids: list[int] = self._tokenizer.encode(text, add_special_tokens=False)
        return ids

    @property
    def last(self) -> int:
        """The token that ends what the assistant says."""
        return int(self._tokenizer.eos_token_id)
