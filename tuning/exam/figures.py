"""What a metric is taken over: judged rows, and a figure of them that can be resampled."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from tuning.exam import statistics
from tuning.exam.rightness import answered, is_gold, right, tells
from tuning.exam.statistics import Array, Flags, Statistic
from tuning.nouns import Cited, Metric, Outcome, Question

FINAL = ("withdrawn", "malformed", "unavailable", "nothing_found")  # what no threshold would have answered


@dataclass(frozen=True)
class Row:
    """A question and what a system made of it, judged."""

    question: Question
    outcome: Outcome

    @cached_property
    def answered(self) -> bool:
        return answered(self.outcome)

    @cached_property
    def right(self) -> bool:
        return right(self.question, self.outcome)

    @property
    def told(self) -> bool:
        return tells(self.question)

    @property
    def worded(self) -> bool:
        """Answerable, and known with what."""
        return self.question.answerable and self.told

    @property
    def located(self) -> bool:
        """Answerable, and known from where."""
        return self.question.answerable and bool(self.question.gold_ids)

    @property
    def best_is_gold(self) -> bool:
        return is_gold(self.question, self.outcome.best, self.outcome.best_document)

    @property
    def held_back(self) -> bool:
        """Abstained from at the threshold and for no other cause: a lower one would have answered."""
        return self.outcome.abstained and self.outcome.reason not in FINAL and self.outcome.best is not None

    @cached_property
    def right_if_answered(self) -> bool:
        """Right where no threshold holds it back: what it reads when it must, out of the likeliest passage."""
        if not self.question.answerable or self.answered:
            return self.question.answerable and self.right
        outcome = self.outcome
        first = Cited(outcome.best or "", outcome.best_document or "", "", "", False)
        return right(self.question, replace(outcome, abstained=False, answer=outcome.forced or "", citations=(first,)))

    @property
    def pair(self) -> str:
        """What a question and its twins have in common."""
        return self.question.twin_of or self.question.id


def joined(questions: Sequence[Question], outcomes: Sequence[Outcome]) -> list[Row]:
    """The questions that have an outcome, by id: the order of neither says anything."""
    made = {outcome.id: outcome for outcome in outcomes}
    known = {question.id: question for question in questions if question.id in made}
    return [Row(known[id], made[id]) for id in sorted(known)]


@dataclass(frozen=True)
class Figure:
    """How a metric is taken over the rows, and of how many. With hits it is a share."""

    statistic: Statistic
    n: int
    hits: float | None = None

    def metric(self, weights: Array) -> Metric | None:
        if self.hits is not None:
            return statistics.wilson(self.hits, self.n)
        return statistics.bootstrap(self.statistic, weights, self.n)


Figures = dict[str, Figure]


def share(values: Iterable[bool | None]) -> Figure:
    """Of the rows that are asked: those with a value."""
    found = array(values)
    return Figure(statistics.mean(found), _known(found), float(np.nansum(found)))


def mean(values: Iterable[float | None]) -> Figure:
    found = array(values)
    return Figure(statistics.mean(found), _known(found))


def quantile(values: Iterable[float | None], part: float) -> Figure:
    found = array(values)
    return Figure(statistics.quantile(found, part), _known(found))


def counted(hits: Iterable[int], of: Iterable[int]) -> Figure:
    """A share of what a row can have several of."""
    top, bottom = array(hits), array(of)
    return Figure(statistics.ratio(top, bottom), int(bottom.sum()), float(top.sum()))


def array(values: Iterable[float | None]) -> Array:
    return np.array([np.nan if value is None else value for value in values], dtype=np.float64)


def flags(values: Iterable[bool]) -> Flags:
    return np.array(list(values), dtype=np.bool_)


def _known(values: Array) -> int:
    return int((~np.isnan(values)).sum())
