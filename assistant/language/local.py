"""A local transformers model: the decision in one forward pass, the answer token by token under a constraint."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from assistant.adapters import Adapter
from assistant.format import Message
from assistant.language import Constraint
from assistant.language.vocabulary import Vocabulary
from retrieval import GroundsmithError, ModelError, precision

LONGEST_TOKEN = 64  # bytes
KEPT = 2  # prompts whose keys and values are kept for what is asked next


@dataclass(eq=False)
class _Read:
    """What the model has read, with the keys and values that came of it. Belongs to one call at a time."""

    ids: list[int]
    cache: Any = None


class LocalModel:
    """Threads may ask at once: each call works on a `_Read` of its own."""

    def __init__(self, name: str, folder: Path, adapter: Adapter | None = None) -> None:
        self.name = name
        self.folder = folder
        self.adapter = adapter
        self._kept: list[_Read] = []
        self._lock = threading.RLock()
        self._loaded: Any = None

    @cached_property
    def _vocabulary(self) -> Vocabulary:
        return Vocabulary(self._tokenizer)

    @cached_property
    def _tokenizer(self) -> Any:
        from transformers import AutoTokenizer

        with self._loading():
            tokenizer = AutoTokenizer.from_pretrained(self.folder)
            if not tokenizer.chat_template:
                raise ModelError(
                    f"{self.name} has no chat template.", "Choose an instruction-tuned model as [model] base."
                )
        return tokenizer

    @property
    def _model(self) -> Any:
        with self._lock:
            if self._loaded is None:
                with self._loading():
                    self._loaded = self._load()
            return self._loaded

    def _load(self) -> Any:
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

    @contextmanager
    def _loading(self) -> Iterator[None]:
        try:
            yield
        except GroundsmithError:
            raise
        except Exception as error:  # transformers, peft and safetensors each raise errors of their own
            what = f" with the adapter {self.adapter.name}" if self.adapter else ""
            raise ModelError(
                f"{self.name}{what} cannot be loaded: {error}.", "Fetch the model again, or roll the adapter back."
            ) from error

    def count(self, messages: Sequence[Message]) -> int:
        return len(self._tokens(self._text(messages)))

    def weigh(self, messages: Sequence[Message], begun: str, labels: Sequence[str]) -> list[float]:
        import torch

        text = self._text(messages) + begun
        prompt = self._tokens(text)
        wholes = [self._tokens(text + label) for label in labels]
        common = min(_common(prompt, whole) for whole in wholes)  # a label may join with the end of what was begun
        tails = [whole[common:] for whole in wholes]
        with self._reading(prompt[:common]) as read:
            if all(len(tail) == 1 for tail in tails):
                logits = self._logits(read, prompt[:common])
                weights = torch.stack([logits[token] for (token,) in tails])
            else:
                weights = torch.stack([self._whole(read, prompt[:common], tail) for tail in tails])
        scores: list[float] = torch.log_softmax(weights, 0).tolist()
        return scores

    def write(self, messages: Sequence[Message], begun: str, constraint: Constraint, most: int) -> Iterator[str]:
        """Only as far as it may end: what runs into the limit stops at the last place where it may."""
        prompt = self._tokens(self._text(messages) + begun)
        written, said = b"", 0
        with self._reading(prompt) as read:
            for _ in range(most):
                token = self._choose(self._logits(read, prompt), constraint, written)
                if token is None:
                    break
                prompt, written = [*prompt, token], written + self._vocabulary.bytes_of[token]
                if constraint.may_end(written):
                    yield written[said:].decode()
                    said = len(written)

    def _choose(self, logits: Any, constraint: Constraint, written: bytes) -> int | None:
        """The likeliest token that some rest begins with; None where the line had better end."""
        token_of = self._vocabulary.token_of
        allowed = {
            token
            for rest in constraint.rests(written)
            for length in range(1, min(len(rest), LONGEST_TOKEN) + 1)
            if (token := token_of.get(rest[:length])) is not None
        }
        best = max(allowed, key=lambda token: float(logits[token]), default=None)
        if constraint.may_end(written) and (best is None or self._ending(logits) >= float(logits[best])):
            return None
        return best

    def _ending(self, logits: Any) -> float:
        return max(float(logits[token]) for token in self._vocabulary.ending)

    def _tokens(self, text: str) -> list[int]:
        ids: list[int] = self._tokenizer.encode(text, add_special_tokens=False)
        return ids

    def _text(self, messages: Sequence[Message]) -> str:
        safe = [message | {"content": self._vocabulary.defuse(message["content"])} for message in messages]
        text: str = self._tokenizer.apply_chat_template(safe, tokenize=False, add_generation_prompt=True)
        return text

    def _whole(self, read: _Read, prompt: list[int], label: list[int]) -> Any:
        """Log-probability of a label of several tokens."""
        import torch

        total = torch.tensor(0.0)
        for position, token in enumerate(label):
            scores = torch.log_softmax(self._logits(read, prompt + label[:position]), 0)
            total = total + scores[token]
        return total

    @contextmanager
    def _reading(self, prompt: list[int]) -> Iterator[_Read]:
        """What was read of this prompt before, for this call alone. A call that fails does not give it back."""
        with self._lock:
            read = max(self._kept, key=lambda kept: _common(kept.ids, prompt), default=_Read([]))
            if len(self._kept) < KEPT and 2 * _common(read.ids, prompt) < len(read.ids):
                read = _Read([])
            if read in self._kept:
                self._kept.remove(read)
        yield read
        with self._lock:
            self._kept = [*self._kept, read][-KEPT:]

    def _logits(self, read: _Read, ids: list[int]) -> Any:
        """Logits after `ids`. What the last call has in common with this one is not computed again."""
        import torch
        from transformers import DynamicCache

        shared = _common(read.ids, ids[:-1])
        if read.cache is None or shared == 0:
            read.cache, shared = DynamicCache(), 0
        elif shared < len(read.ids):
            read.cache.crop(shared - len(read.ids))  # below zero: so many fewer, in every transformers 5
        model = self._model
        try:
            with torch.inference_mode():
                fresh = torch.tensor([ids[shared:]], device=model.device)
                output = model(input_ids=fresh, past_key_values=read.cache, use_cache=True, logits_to_keep=1)
        except RuntimeError as error:  # no memory left on the device, for one
            raise ModelError(f"{self.name} cannot compute: {error}.", "Use a smaller model or context.") from error
        read.ids = list(ids)
        logits = output.logits[0, -1].float().cpu()
        if logits.isnan().any():
            raise ModelError(f"{self.name} computes no numbers.", "Roll the adapter back, or choose another model.")
        return logits


def _common(one: Sequence[int], other: Sequence[int]) -> int:
    length = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        length += 1
    return length
