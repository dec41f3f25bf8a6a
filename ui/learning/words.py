"""What was gathered to learn from, in plain words."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from textwrap import fill
from typing import Any

from tuning.examples.filters import Filtered
from tuning.examples.sides import SIDES, Side, Sides
from tuning.nouns import KINDS, Example, Kind
from ui.exams.words import counted

WIDTH = 100
FEW = 100  # answered rows; from fewer nothing is learned that would show in an exam
NAMED: Mapping[Kind, str] = {
    "answerable": "answerable",
    "twin": "twins",
    "hard": "near misses",
    "off_topic": "off the topic",
}
DOES: Mapping[Side, str] = {"train": "teach", "calibrate": "set thresholds", "exam": "examine"}


@dataclass(frozen=True)
class Report:
    """What became of all that was gathered."""

    root: Path
    sides: Sides
    sifted: Filtered
    left_out: Counter[str]  # before the filters
    told: Sequence[str]
    new: int
    held: int  # rows with an answer that the Home has now, of every making
    waiting: int
    seed: int
    out: Path | None = None

    @property
    def rows(self) -> list[Example]:
        return self.sifted.kept

    @property
    def mix(self) -> dict[Kind, int]:
        counts = Counter(row.kind for row in self.rows)
        return {kind: counts[kind] for kind in KINDS if counts[kind]}

    @property
    def ways(self) -> list[tuple[str, int]]:
        return Counter(row.slice or row.origin for row in self.rows if row.gold).most_common()

    @property
    def reasons(self) -> list[tuple[str, int]]:
        return [(reason, many) for reason, many in (self.left_out + self.sifted.left_out).most_common() if many > 0]

    def to_json(self) -> dict[str, Any]:
        return {
            "rows": len(self.rows),
            "new": self.new,
            "held": self.held,
            "kinds": self.mix,
            "ways": dict(self.ways),
            "left_out": dict(self.reasons),
            "waiting": self.waiting,
            "warnings": [*self.told, *warnings(self)],
            "not_applied": self.sifted.not_applied,
            "masked": self.sifted.masked,
            "documents": _by_side(self.sides),
            "parted": self.sides.parted,
            "seed": self.seed,
            "out": str(self.out) if self.out else None,
        }


def text(report: Report) -> str:
    lines = [*_made(report), *_sides(report.sides), *map(_filled, [*report.told, *warnings(report)])]
    lines += ["Left out:", *(f"{many:>6}  {reason}" for reason, many in report.reasons)] if report.reasons else []
    lines += [_filled(f"Not tried: {what}.") for what in report.sifted.not_applied]
    return "\n".join([*lines, *_kept(report)])


def warnings(report: Report) -> Iterator[str]:
    if report.held < FEW:
        yield (
            f"The Home has {counted(report.held, 'row')} with an answer: too few to learn from. Bring about"
            f" {FEW - report.held} more questions (--questions FILE), or add documents."
        )
    yield from report.sifted.warnings


def _made(report: Report) -> Iterator[str]:
    mix = ", ".join(f"{many:,} {NAMED[kind]}" for kind, many in report.mix.items())
    yield f"{counted(len(report.rows), 'example')}: {mix or 'none'} (seed {report.seed})"
    if report.ways:
        yield _filled("made of: " + ", ".join(f"{way} {many}" for way, many in report.ways))


def _by_side(sides: Sides) -> dict[Side, int]:
    held = Counter(side for some in sides.documents.values() for side in some)
    return {side: held[side] for side in SIDES}


def _sides(sides: Sides) -> Iterator[str]:
    told = ", ".join(f"{many:,} {DOES[side]}" for side, many in _by_side(sides).items())
    what = "Documents" if not sides.parted else "There are too few documents to part, so their sections are. Documents"
    yield _filled(f"{what}: {told}. That stays so for every later teaching.")
    if sides.missing:
        lacking = " or ".join(DOES[side] for side in sides.missing)
        yield _filled(f"Nothing is left to {lacking}: with three documents, or three headings, there would be.")


def _kept(report: Report) -> Iterator[str]:
    yield f"Kept in the Home: {len(report.rows):,}, of which {report.new:,} are new."
    if report.waiting:
        command = shlex.join(["groundsmith", "review", str(report.root)])
        yield f"{counted(report.waiting, 'doubtful row')} waiting for a person: {command}"
    if report.out:
        yield f"Written: {report.out}"


def _filled(sentence: str) -> str:
    return fill(sentence, WIDTH, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False)
