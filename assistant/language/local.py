"""A local transformers model: the decision in one forward pass, the answer token by token under a constraint."""

from __future__ import annotations

import threading
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from itertools import islice, zip_longest
from pathlib import Path
from typing import Any

from assistant.adapters import Adapter
from assistant.card import check_weights
from assistant.format import CITED, Message
from assistant.language import Constraint
from assistant.language.fingerprint import of_adapter, of_model
from assistant.language.forward import Computed, Forward, common
from assistant.language.packing import pack
from assistant.language.sharing import share, shared
from assistant.language.vocabulary import Vocabulary
from assistant.language.wording import Wording
from retrieval import GroundsmithError, ModelError, precision

LONGEST_TOKEN = 64  # bytes
DRAFTED = 16  # tokens of the source that are tried in one pass
PIECE = 128  # tokens of a prompt in one pass: of one length, for what is made for each length is kept in memory
LEAST = 16  # tokens that the last piece before the decision has


@dataclass(frozen=True)
class _Prompt:
    """A prompt and the beginning of its answer, with the borders at which it is computed in pieces."""

    ids: list[int]
    borders: list[int]


class LocalModel:
    counts_tokens = True  # `count` is by its own tokenizer

    def __init__(self, name: str, folder: Path, adapter: Adapter | None = None) -> None:
        self.name = name
        self.folder = folder
        self.adapter = adapter
        self._lock = threading.RLock()
        self._loaded: Any = None

    @cached_property
    def identity(self) -> tuple[str, ...]:
        adapter = of_adapter(self.adapter) if self.adapter else "none"
        return (self.name, of_model(self.folder), adapter, precision("prompt"))

    @cached_property
    def wording(self) -> Wording:
        found: Wording = shared((of_model(self.folder), Wording), lambda: Wording(self._tokenizer))
        return found

    @property
    def _vocabulary(self) -> Vocabulary:
        return self.wording.vocabulary

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

    @cached_property
    def _forward(self) -> Forward:
        return Forward(self._model)

    def _load(self) -> Any:
        import torch
        from transformers import AutoModelForCausalLM
        from transformers.utils import logging

        logging.disable_progress_bar()
        dtype = torch.bfloat16 if precision("prompt") == "bf16" else torch.float32
        model = AutoModelForCausalLM.from_pretrained(self.folder, dtype=dtype)
        if self.adapter is not None:
            from peft import PeftModel

            check_weights(self.adapter.folder, self.adapter.weights)
            warnings.filterwarnings("ignore", "`is_gradient_checkpointing`", FutureWarning)  # peft's, and no one's here
            model = PeftModel.from_pretrained(model, str(self.adapter.folder))
        model = pack(model.eval().to("cuda" if torch.cuda.is_available() else "cpu"))
        return share(model, (of_model(self.folder), str(model.dtype), str(model.device)))

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

        prompt = self._prompt(messages, begun)
        wholes = [self._tokens(self._text(messages) + begun + label) for label in labels]
        start = min(common(prompt.ids, whole) for whole in wholes)  # a label may join with the end of what was begun
        tails = [whole[start:] for whole in wholes]
        with self._forward.taking(prompt.ids) as computed:
            if all(len(tail) == 1 for tail in tails):
                logits = self._after(computed, prompt.ids[:start], prompt.borders)[0]
                weights = torch.stack([logits[token] for (token,) in tails])
            else:
                weights = torch.stack([self._whole(computed, prompt, start, tail) for tail in tails])
        scores: list[float] = torch.log_softmax(weights, 0).tolist()
        return scores

    def write(self, messages: Sequence[Message], begun: str, constraint: Constraint, most: int) -> Iterator[str]:
        """Only as far as it may end: what runs into the limit stops at the last place where it may."""
        written, said = b"", 0
        prompt = self._prompt(messages, begun)
        with self._forward.taking(prompt.ids) as computed:
            for token in islice(self._likeliest(computed, prompt, constraint), most):
                written += self._vocabulary.bytes_of[token]
                if constraint.may_end(written):
                    yield written[said:].decode()
                    said = len(written)

    def _likeliest(self, computed: Computed, prompt: _Prompt, constraint: Constraint) -> Iterator[int]:
        """Token by token. How the source goes on is tried in the same pass, and holds as far as it is likeliest."""
        ids, borders, written = prompt.ids, prompt.borders, b""
        while True:
            draft = self._draft(constraint, written) if written else []
            for row, drafted in zip_longest(self._after(computed, [*ids, *draft], borders, 1 + len(draft)), draft):
                token = self._choose(row, constraint, written)
                if token is None:
                    return
                yield token
                ids, written = [*ids, token], written + self._vocabulary.bytes_of[token]
                if token != drafted:
                    break
            computed.cut(len(ids) - 1)  # what of the draft was likeliest, and need not be computed again
            borders = [*borders, len(ids) - 1]

    def _draft(self, constraint: Constraint, written: bytes) -> list[int]:
        """How the first of the rests would go on. Where it guesses wrong, nothing of it is kept."""
        rest = next(iter(constraint.rests(written)), b"")
        return self._tokens(rest.decode(errors="ignore"))[:DRAFTED]

    def _choose(self, logits: Any, constraint: Constraint, written: bytes) -> int | None:
        """The likeliest token that some rest begins with; None where the line had better end."""
        allowed = self._allowed(constraint.rests(written))
        best = allowed[int(logits[allowed].argmax())] if allowed else None
        if constraint.may_end(written) and (best is None or self._ending(logits) >= float(logits[best])):
            return None
        return best

    def _allowed(self, rests: Sequence[bytes]) -> list[int]:
        token_of = self._vocabulary.token_of
        beginnings = {rest[:length] for rest in rests for length in range(1, min(len(rest), LONGEST_TOKEN) + 1)}
        return sorted(token_of[beginning] for beginning in beginnings & token_of.keys())

    def _ending(self, logits: Any) -> float:
        return max(float(logits[token]) for token in self._vocabulary.ending)

    def _tokens(self, text: str) -> list[int]:
        return self.wording.tokens(text)

    def _text(self, messages: Sequence[Message]) -> str:
        return self.wording.text(messages)

    def _prompt(self, messages: Sequence[Message], begun: str) -> _Prompt:
        """Its pieces are of one length, and one ends where the decision is taken."""
        text = self._text(messages)
        ids = self._tokens(text + begun)
        decided = common(ids, self._tokens(text + CITED)) if begun.startswith(CITED) else len(ids)
        return _Prompt(ids, [*range(PIECE, decided - LEAST, PIECE), decided])

    def _whole(self, computed: Computed, prompt: _Prompt, start: int, label: list[int]) -> Any:
        """Log-probability of a label of several tokens."""
        import torch

        ids = prompt.ids[:start] + label[:-1]
        rows = torch.log_softmax(self._after(computed, ids, prompt.borders, len(label)), -1)
        return sum(row[token] for row, token in zip(rows, label, strict=True))

    def _after(self, computed: Computed, ids: list[int], borders: list[int], last: int = 1) -> Any:
        """Logits behind each of the last tokens."""
        try:
            rows = self._forward.logits(computed, ids, borders, last)
        except RuntimeError as error:  # no memory left on the device, for one
            raise ModelError(f"{self.name} cannot compute: {error}.", "Use a smaller model or context.") from error
        if rows.isnan().any():
            raise ModelError(f"{self.name} computes no numbers.", "Roll the adapter back, or choose another model.")
        return rows
