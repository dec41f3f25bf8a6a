"""A training from its first step to its last: timed, planned, kept as it goes, and taken up where it was."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from tuning.training.checkpoint import restore, save
from tuning.training.steps import Learner, Stepped
from tuning.training.trees import Tree

Drawn = Callable[[int], Iterable[Tree]]  # the trees of one time through, by its number
Told = Callable[["Progressed"], None]
TIMED = 5  # steps


@dataclass(frozen=True)
class Plan:
    """How far it goes. `examples` are those of one step."""

    steps: int
    examples: int = 24
    saved_every: float = 120.0  # seconds


@dataclass(frozen=True)
class Progressed:
    step: int
    steps: int
    loss: float
    decided: float
    tokens: int
    seconds: float


def train(learner: Learner, drawn: Drawn, plan: Plan, folder: Path, course: str, told: Told) -> None:
    """Goes on from what `folder` holds of this very course. Each step is added to `folder/log.jsonl`."""
    folder.mkdir(parents=True, exist_ok=True)
    name = f"{course} {plan.steps} {plan.examples}"
    done = restore(learner, folder / "checkpoint", name)
    saved = time.monotonic()
    for step, batch in enumerate(_batches(drawn, plan.examples)):
        if step >= plan.steps:
            break
        if step < done:
            continue
        told(_stepped(learner, batch, step, plan.steps, folder))
        if time.monotonic() - saved > plan.saved_every:
            save(learner, folder / "checkpoint", step + 1, name)
            saved = time.monotonic()
    save(learner, folder / "checkpoint", plan.steps, name)


def seconds_a_step(learner: Learner, drawn: Drawn, examples: int) -> float:
    """Measured over a few steps that leave no trace but the rate's: the learner must be made anew afterwards."""
    batches = _batches(drawn, examples)
    learner.step(next(batches), 0.0)
    began = time.perf_counter()
    for _ in range(TIMED):
        learner.step(next(batches), 0.0)
    return (time.perf_counter() - began) / TIMED


def _stepped(learner: Learner, batch: Sequence[Tree], step: int, steps: int, folder: Path) -> Progressed:
    began = time.perf_counter()
    made: Stepped = learner.step(batch, step / steps)
    progressed = Progressed(step + 1, steps, made.loss, made.decided, made.tokens, time.perf_counter() - began)
    with (folder / "log.jsonl").open("a", encoding="utf-8") as log:
        log.write(json.dumps(asdict(progressed)) + "\n")
    return progressed


def _batches(drawn: Drawn, examples: int) -> Iterator[list[Tree]]:
    batch: list[Tree] = []
    for tree in _endless(drawn):
        batch.append(tree)
        if sum(len(each.branches) for each in batch) >= examples:
            yield batch
            batch = []


def _endless(drawn: Drawn) -> Iterator[Tree]:
    number = 0
    while True:
        empty = True
        for tree in drawn(number):
            empty = False
            yield tree
        if empty:
            return
        number += 1
