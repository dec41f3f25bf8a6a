"""What a report comes to, in sentences that stay within what its questions can tell."""

from __future__ import annotations

from collections.abc import Iterator

from tuning.exam.comparing import Comparison
from tuning.exam.directions import surely, won
from tuning.exam.report import Report
from tuning.nouns import Metric
from ui.exams.words import BASELINES, percent, points

SURENESS = "95\N{NO-BREAK SPACE}% interval"
RIGHT = {1: "Right more often than {}", 0: "No more often right than {}, as far as these questions can tell",
         -1: "Right less often than {}"}  # fmt: skip
PAIRS = {1: "more often right on a question and its twin", 0: "no better at a question and its twin",
         -1: "less often right on a question and its twin"}  # fmt: skip
ERRORS = {
    "answered_unanswerable": (
        "When the documents do not hold the answer, it answers all the same",
        "Every question has its answer in the documents, so nothing is known of answers that are not there.",
    ),
    "refused_answerable": (
        "When the documents hold the answer, it refuses",
        "No question has its answer in the documents, so nothing is known of answers that it would miss.",
    ),
}


def errors(found: Report) -> Iterator[str]:
    """The two error rates in plain words, or why one of them can't be told."""
    for name, (when, unknown) in ERRORS.items():
        rate = found.metrics.get(name)
        yield f"{when} in {percent(rate.value)} of cases ({often(rate)})." if rate else unknown


def often(rate: Metric) -> str:
    of = f"{round(rate.value * rate.n):,} of {rate.n:,}"
    return f"{of}; {SURENESS} {rate.low * 100:.1f} to {percent(rate.high)}"


def standings(found: Report) -> Iterator[str]:
    """One sentence for each baseline, and one for what it is better at."""
    for name in found.baselines:
        yield from filter(None, (_standing(found, name), _lost(found, name)))


def _standing(found: Report, name: str) -> str:
    right, pairs = (found.margins[name].get(metric) for metric in ("right", "pair_switch"))
    if right is None:
        return ""
    sentence = f"{RIGHT[surely('right', right)].format(BASELINES.get(name, name))}: {_beside(found, name, 'right')}"
    if pairs is None:
        return f"{sentence}."
    link = "and" if surely("right", right) == surely("pair_switch", pairs) else "but"
    return f"{sentence}; {link} {PAIRS[surely('pair_switch', pairs)]}: {_beside(found, name, 'pair_switch')}."


def _beside(found: Report, name: str, metric: str) -> str:
    ours, theirs = found.metrics[metric].value, found.baselines[name][metric].value
    margin = found.margins[name][metric]
    spread = f"{points(margin.value)} points, {SURENESS} {points(margin.low)} to {points(margin.high)}"
    return f"{percent(ours)} against {percent(theirs)} ({spread})"


def _lost(found: Report, name: str) -> str:
    better = won(found.metrics, found.baselines[name])
    called = BASELINES.get(name, name)
    return f"{called[:1].upper()}{called[1:]} is better in {', '.join(better)}." if better else ""


def compared(against: Comparison) -> str:
    """What changed against another system, and how surely."""
    gained, lost = len(against.gained), len(against.lost)
    changed = f"{gained:,} questions are right here and not there, {lost:,} there and not here"
    by_chance = f" (McNemar, exact: {_chance(against.p)})" if against.p is not None else ""
    return f"Against {against.against}: {against.verdict}. {changed}{by_chance}."


def _chance(p: float) -> str:
    return f"p = {p:.3f}" if p >= 0.001 else "p < 0.001"
