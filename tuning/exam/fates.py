"""What can become of a question: two good ends, and three bad ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, get_args

from tuning.exam.rightness import answered, right, tells
from tuning.exam.statistics import wilson
from tuning.nouns import Metric, Outcome, Question

Fate = Literal["right_answer", "right_refusal", "wrong_answer", "answered_unanswerable", "refused_answerable"]
FATES: tuple[Fate, ...] = get_args(Fate)
GOOD: tuple[Fate, ...] = ("right_answer", "right_refusal")


def fate(question: Question, outcome: Outcome) -> Fate | None:
    """None where the row doesn't say what is right."""
    if not tells(question):
        return None
    if not question.answerable:
        return "answered_unanswerable" if answered(outcome) else "right_refusal"
    if not answered(outcome):
        return "refused_answerable"
    return "right_answer" if right(question, outcome) else "wrong_answer"


def tally(fates: Sequence[Fate | None]) -> dict[Fate, Metric]:
    """Each fate's share of the questions that have one; together they are 1."""
    told = [one for one in fates if one]
    shares = {name: wilson(told.count(name), len(told)) for name in FATES}
    return {name: share for name, share in shares.items() if share}


def per_hundred(tally: Mapping[Fate, Metric]) -> dict[Fate, int]:
    """Whole numbers that add up to 100. The good ends together are rounded first, so that both sums are right too."""
    bad = [fate for fate in tally if fate not in GOOD]
    good = round(100 * sum(tally[fate].value for fate in GOOD))
    return _apportioned(tally, GOOD, good) | _apportioned(tally, bad, 100 - good)


def _apportioned(tally: Mapping[Fate, Metric], fates: Sequence[Fate], total: int) -> dict[Fate, int]:
    """Each fate's share of the total, in whole numbers: the largest remainders are rounded up."""
    whole = sum(tally[fate].value for fate in fates)
    exact = {fate: total * tally[fate].value / whole if whole else 0.0 for fate in fates}
    down = {fate: int(value) for fate, value in exact.items()}
    left = total - sum(down.values())
    first = sorted(fates, key=lambda fate: (down[fate] - exact[fate], fates.index(fate)))[:left]
    return {fate: many + (fate in first) for fate, many in down.items()}
