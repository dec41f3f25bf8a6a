"""A local transformers model: the decision in one forward pass, the answer token by token under a constraint."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from assistant.adapters import Adapter
from assistant.format import Message
from assistant.language import Constraint
from retrieval import ModelError, precision

LONGEST_TOKEN = 64  # bytes


class LocalModel:
    def __init__(self, name: str, folder: Path, adapter: Adapter | None = None) -> None:
        self.name = name
        self.folder = folder
        self.adapter = adapter
        self._cached: list[int] = []
        self._cache: Any = None

    @cached_property
    def _tokenizer(self) -> Any:
        from transformers import AutoTokenizer

        tokenizer = AutoTokenizer.from_pretrained(self.folder)
        if not tokenizer.chat_template:
            raise ModelError(f"{self.name} has no chat template.", "Choose an instruction-tuned model as [model] base.")
        return tokenizer

    @cached_property
    def _model(self) -> Any:
        import torch
        from transformers import AutoModelForCausalLM
        from transformers.utils import logging

        logging.disable_progress_bar()
        dtype = torch.bfloat16 if precision("prompt") == "bf16" else torch.float32
        model = AutoModelForCausalLM.from_pretrained(self.folder, dtype=dtype)
        if self.adapter is not None:
            from peft import PeftModel

            model = PeftModel.from_pretrained(model, str(self.adapter.folder))
        return model.eval().to("cuda" if torch.cuda.is_available() else "cpu")

    @cached_property
    def _token_of(self) -> dict[bytes, int]:
        """Bytes that a token stands for → the token."""
        return {text: token for token, text in self._bytes_of.items()}

    @cached_property
    def _bytes_of(self) -> dict[int, bytes]:
        special = set(self._tokenizer.all_special_ids)
        vocabulary = self._tokenizer.get_vocab()
        return {token: _token_bytes(piece) for piece, token in vocabulary.items() if token not in special}

    def count(self, messages: Sequence[Message]) -> int:
        return len(self._prompt(messages, ""))

    def weigh(self, messages: Sequence[Message], begun: str, labels: Sequence[str]) -> list[float]:
        prompt = self._prompt(messages, begun)
        tokens = [self._tokens(label) for label in labels]
        import torch

        logits = self._forward(prompt)
        if all(len(ids) == 1 for ids in tokens) and len({ids[0] for ids in tokens}) == len(labels):
            weights = torch.stack([logits[ids[0]] for ids in tokens])
        else:
            weights = torch.stack([self._whole(prompt, ids) for ids in tokens])
        scores: list[float] = torch.log_softmax(weights, 0).tolist()
        return scores

    def write(self, messages: Sequence[Message], begun: str, constraint: Constraint, most: int) -> Iterator[str]:
        prompt = self._prompt(messages, begun)
        written, unsaid = b"", b""
        for _ in range(most):
            token = self._choose(self._forward(prompt), constraint, written)
            if token is None:
                break
            piece = self._bytes_of[token]
            prompt, written, unsaid = [*prompt, token], written + piece, unsaid + piece
            said, unsaid = _whole_characters(unsaid)
            if said:
                yield said

    def _choose(self, logits: Any, constraint: Constraint, written: bytes) -> int | None:
        """The likeliest token that some rest begins with; None where the line had better end."""
        allowed = {
            token
            for rest in constraint.rests(written)
            for length in range(1, min(len(rest), LONGEST_TOKEN) + 1)
            if (token := self._token_of.get(rest[:length])) is not None
        }
        best = max(allowed, key=lambda token: float(logits[token]), default=None)
        if constraint.may_end(written) and (best is None or self._ending(logits) >= float(logits[best])):
            return None
        return best

    def _ending(self, logits: Any) -> float:
        return max(float(logits[token]) for token in (self._tokens("\n")[0], self._tokenizer.eos_token_id))

    def _tokens(self, text: str) -> list[int]:
        ids: list[int] = self._tokenizer.encode(text, add_special_tokens=False)
        return ids

    def _prompt(self, messages: Sequence[Message], begun: str) -> list[int]:
        text = self._tokenizer.apply_chat_template(list(messages), tokenize=False, add_generation_prompt=True)
        return self._tokens(text + begun)

    def _whole(self, prompt: list[int], label: list[int]) -> Any:
        """Log-probability of a label of several tokens."""
        import torch

        total = torch.tensor(0.0)
        for position, token in enumerate(label):
            scores = torch.log_softmax(self._forward(prompt + label[:position]), 0)
            total = total + scores[token]
        return total

    def _forward(self, ids: list[int]) -> Any:
        """Logits after `ids`. What the last call has in common with this one is not computed again."""
        import torch
        from transformers import DynamicCache

        shared = _common(self._cached, ids[:-1])
        if self._cache is None or shared == 0:
            self._cache, shared = DynamicCache(), 0
        elif shared < len(self._cached):
            self._cache.crop(shared)
        with torch.inference_mode():
            fresh = torch.tensor([ids[shared:]], device=self._model.device)
            output = self._model(input_ids=fresh, past_key_values=self._cache, use_cache=True, logits_to_keep=1)
        self._cached = list(ids)
        return output.logits[0, -1].float().cpu()


def _common(one: Sequence[int], other: Sequence[int]) -> int:
    length = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        length += 1
    return length


def _whole_characters(data: bytes) -> tuple[str, bytes]:
    """Split before a character of which not all bytes are there yet."""
    try:
        return data.decode(), b""
    except UnicodeDecodeError as error:
        return data[: error.start].decode(), data[error.start :]


def _token_bytes(piece: str) -> bytes:
    """The bytes behind a piece of a byte-level vocabulary, in which every byte has a printable letter."""
    return bytes(_BYTES[letter] for letter in piece) if all(letter in _BYTES for letter in piece) else piece.encode()


def _byte_letters() -> dict[str, int]:
    printable = [*range(ord("!"), ord("~") + 1), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    hidden = [byte for byte in range(256) if byte not in printable]
    return {chr(byte): byte for byte in printable} | {chr(256 + place): byte for place, byte in enumerate(hidden)}


_BYTES = _byte_letters()
