"""One step of learning to point."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import nn

from tuning.pointing.lessons import Lesson
from tuning.pointing.net import Net
from tuning.training.steps import CLIP, Stepped, schedule


@dataclass(frozen=True)
class Sheet:
    """Lessons that are read in one pass."""

    lessons: tuple[Lesson, ...]

    @property
    def examples(self) -> int:
        return len(self.lessons)

    @property
    def tokens(self) -> int:
        return sum(pair.width for one in self.lessons for pair in one.pairs)


@dataclass(frozen=True)
class Rates:
    layers: float = 2e-4
    heads: float = 1e-3
    decay: float = 0.01


class Learner:
    """The weights that learn are those that the net computes with: they are in full precision already."""

    def __init__(self, net: Net, rates: Rates) -> None:
        self.net = net
        self.masters = {name: weight for name, weight in net.named_parameters() if weight.requires_grad}
        layers = [weight for name, weight in self.masters.items() if name.startswith("bert.")]
        heads = [weight for name, weight in self.masters.items() if not name.startswith("bert.")]
        groups = [{"params": layers, "peak": rates.layers}, {"params": heads, "peak": rates.heads}]
        self.optimiser = torch.optim.AdamW(groups, lr=rates.layers, weight_decay=rates.decay)

    def step(self, batch: Sequence[Sheet], done: float) -> Stepped:
        many = sum(sheet.examples for sheet in batch)
        total = 0.0
        for sheet in batch:
            loss = self.net.loss(sheet.lessons) * sheet.examples / many
            loss.backward()  # type: ignore[no-untyped-call]
            total += float(loss.detach())
        nn.utils.clip_grad_norm_(self.masters.values(), CLIP)
        for group in self.optimiser.param_groups:
            group["lr"] = group["peak"] * schedule(done)
        self.optimiser.step()
        self.optimiser.zero_grad()
        return Stepped(total, None, sum(sheet.tokens for sheet in batch), None)

    def hand_over(self) -> None:
        """Nothing: what was put back into the masters is in the net."""
