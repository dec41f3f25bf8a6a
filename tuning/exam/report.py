"""The report of an exam: metrics with intervals, slices, baselines, and every row."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from assistant import FORMAT_VERSION, Reader
from tuning.exam.metrics import by_slice, measure
from tuning.exam.rightness import right, tells
from tuning.exam.run import Examination
from tuning.exam.support import levels
from tuning.nouns import Metric, Outcome, Question

Metrics = dict[str, Metric]


@dataclass(frozen=True)
class Report:
    system: str
    metrics: Metrics
    slices: dict[str, Metrics]
    baselines: dict[str, Metrics]
    rows: list[dict[str, Any]]
    skipped: dict[str, str]
    model: str
    adapter: str | None
    format: int
    mix: dict[str, int]
    questions_sha256: str
    seconds: float

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def report(
    examined: Examination,
    baselines: Sequence[Examination],
    questions: Sequence[Question],
    files: Sequence[Path],
    reader: Reader,
    seed: int,
) -> Report:
    asked = [question for question in questions if question.id not in examined.skipped]
    verifiers = {verifier.name: verifier.supports for verifier in levels()}
    return Report(
        system=examined.system,
        metrics=measure(asked, examined.outcomes, seed=seed, verifiers=verifiers),
        slices=by_slice(asked, examined.outcomes, seed=seed, verifiers=verifiers),
        baselines={other.system: measure(asked, other.outcomes, seed=seed, verifiers=verifiers) for other in baselines},
        rows=[_row(question, outcome) for question, outcome in zip(asked, examined.outcomes, strict=True)],
        skipped=examined.skipped,
        model=reader.model,
        adapter=reader.adapter,
        format=FORMAT_VERSION,
        mix=dict(Counter(question.kind for question in asked)),
        questions_sha256=_digest(files),
        seconds=sum(outcome.seconds or 0.0 for outcome in examined.outcomes),
    )


def _row(question: Question, outcome: Outcome) -> dict[str, Any]:
    return {
        "id": question.id,
        "answer": outcome.answer,
        "abstained": outcome.abstained,
        "reason": outcome.reason,
        "confidence": outcome.confidence,
        "citations": [{"passage": cited.passage, "quote": cited.quote} for cited in outcome.citations],
        "right": right(question, outcome) if tells(question) else None,
    }


def _digest(files: Sequence[Path]) -> str:
    digest = hashlib.sha256()
    for path in files:
        digest.update(path.read_bytes())
    return digest.hexdigest()
