"""What was kept and what was lost: accuracy of both sides over groups of rows, and what the difference is worth."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from assistant.language.likelihood import Side
from tuning.exam import statistics
from tuning.exam.probes import Probe
from tuning.nouns import Metric

LEAST = 20  # rows; a smaller group is not looked at on its own
BY_BYTES, RAW = "length-normalised by bytes", "raw"


@dataclass(frozen=True)
class Weighed:
    """A probe, and how likely each side holds each of its choices."""

    probe: Probe
    likelihoods: Mapping[Side, Sequence[float]]

    @property
    def scored_by(self) -> str:
        """What decides where nothing else is said."""
        return RAW if self.probe.yes_no else BY_BYTES

    def pick(self, side: Side, scored_by: str) -> int:
        """The place of the likeliest choice: as a whole, or for each of its bytes."""
        values = self.likelihoods[side]
        if scored_by == BY_BYTES:
            sizes = (len(choice.encode()) for choice in self.probe.choices)
            values = [value / size for value, size in zip(values, sizes, strict=True)]
        return max(range(len(values)), key=values.__getitem__)

    def right(self, side: Side, scored_by: str | None = None) -> bool:
        return self.pick(side, scored_by or self.scored_by) == self.probe.gold


@dataclass(frozen=True)
class Compared:
    """Accuracy. Without an adapter there is a base alone, and nothing to compare it with."""

    base: Metric
    tuned: Metric | None = None
    delta: Metric | None = None
    retention: Metric | None = None  # tuned ÷ base
    mcnemar_p: float | None = None


@dataclass(frozen=True)
class FileReport:
    """One set: how its choices are scored, and what always choosing the place that is right most often would bring."""

    n: int
    scored_by: str
    guess: float
    accuracy: Compared
    raw: Compared | None  # by the likelihood as a whole, where that does not decide


@dataclass(frozen=True)
class Worst:
    """The group that lost most. It was picked out of so many groups, so its p is taken as many times."""

    group: str
    groups: int
    delta: Metric
    mcnemar_p: float


def compared(rows: Sequence[Weighed], seed: int, scored_by: str | None = None) -> Compared | None:
    right = {side: [row.right(side, scored_by) for row in rows] for side in _sides(rows)}
    shares = {side: statistics.wilson(sum(flags), len(flags)) for side, flags in right.items()}
    base = shares.get("base")
    if base is None or "tuned" not in right:
        return None if base is None else Compared(base)
    before, after = (np.array(right[side], dtype=np.float64) for side in ("base", "tuned"))
    weights = statistics.resamples([f"{row.probe.file} {row.probe.id}" for row in rows], seed)
    return Compared(
        base=base,
        tuned=shares["tuned"],
        delta=statistics.difference(statistics.mean(after), statistics.mean(before), weights, len(rows)),
        retention=statistics.bootstrap(statistics.ratio(after, before), weights, len(rows)),
        mcnemar_p=statistics.mcnemar(right["tuned"], right["base"]),
    )


def by_file(rows: Sequence[Weighed], seed: int) -> dict[str, FileReport]:
    found = {}
    for name, inside in sorted(_grouped(rows, lambda row: row.probe.file).items()):
        ways = sorted({row.scored_by for row in inside})
        accuracy = compared(inside, seed)
        if accuracy:
            found[name] = FileReport(
                n=len(inside),
                scored_by=" and ".join(ways),
                guess=max(Counter(row.probe.gold for row in inside).values()) / len(inside),
                accuracy=accuracy,
                raw=None if ways == [RAW] else compared(inside, seed, RAW),
            )
    return found


def pooled(rows: Sequence[Weighed], seed: int) -> Compared | None:
    """Over multiple choice alone: yes and no are scored in another way, and guessed rightly twice as often."""
    return compared([row for row in rows if not row.probe.yes_no], seed)


def worst(rows: Sequence[Weighed], seed: int) -> Worst | None:
    groups = _grouped(rows, lambda row: row.probe.group)
    found = {name: compared(inside, seed) for name, inside in groups.items() if len(inside) >= LEAST}
    lost = [
        Worst(name, len(found), one.delta, min(1.0, one.mcnemar_p * len(found)))
        for name, one in found.items()
        if one and one.delta and one.mcnemar_p is not None
    ]
    return min(lost, key=lambda one: (one.delta.value, one.group), default=None)


def _sides(rows: Sequence[Weighed]) -> list[Side]:
    return list(rows[0].likelihoods) if rows else []


def _grouped(rows: Sequence[Weighed], key: Callable[[Weighed], str]) -> dict[str, list[Weighed]]:
    groups: dict[str, list[Weighed]] = defaultdict(list)
    for row in rows:
        groups[key(row)].append(row)
    return groups
