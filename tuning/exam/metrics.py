"""Every metric of an exam, by the definitions of `EXAMS.md`. One that the rows can't tell is absent.

Shares have Wilson intervals, the rest a bootstrap that draws a question and its twins together. ECE is over ten bins
of equal mass. `aurc` and the coverages go through all thresholds: what was abstained from at the threshold counts as
answered with `forced`, where the system has that.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

import numpy as np

from tuning.exam import statistics
from tuning.exam.citing import Support, Supports, quoted, support
from tuning.exam.figures import Figure, Figures, Row, array, counted, flags, joined, mean, quantile, share
from tuning.exam.normal import contains, exact, f1, unmarked
from tuning.exam.statistics import Array, Flags, Statistic, harmonic
from tuning.nouns import Metric, Outcome, Question

Metrics = dict[str, Metric]
STRICTEST = ("entailed", "lexical", "quoted")  # the first of them that is there goes into the trust score


def measure(
    questions: Sequence[Question],
    outcomes: Sequence[Outcome],
    seed: int = 0,
    verifiers: Mapping[str, Supports] | None = None,
) -> Metrics:
    """Of the questions that have an outcome. A verifier judges one level of support each; `quoted` is built in."""
    rows = joined(questions, outcomes)
    weights = statistics.resamples([row.pair for row in rows], seed)
    taken = {name: figure.metric(weights) for name, figure in figures(rows, verifiers).items()}
    return {name: metric for name, metric in taken.items() if metric}


def by_slice(
    questions: Sequence[Question],
    outcomes: Sequence[Outcome],
    seed: int = 0,
    verifiers: Mapping[str, Supports] | None = None,
) -> dict[str, Metrics]:
    """The metrics of each `slice`, and of each kind."""
    labelled: dict[str, list[Question]] = {}
    for question in questions:
        for label in filter(None, (question.slice, f"kind: {question.kind}")):
            labelled.setdefault(label, []).append(question)
    known = {level: cache(supports) for level, supports in (verifiers or {}).items()}
    taken = {label: measure(labelled[label], outcomes, seed, known) for label in sorted(labelled)}
    return {label: metrics for label, metrics in taken.items() if metrics}


def compare(
    questions: Sequence[Question],
    after: Sequence[Outcome],
    before: Sequence[Outcome],
    seed: int = 0,
    verifiers: Mapping[str, Supports] | None = None,
) -> Metrics:
    """After minus before, paired, on the questions that both were asked: each metric that both can tell."""
    both = {outcome.id for outcome in after} & {outcome.id for outcome in before}
    asked = [question for question in questions if question.id in both]
    rows, others = joined(asked, after), joined(asked, before)
    weights = statistics.resamples([row.pair for row in rows], seed)
    new, old = figures(rows, verifiers), figures(others, verifiers)
    taken = {
        name: statistics.difference(new[name].statistic, old[name].statistic, weights, min(new[name].n, old[name].n))
        for name in new
        if name in old
    }
    return {name: metric for name, metric in taken.items() if metric}


def figures(rows: Sequence[Row], verifiers: Mapping[str, Supports] | None) -> Figures:
    """All that can be told, each by its name."""
    levels = {
        level: [support(row.question, row.outcome, supports) if row.answered else None for row in rows]
        for level, supports in ({"quoted": quoted} | dict(verifiers or {})).items()
    }
    told = _right(rows) | _said(rows) | _forced(rows) | _erring(rows) | _separating(rows) | _swept(rows) | _timed(rows)
    told |= _cited(rows, levels["quoted"]) | _supported(levels) | _grounded(rows) | _claimed(rows)
    told |= _trusted(told)
    return {name: figure for name, figure in told.items() if figure.n}


def _right(rows: Sequence[Row]) -> Figures:
    by_id = {row.question.id: row for row in rows}

    def switched(twin: Row) -> bool | None:
        first = by_id.get(twin.question.twin_of or "")
        return first.right and twin.right if first and first.told and twin.told else None

    return {
        "right": share(row.right if row.told else None for row in rows),
        "pair_switch": share(map(switched, rows)),
    }


def _said(rows: Sequence[Row]) -> Figures:
    """What is shown against the answers: over all answerable questions, nothing where it refused."""
    shown = [(row.outcome.answer if row.answered else "", row.question.answers) if row.worded else None for row in rows]
    return {
        "answer_f1": mean(f1(*one) if one else None for one in shown),
        "answer_em": share(exact(*one) if one else None for one in shown),
        "answer_contains": share(contains(*one) if one else None for one in shown),
    }


def _forced(rows: Sequence[Row]) -> Figures:
    """What does not depend on the threshold: the likeliest passage, and what is read in it."""
    found = {}
    if any(row.worded and row.outcome.forced is not None for row in rows):
        found["reading_f1"] = mean(f1(_read(row), row.question.answers) if row.worded else None for row in rows)
    if any(row.located and row.outcome.best is not None for row in rows):
        found["right_passage"] = share(row.best_is_gold if row.located else None for row in rows)
    return found


def _read(row: Row) -> str:
    forced = row.outcome.forced
    return forced if forced is not None else row.outcome.answer if row.answered else ""


def _erring(rows: Sequence[Row]) -> Figures:
    """The two error rates that an owner sees."""
    return {
        "answered_unanswerable": share(None if row.question.answerable else row.answered for row in rows),
        "refused_answerable": share(not row.answered if row.question.answerable else None for row in rows),
        "answered_ratio": share(row.answered for row in rows),
    }


def _separating(rows: Sequence[Row]) -> Figures:
    if not all(row.outcome.graded for row in rows):
        return {}
    confidence = array(row.outcome.confidence for row in rows)
    answerable = flags(row.question.answerable for row in rows)
    found = {}
    for name, kind in (("auroc_twins", "twin"), ("auroc_hard", "hard")):
        others = ~answerable & flags(row.question.kind == kind for row in rows)
        if answerable.any() and others.any():
            n = int((answerable | others).sum())
            found[name] = Figure(statistics.auroc(confidence, answerable, others), n)
    return found


def _swept(rows: Sequence[Row]) -> Figures:
    """Through all thresholds, on the exam's own mix; not where the model tells no probabilities."""
    if not all(row.outcome.graded for row in rows):
        return {}
    forces = any(row.outcome.forced is not None for row in rows)
    confidence = array(row.outcome.confidence for row in rows)
    right = flags(row.right_if_answered for row in rows)
    offered = flags(row.told and (row.answered or (forces and row.held_back)) for row in rows)
    asked = flags(row.worded for row in rows)
    n = int(offered.sum())
    found = {
        "aurc": Figure(statistics.aurc(confidence, right, offered), n),
        "ece": Figure(statistics.ece(confidence, right, offered), n),
    }
    for percent in (5, 10):
        covered = statistics.coverage(confidence, right, offered, asked, percent / 100)
        found[f"coverage_at_{percent}"] = Figure(covered, int(asked.sum()))
    return found


def _timed(rows: Sequence[Row]) -> Figures:
    seconds = [row.outcome.seconds for row in rows]
    first = [row.outcome.first_evidence for row in rows]
    return {
        "seconds_median": quantile(seconds, 0.5),
        "seconds_p95": quantile(seconds, 0.95),
        "first_evidence_median": quantile(first, 0.5),
        "first_evidence_p95": quantile(first, 0.95),
    }


def _cited(rows: Sequence[Row], supports: Sequence[Support | None]) -> Figures:
    given = [row.outcome.citations if row.answered else () for row in rows]
    return {
        "verbatim_rate": counted((sum(one.verbatim and bool(one.quote) for one in cited) for cited in given),
                                 map(len, given)),
        "invalid_id_rate": counted((one.invalid if one else 0 for one in supports),
                                   (one.citations if one else 0 for one in supports)),
        "quote_contains_answer": share(map(_quote_contains, rows)),
    }  # fmt: skip


def _quote_contains(row: Row) -> bool | None:
    """Asked where something is cited for an answer that is a wording, not a verdict."""
    if not (row.worded and row.answered and row.outcome.citations) or row.question.yes_no:
        return None
    return contains(" ".join(cited.quote for cited in row.outcome.citations), row.question.answers)


def _supported(levels: Mapping[str, Sequence[Support | None]]) -> Figures:
    """Over answered items; F1 is of the two means."""
    found = {}
    for level, supports in levels.items():
        precision = mean(one.precision if one else None for one in supports)
        recall = mean(one.recall if one else None for one in supports)
        found[f"citation_precision_{level}"] = precision
        found[f"citation_recall_{level}"] = recall
        found[f"citation_f1_{level}"] = Figure(_f1(precision.statistic, recall.statistic), precision.n)
    return found


def _f1(precision: Statistic, recall: Statistic) -> Statistic:
    return lambda weights: harmonic(precision(weights), recall(weights))


def _grounded(rows: Sequence[Row]) -> Figures:
    """F1 of answering what is answerable and of refusing what is not, averaged. Only where there is both."""
    answered, answerable = flags(row.answered for row in rows), flags(row.question.answerable for row in rows)
    if answerable.all() or not answerable.any():
        return {}
    refusing = _agreement(array(~answered & ~answerable), ~answered, ~answerable)
    answering = _agreement(array(answered & answerable), answered, answerable)
    return {"f1_gr": Figure(lambda weights: (refusing(weights) + answering(weights)) / 2, len(rows))}


def _agreement(good: Array, done: Flags, due: Flags) -> Statistic:
    """F1 of what went well against what was done, and what was due. A precision of nothing is 0."""
    precision = statistics.ratio(good, done.astype(np.float64))
    recall = statistics.ratio(good, due.astype(np.float64))
    return lambda weights: harmonic(np.nan_to_num(precision(weights)), recall(weights))


def _claimed(rows: Sequence[Row]) -> Figures:
    """Over rows that name their claims, and those that have none to make."""
    judged = flags(bool(row.question.claims) or not row.question.answerable for row in rows)
    answerable = judged & flags(row.question.answerable for row in rows)
    if not answerable.any():
        return {}
    correct = array(_claims_stated(row) for row in rows)
    answered = judged & flags(row.answered for row in rows)
    return {"f1_ac": Figure(_agreement(correct, answered, answerable), int(judged.sum()))}


def _claims_stated(row: Row) -> float:
    """The share of the claims found in the sources, by any of their wordings, that the answer states."""
    if not (row.answered and row.question.answerable and row.question.claims):
        return 0.0
    sources = [source.text for source in row.question.passages or ()]
    there = [claim for claim in row.question.claims if any(contains(text, claim) for text in sources)]
    claims = there or row.question.claims  # worded otherwise in the sources, or in sources that were searched for
    return sum(contains(unmarked(row.outcome.answer), claim) for claim in claims) / len(claims)


def _trusted(told: Figures) -> Figures:
    level = next(level for level in STRICTEST if f"citation_f1_{level}" in told)
    names = ("f1_ac", "f1_gr", f"citation_f1_{level}")
    if not all(name in told and told[name].n for name in names):
        return {}
    claimed, grounded, cited = (told[name] for name in names)

    def statistic(weights: Array) -> Array:
        found: Array = (claimed.statistic(weights) + grounded.statistic(weights) + cited.statistic(weights)) / 3
        return found

    return {"trust_score": Figure(statistic, claimed.n)}
