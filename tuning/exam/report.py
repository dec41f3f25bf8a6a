"""The report of an exam: metrics with intervals, slices, baselines, what is drawn of it, and every row.

Its JSON is documented key by key in `docs/report.md`.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from assistant import FORMAT_VERSION, Reader
from assistant.support.verifiers import levels
from tuning.exam.citing import Supports
from tuning.exam.comparing import Comparison
from tuning.exam.curves import Curves, curves
from tuning.exam.fates import Fate, fate, tally
from tuning.exam.figures import Row
from tuning.exam.metrics import Metrics, by_slice, compare, measure
from tuning.exam.run import Examination
from tuning.nouns import Cited, Kind, Metric, Outcome, Question, Source


@dataclass(frozen=True)
class Judged:
    """One question, what was wanted, what was said, and what is to be thought of it."""

    id: str
    question: str
    kind: Kind
    slice: str | None
    twin_of: str | None
    answerable: bool
    yes_no: bool
    answers: tuple[str, ...]  # any of them is right
    gold_ids: tuple[str, ...]
    answer: str
    abstained: bool
    reason: str | None
    confidence: float
    forced: str | None  # what it reads where it may not abstain
    citations: tuple[Cited, ...]
    found: tuple[str, ...]  # places of the passages that it was shown
    sources: tuple[Source, ...] | None  # those that the question brought along
    best_is_gold: bool | None
    right: bool | None
    fate: Fate | None
    seconds: float | None


@dataclass(frozen=True)
class Report:
    """Everything that is known after an exam."""

    system: str
    metrics: Metrics
    slices: dict[str, Metrics]
    baselines: dict[str, Metrics]
    margins: dict[str, Metrics]  # this system minus each baseline, paired
    fates: dict[Fate, Metric]
    curves: Curves
    against: Comparison | None
    rows: list[Judged]
    skipped: dict[str, str]  # id → why
    name: str
    model: str
    adapter: str | None
    format: int
    mix: dict[str, int]
    files: list[str]
    questions_sha256: str
    seconds: float

    def to_json(self) -> dict[str, Any]:
        found = asdict(self)
        return found | {"against": found["against"] | {"verdict": self.against.verdict}} if self.against else found


def report(
    examined: Examination,
    baselines: Sequence[Examination],
    questions: Sequence[Question],
    files: Sequence[Path],
    reader: Reader,
    seed: int,
    against: Comparison | None = None,
    name: str = "",
) -> Report:
    """`name` is the assistant's own; without one, the system's."""
    asked = [question for question in questions if question.id not in examined.skipped]
    verifiers = {verifier.name: verifier.supports for verifier in levels()}
    rows = [_judged(question, outcome) for question, outcome in zip(asked, examined.outcomes, strict=True)]
    return Report(
        system=examined.system,
        metrics=measure(asked, examined.outcomes, seed=seed, verifiers=verifiers),
        slices=by_slice(asked, examined.outcomes, seed=seed, verifiers=verifiers),
        baselines={other.system: measure(asked, other.outcomes, seed=seed, verifiers=verifiers) for other in baselines},
        margins=_margins(asked, examined, baselines, seed, verifiers),
        fates=tally([row.fate for row in rows]),
        curves=curves(asked, examined.outcomes),
        against=against,
        rows=rows,
        skipped=examined.skipped,
        name=name or examined.system,
        model=reader.model,
        adapter=reader.adapter,
        format=FORMAT_VERSION,
        mix=dict(Counter(question.kind for question in asked)),
        files=[path.name for path in files],
        questions_sha256=_digest(files),
        seconds=sum(outcome.seconds or 0.0 for outcome in examined.outcomes),
    )


def _margins(
    asked: Sequence[Question],
    examined: Examination,
    baselines: Sequence[Examination],
    seed: int,
    verifiers: Mapping[str, Supports],
) -> dict[str, Metrics]:
    return {
        other.system: compare(asked, examined.outcomes, other.outcomes, seed=seed, verifiers=verifiers)
        for other in baselines
    }


def _judged(question: Question, outcome: Outcome) -> Judged:
    row = Row(question, outcome)
    return Judged(
        id=question.id,
        question=question.question,
        kind=question.kind,
        slice=question.slice,
        twin_of=question.twin_of,
        answerable=question.answerable,
        yes_no=question.yes_no,
        answers=question.answers,
        gold_ids=question.gold_ids,
        answer=outcome.answer,
        abstained=outcome.abstained,
        reason=outcome.reason,
        confidence=outcome.confidence,
        forced=outcome.forced,
        citations=outcome.citations,
        found=outcome.found,
        sources=question.passages,
        best_is_gold=row.best_is_gold if row.located and outcome.best is not None else None,
        right=row.right if row.told else None,
        fate=fate(question, outcome),
        seconds=outcome.seconds,
    )


def _digest(files: Sequence[Path]) -> str:
    digest = hashlib.sha256()
    for path in files:
        digest.update(path.read_bytes())
    return digest.hexdigest()
