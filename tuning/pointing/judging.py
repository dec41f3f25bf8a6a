"""What a pointer's readings are worth on rows that it does not learn from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import torch

from retrieval.pointing import Options
from retrieval.pointing.weighing import answering, likeliest, logarithms
from tuning.exam.normal import f1
from tuning.pointing.lessons import Lesson
from tuning.pointing.net import Net
from tuning.training.held import Held, Told, held


@dataclass(frozen=True)
class Judged:
    """`reading_f1`: of the likeliest words, where the likeliest source is right; else 0."""

    held: Held
    reading_f1: float

    @property
    def worth(self) -> float:
        """The higher the better: both sides of a pair, and the words."""
        return self.held.switched + self.reading_f1

    def to_json(self) -> dict[str, Any]:
        return asdict(self.held) | {"reading_f1": self.reading_f1}


def judged(net: Net, batches: Sequence[Sequence[Lesson]]) -> Judged:
    net.eval()
    with torch.inference_mode():
        found = [reading for batch in batches for reading in readings(net, batch)]
    net.train()
    scores = [told.found * f1(said, [told.example.answer]) for told, said in found if told.example.gold]
    return Judged(held([told for told, _ in found]), sum(scores) / len(scores) if scores else float("nan"))


def readings(net: Net, batch: Sequence[Lesson]) -> Iterator[tuple[Told, str]]:
    """What is decided of each lesson, and the likeliest words of its likeliest source."""
    for lesson, options in zip(batch, net.read(batch), strict=True):
        each = answering(options, lesson.polar)
        right = [place for place, target in enumerate(lesson.targets) if target]
        cited = max(range(len(each)), key=each.__getitem__)
        yield Told(lesson.example, logarithms(each), right), _said(lesson, cited, options[cited])


def _said(lesson: Lesson, cited: int, options: Options) -> str:
    found = likeliest(options)
    if lesson.polar and (found is None or max(options.yes, options.no) * 2 > found[2]):
        return "Yes" if options.yes > options.no else "No"
    return lesson.example.sources[cited].text[found[0] : found[1]] if found else ""
