"""Forward passes that share what prompts have in common, and give the same numbers whatever was asked before.

A prompt is computed in pieces that end at borders of its own, and what was computed is taken over whole pieces only. In
bf16 another cut would move log-probabilities by as much as .07: what happened to be kept must not decide.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

KEPT = 2  # prompts whose keys and values are kept for what is asked next


@dataclass(eq=False)
class Computed:
    """What went through the model, with the keys and values that came of it. Belongs to one call at a time."""

    ids: list[int] = field(default_factory=list)
    borders: tuple[int, ...] = ()
    cache: Any = None

    def cut(self, length: int) -> None:
        """Keep so many tokens, with a border behind them."""
        from transformers import DynamicCache

        if self.cache is None or length == 0:
            self.cache = DynamicCache()
        elif length < len(self.ids):
            self.cache.crop(length - len(self.ids))  # below zero: so many fewer, in every transformers 5
        self.ids, self.borders = self.ids[:length], (*(border for border in self.borders if border < length), length)


class Forward:
    """Threads may ask at once: each call works on a `Computed` of its own."""

    def __init__(self, model: Any) -> None:
        self._model = model
        self._kept: list[Computed] = []
        self._lock = threading.Lock()

    @contextmanager
    def taking(self, prompt: Sequence[int]) -> Iterator[Computed]:
        """What was computed of this prompt before, for this call alone. A call that fails does not give it back."""
        with self._lock:
            taken = max(self._kept, key=lambda kept: common(kept.ids, prompt), default=Computed())
            if len(self._kept) < KEPT and 2 * common(taken.ids, prompt) < len(taken.ids):
                taken = Computed()
            if taken in self._kept:
                self._kept.remove(taken)
        yield taken
        with self._lock:
            self._kept = [*self._kept, taken][-KEPT:]

    def logits(self, computed: Computed, ids: Sequence[int], borders: Sequence[int], last: int = 1) -> Any:
        """Logits after each of the last tokens of `ids`, a row each."""
        usable = [border for border in borders if border <= len(ids) - last]
        begins = max((border for border in usable if border <= self._known(computed, ids, borders)), default=0)
        computed.cut(begins)
        pieces = list(pairwise([begins, *(border for border in usable if border > begins), len(ids)]))
        for start, end in pieces[:-1]:
            self._pass(computed, ids[start:end], 1)
        start, end = pieces[-1]
        rows = self._pass(computed, ids[start:end], last)
        computed.ids, computed.borders = list(ids), (*usable, len(ids))
        return rows

    def _known(self, computed: Computed, ids: Sequence[int], borders: Sequence[int]) -> int:
        """How far what was computed will do: as far as tokens and cuts are the same."""
        same = common(computed.ids, ids)
        cuts = common(computed.borders, borders)
        return min(same, computed.borders[cuts - 1]) if cuts else 0

    def _pass(self, computed: Computed, piece: Sequence[int], last: int) -> Any:
        import torch

        with torch.inference_mode():
            fresh = torch.tensor([piece], device=self._model.device)
            output = self._model(input_ids=fresh, past_key_values=computed.cache, use_cache=True, logits_to_keep=last)
        return output.logits[0].float().cpu()


def common(one: Sequence[int], other: Sequence[int]) -> int:
    """How many places from the first on are the same."""
    length = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        length += 1
    return length
