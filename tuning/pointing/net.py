"""The layers of the sentence encoder with the heads of a pointer on top, and the loss over all that may be said."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from retrieval import precision
from retrieval.encoding.pooled import batches
from retrieval.pointing import Options, Weights
from retrieval.pointing.net import HEADS, WEIGHTS, padded
from retrieval.pointing.pairs import Pair
from tuning.pointing.lessons import Lesson, Target

TOKENS = 1024  # that are read at once, padding included
NEVER = -1e4  # in the place of what can't be said
LAYERS = "encoder.layer."


class Net(nn.Module):
    """The embeddings stay as they are: the encoder has them already, and they are half of its weights."""

    def __init__(self, encoder: Path, seed: int) -> None:
        super().__init__()
        from transformers import BertModel

        torch.manual_seed(seed)
        self.bert: Any = BertModel.from_pretrained(
            encoder,
            add_pooling_layer=False,
            dtype=torch.float32,
            attn_implementation="eager",  # whose way back costs a processor half of what a fused one's does
            hidden_dropout_prob=0.0,
            attention_probs_dropout_prob=0.0,
        )
        self.bert.embeddings.requires_grad_(False)
        width = self.bert.config.hidden_size
        self.spans = nn.Linear(width, 2)
        self.whole = nn.Linear(width, 3)
        self._half = precision("encode") == "bf16"

    def weigh(self, lessons: Sequence[Lesson]) -> tuple[Tensor, Tensor]:
        """What speaks for each start and each end, a row a pair: its tokens, then none, yes and no."""
        pairs = [pair for one in lessons for pair in one.pairs]
        polar = torch.tensor([one.polar for one in lessons for _ in one.pairs])
        width = max(pair.width for pair in pairs)
        rows: dict[int, tuple[Tensor, Tensor]] = {}
        with torch.autocast("cpu", torch.bfloat16, enabled=self._half):  # once, so that no weight is halved twice
            for chunk in batches([pair.width for pair in pairs], TOKENS):
                of_chunk = self._weigh([pairs[place] for place in chunk], polar[chunk], width)
                rows |= zip(chunk, zip(*of_chunk, strict=True), strict=True)
        starts, ends = zip(*(rows[place] for place in range(len(pairs))), strict=True)
        return torch.stack(starts), torch.stack(ends)

    def _weigh(self, pairs: Sequence[Pair], polar: Tensor, width: int) -> tuple[Tensor, Tensor]:
        tokens, kinds, mask = padded(pairs)
        hidden = self.bert(input_ids=tokens, token_type_ids=kinds, attention_mask=mask).last_hidden_state.float()
        with torch.autocast("cpu", enabled=False):
            return self._headed(hidden, pairs, polar, width)

    def _headed(self, hidden: Tensor, pairs: Sequence[Pair], polar: Tensor, width: int) -> tuple[Tensor, Tensor]:
        of_text = torch.zeros(hidden.shape[:2], dtype=torch.bool)
        for row, pair in enumerate(pairs):
            of_text[row, pair.first : pair.first + len(pair.places)] = True
        sayable = torch.stack([torch.ones_like(polar), polar, polar], dim=1)
        whole = self.whole(hidden[:, 0]).masked_fill(~sayable, NEVER)
        starts, ends = (
            nn.functional.pad(one.masked_fill(~of_text, NEVER), (0, width - hidden.shape[1]), value=NEVER)
            for one in self.spans(hidden).unbind(-1)
        )
        return torch.cat([starts, whole], dim=1), torch.cat([ends, whole], dim=1)

    def loss(self, lessons: Sequence[Lesson]) -> Tensor:
        """How unlikely what is right is among all that may be said of all sources of a question."""
        right = _right(lessons)
        total = torch.zeros(())
        for weights, of_end in zip(self.weigh(lessons), right, strict=True):
            hit = weights.masked_fill(~of_end, 2 * NEVER).logsumexp(1)
            for sayable, good in _by_lesson(lessons, weights.logsumexp(1), hit):
                total = total + sayable.logsumexp(0) - good.logsumexp(0)
        return total / (2 * len(lessons))

    def read(self, lessons: Sequence[Lesson]) -> list[list[Options]]:
        """As the pointer that serves tells it."""
        starts, ends = (weights.numpy() for weights in self.weigh(lessons))
        rows = iter(zip(starts, ends, strict=True))
        return [[_options(pair, *next(rows)) for pair in one.pairs] for one in lessons]

    @torch.no_grad()
    def meet(self, other: Net) -> None:
        """Halfway to the other one, weight by weight."""
        for mine, theirs in zip(self.parameters(), other.parameters(), strict=True):
            mine.copy_((mine + theirs) / 2)

    def learned(self) -> dict[str, Tensor]:
        """All that differs from the encoder; halves hold what it knows well enough."""
        layers = {name: weight for name, weight in self.bert.state_dict().items() if name.startswith(LAYERS)}
        heads = {name: weight for name, weight in self.state_dict().items() if name.startswith(HEADS)}
        return {name: weight.to(torch.float16).contiguous() for name, weight in (layers | heads).items()}

    def save(self, folder: Path) -> None:
        from safetensors.torch import save

        from retrieval.whole import write_whole

        folder.mkdir(parents=True, exist_ok=True)
        write_whole(folder / WEIGHTS, save(self.learned()))

    def load(self, folder: Path) -> None:
        from safetensors.torch import load_file

        found = {name: weight.float() for name, weight in load_file(folder / WEIGHTS).items()}
        self.load_state_dict(
            {f"bert.{name}" if name.startswith(LAYERS) else name: one for name, one in found.items()}, strict=False
        )


def _options(pair: Pair, starts: Weights, ends: Weights) -> Options:
    own = slice(pair.first, pair.first + len(pair.places))
    none, yes, no = starts[-3:].tolist()
    return Options(pair.places, starts[own], ends[own], none, yes, no)


def _by_lesson(lessons: Sequence[Lesson], *each: Tensor) -> list[tuple[Any, ...]]:
    borders = [0]
    for one in lessons:
        borders.append(borders[-1] + len(one.pairs))
    return [tuple(tensor[first:last] for tensor in each) for first, last in pairwise(borders)]


def _right(lessons: Sequence[Lesson]) -> tuple[Tensor, Tensor]:
    """For starts and for ends, a row a pair: what is right. With no target at all, none of every source is."""
    width = max(one.width for one in lessons)
    rows = sum(len(one.pairs) for one in lessons)
    starts, ends = (torch.zeros((rows, width + 3), dtype=torch.bool) for _ in range(2))
    row = 0
    for one in lessons:
        for pair, target in zip(one.pairs, one.targets, strict=True):
            if not any(one.targets):
                starts[row, width] = ends[row, width] = True
            elif target is not None:
                for found, token in ((starts, target.first), (ends, target.last)):
                    found[row, _place(target, pair.first + token, width)] = True
            row += 1
    return starts, ends


def _place(target: Target, token: int, width: int) -> int:
    return width + (1 if target.polarity == "Yes" else 2) if target.polarity else token
