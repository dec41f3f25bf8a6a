"""Which way each metric is better. One without a direction, such as the share of answers given, is never won."""

from __future__ import annotations

from tuning.exam.metrics import Metrics
from tuning.nouns import Metric

SUPPORT = tuple(
    f"citation_{part}_{level}"
    for part in ("precision", "recall", "f1")
    for level in ("quoted", "lexical", "entailed")
)  # fmt: skip
HIGHER = frozenset({
    "right", "pair_switch", "answer_f1", "answer_em", "answer_contains", "reading_f1", "right_passage",
    "auroc_twins", "auroc_hard", "coverage_at_5", "coverage_at_10", "verbatim_rate", "quote_contains_answer",
    "f1_gr", "f1_ac", "trust_score", *SUPPORT,
})  # fmt: skip
LOWER = frozenset({
    "answered_unanswerable", "refused_answerable", "aurc", "ece", "invalid_id_rate",
    "seconds_median", "seconds_p95", "first_evidence_median", "first_evidence_p95",
})  # fmt: skip
NEITHER = frozenset({"answered_ratio"})
HEADLINES = ("right", "pair_switch")


def sense(name: str) -> int:
    """1 where higher is better, -1 where lower is, 0 where neither."""
    return (name in HIGHER) - (name in LOWER)


def beats(name: str, value: Metric, other: Metric) -> bool:
    return sense(name) * (value.value - other.value) > 0


def won(metrics: Metrics, baseline: Metrics) -> tuple[str, ...]:
    """The metrics by which the baseline is better."""
    return tuple(name for name in metrics if name in baseline and beats(name, baseline[name], metrics[name]))


def surely(name: str, difference: Metric) -> int:
    """1 where the whole interval of a difference is for the better, -1 for the worse, 0 where it can't be told."""
    ahead, behind = difference.low > 0, difference.high < 0
    return sense(name) * (ahead - behind)
