"""What a pointer's readings are worth on rows that it does not learn from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import torch

from retrieval.pointing import Options
from retrieval.pointing.weighing import answering, likeliest
from tuning.exam.normal import f1
from tuning.pointing.lessons import Lesson
from tuning.pointing.net import Net
from tuning.training.held import auroc, even, switched


@dataclass(frozen=True)
class Reading:
    """How likely each source is to answer, and none of them; and the likeliest words of the likeliest source."""

    lesson: Lesson
    answering: tuple[float, ...]
    said: str

    @property
    def cited(self) -> int:
        return max(range(len(self.answering)), key=self.answering.__getitem__)

    @property
    def some(self) -> float:
        return sum(self.answering)

    @property
    def right(self) -> bool:
        return self.lesson.targets[self.cited] is not None


@dataclass(frozen=True)
class Judged:
    questions: int
    right_passage: float
    reading_f1: float  # of the likeliest words, where the likeliest source is right; else 0
    told_apart: dict[str, float]
    switched: float
    threshold: float

    @property
    def worth(self) -> float:
        """The higher the better: both sides of a pair, and the words."""
        return self.switched + self.reading_f1

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def judged(net: Net, batches: Sequence[Sequence[Lesson]]) -> Judged:
    net.eval()
    with torch.inference_mode():
        found = [reading for batch in batches for reading in readings(net, batch)]
    net.train()
    golden = [one for one in found if one.lesson.example.gold]
    by_kind: dict[str, list[float]] = {}
    for one in found:
        by_kind.setdefault(one.lesson.example.kind, []).append(one.some)
    answerable = by_kind.pop("answerable", [])
    return Judged(
        questions=len(found),
        right_passage=_mean([one.right for one in golden]),
        reading_f1=_mean([one.right * f1(one.said, [one.lesson.example.answer]) for one in golden]),
        told_apart={kind: auroc(answerable, others) for kind, others in by_kind.items()},
        switched=switched(_pairs(found)),
        threshold=even(answerable, [score for others in by_kind.values() for score in others]),
    )


def readings(net: Net, batch: Sequence[Lesson]) -> Iterator[Reading]:
    for lesson, options in zip(batch, net.read(batch), strict=True):
        each = answering(options, lesson.polar)
        cited = max(range(len(each)), key=each.__getitem__)
        yield Reading(lesson, tuple(each), _said(lesson, cited, options[cited]))


def _said(lesson: Lesson, cited: int, options: Options) -> str:
    found = likeliest(options)
    if lesson.polar and (found is None or max(options.yes, options.no) * 2 > found[2]):
        return "Yes" if options.yes > options.no else "No"
    return lesson.example.sources[cited].text[found[0] : found[1]] if found else ""


def _pairs(found: Sequence[Reading]) -> list[tuple[bool, float, float]]:
    twins = {one.lesson.example.twin_of: one.some for one in found if one.lesson.example.kind == "twin"}
    golden = [one for one in found if one.lesson.example.gold and one.lesson.example.id in twins]
    return [(one.right, one.some, twins[one.lesson.example.id]) for one in golden]


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else float("nan")
