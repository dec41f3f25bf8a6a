"""One step of learning: trees are read, what they teach is added up, and the weights move.

The weights that learn are kept in fp32 beside those that the model computes with: in bf16 a small step would be lost.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch

from tuning.training.loss import DECISION, read_tree
from tuning.training.replay import Replayed, divergence
from tuning.training.trees import Tree

WARMING = 0.05  # share of the steps
LAST = 0.1  # of the rate, at the end
CLIP = 1.0

Batch = Sequence[Tree | Replayed]


@dataclass(frozen=True)
class Rates:
    rate: float = 1e-3
    decision: float = DECISION
    decay: float = 0.0


@dataclass(frozen=True)
class Stepped:
    loss: float  # per weight
    decided: float | None  # share of decisions that were right, where they are counted
    tokens: int
    apart: float | None  # how far general replies are from what they were; None where none was read


class Learner:
    def __init__(self, model: Any, learning: Mapping[str, Any], rates: Rates) -> None:
        self.model = model
        self.rates = rates
        self._learning = dict(learning)
        self.masters = {name: each.detach().float().clone() for name, each in learning.items()}
        self.optimiser = torch.optim.AdamW(
            list(self.masters.values()), lr=rates.rate, betas=(0.9, 0.98), weight_decay=rates.decay
        )

    def step(self, batch: Batch, done: float) -> Stepped:
        """`done` is the share of the way that lies behind, 0 to 1: it sets the rate."""
        trees = [each for each in batch if isinstance(each, Tree)]
        for master in self.masters.values():
            master.grad = torch.zeros_like(master)
        loss, right = self._teach(trees)
        apart = self._hold([each for each in batch if isinstance(each, Replayed)])
        torch.nn.utils.clip_grad_norm_(self.masters.values(), CLIP)
        self._move(self.rates.rate * schedule(done))
        asked = sum(len(tree.branches) for tree in trees)
        return Stepped(loss, right / asked if asked else 1.0, sum(map(_tokens, batch)), apart)

    def _teach(self, trees: Sequence[Tree]) -> tuple[float, int]:
        weight = sum(_weight(tree, self.rates.decision) for tree in trees)
        loss, right = 0.0, 0
        for tree in trees:
            read = read_tree(self.model, tree, self.rates.decision)
            (read.loss / weight).backward()
            self._collect()
            loss += float(read.loss.detach()) / weight
            right += _right(tree, read.decisions)
        return loss, right

    def _hold(self, replayed: Sequence[Replayed]) -> float | None:
        """To what it said before: as heavy as what it is taught, in a step that has both."""
        total = 0.0
        for each in replayed:
            apart = divergence(self.model, each) / len(replayed)
            apart.backward()
            self._collect()
            total += float(apart.detach())
        return total if replayed else None

    def _collect(self) -> None:
        for name, each in self._learning.items():
            if each.grad is not None:
                self.masters[name].grad += each.grad.float()
                each.grad = None

    def _move(self, rate: float) -> None:
        for group in self.optimiser.param_groups:
            group["lr"] = rate
        self.optimiser.step()
        self.hand_over()

    def hand_over(self) -> None:
        """The model computes with what was learned."""
        with torch.no_grad():
            for name, each in self._learning.items():
                each.copy_(self.masters[name])


def schedule(done: float) -> float:
    """Up over the first steps, then down along a cosine."""
    if done < WARMING:
        return max(done, WARMING / 10) / WARMING
    return LAST + (1 - LAST) * 0.5 * (1 + math.cos(math.pi * (done - WARMING) / (1 - WARMING)))


def _weight(tree: Tree, decision: float) -> float:
    return decision * len(tree.branches) + sum(len(branch.answer) for branch in tree.branches)


def _tokens(each: Tree | Replayed) -> int:
    return len(each.ids)


def _right(tree: Tree, decisions: Sequence[Sequence[float]]) -> int:
    best = [max(range(len(weights)), key=weights.__getitem__) for weights in decisions]
    return sum(place in branch.right for place, branch in zip(best, tree.branches, strict=True))
