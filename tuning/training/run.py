"""A training from its first step to its last: kept as it goes, checked on its way, and taken up where it was."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Generic, Protocol, TypeVar

from tuning.training import checkpoint
from tuning.training.checkpoint import Kept, Reached
from tuning.training.events import Events
from tuning.training.steps import Stepped


class Item(Protocol):
    @property
    def examples(self) -> int:
        """How many questions are learned from with it."""
        ...


T = TypeVar("T", bound=Item)
T_contra = TypeVar("T_contra", bound=Item, contravariant=True)
Drawn = Callable[[int], Iterable[T]]  # what is read in one time through, by its number
Check = Callable[[], float]  # the higher the better; it leaves the learner as it was
Told = Callable[["Progressed"], None]
TIMED = 5  # steps
LOG = "log.jsonl"


@dataclass(frozen=True)
class Plan:
    """How far it goes. `batch`: examples of one step; after `patience` checks without a better one it ends."""

    steps: int
    batch: int = 16
    checks: int = 0
    patience: int = 3
    saved_every: float = 120.0  # seconds


@dataclass(frozen=True)
class Progressed:
    step: int
    steps: int
    loss: float
    decided: float | None
    tokens: int
    seconds: float
    apart: float | None = None
    checked: float | None = None


class Learns(Kept, Protocol[T_contra]):
    def step(self, batch: Sequence[T_contra], done: float) -> Stepped:
        """`done` is the share of the way that lies behind, 0 to 1: it sets the rate."""
        ...


class Training(Generic[T]):
    """Goes on from what `folder` holds of this very course. Each step is added to `folder/log.jsonl`."""

    def __init__(self, learner: Learns[T], plan: Plan, folder: Path, course: str, told: Told) -> None:
        self.learner = learner
        self.plan = plan
        self.folder = folder
        self.course = f"{course} {plan.steps} {plan.batch} {plan.checks} {plan.patience}"
        self.told = told
        folder.mkdir(parents=True, exist_ok=True)
        self.reached = checkpoint.restore(learner, folder / "checkpoint", self.course)
        self._events = Events(folder / "tensorboard")
        self._saved = time.monotonic()

    def run(self, drawn: Drawn[T], check: Check | None = None) -> Reached:
        """The weights are then those of the best check, or of the last step where nothing is checked."""
        check = check if self.plan.checks else None
        for step, batch in enumerate(batches(drawn, self.plan.batch)):
            if step >= self.plan.steps or (check and self.reached.missed >= self.plan.patience):
                break
            if step >= self.reached.step:
                self._step(step, batch, check)
        self._save()
        if self.reached.best is not None:
            checkpoint.take_best(self.learner, self.folder, self.reached.best_step)
        return self.reached

    def _step(self, step: int, batch: Sequence[T], check: Check | None) -> None:
        began = time.perf_counter()
        made: Stepped = self.learner.step(batch, step / self.plan.steps)
        took = time.perf_counter() - began
        self.reached = replace(self.reached, step=step + 1)
        checked = self._check(check) if check and step + 1 in self._check_points() else None
        progressed = Progressed(
            step + 1, self.plan.steps, made.loss, made.decided, made.tokens, took, made.apart, checked
        )
        self._tell(progressed)
        if time.monotonic() - self._saved > self.plan.saved_every:
            self._save()

    def _check_points(self) -> set[int]:
        """Evenly over the way, the last step among them."""
        return {round(self.plan.steps * number / self.plan.checks) for number in range(1, self.plan.checks + 1)}

    def _check(self, check: Check) -> float:
        score, reached = check(), self.reached
        if reached.best is None or score > reached.best:
            checkpoint.keep_best(self.learner, self.folder, reached.step)
            self.reached = replace(reached, best=score, best_step=reached.step, missed=0)
        else:
            self.reached = replace(reached, missed=reached.missed + 1)
        self._save()
        return score

    def _save(self) -> None:
        checkpoint.save(self.learner, self.folder / "checkpoint", self.reached, self.course)
        checkpoint.forget_others(self.folder, self.reached.best_step)
        self._saved = time.monotonic()

    def _tell(self, progressed: Progressed) -> None:
        row = {name: value for name, value in asdict(progressed).items() if value is not None}
        with (self.folder / LOG).open("a", encoding="utf-8") as log:
            log.write(json.dumps(row) + "\n")
        self._events.add(progressed.step, {name: row[name] for name in row if name not in ("step", "steps")})
        self.told(progressed)


def seconds_a_step(learner: Learns[T], drawn: Drawn[T], least: int) -> float:
    """Measured over a few steps that leave no trace but the rate's: the learner must be made anew afterwards."""
    found = batches(drawn, least)
    learner.step(next(found), 0.0)
    began = time.perf_counter()
    timed = 0
    for batch, _ in zip(found, range(TIMED), strict=False):
        learner.step(batch, 0.0)
        timed += 1
    return (time.perf_counter() - began) / max(timed, 1)


def batches(drawn: Drawn[T], least: int) -> Iterator[list[T]]:
    """Of at least so many examples each; what is left of one time through begins the next."""
    batch: list[T] = []
    for item in _endless(drawn):
        batch.append(item)
        if sum(each.examples for each in batch) >= least:
            yield batch
            batch = []
    if batch:
        yield batch


def _endless(drawn: Drawn[T]) -> Iterator[T]:
    number = 0
    while True:
        empty = True
        for item in drawn(number):
            empty = False
            yield item
        if empty:
            return
        number += 1
