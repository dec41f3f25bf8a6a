"""Two systems on the same questions: what differs, how surely, and which questions changed sides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tuning.exam.citing import Supports
from tuning.exam.metrics import Metrics, compare
from tuning.exam.rightness import right, tells
from tuning.exam.run import Examination
from tuning.exam.statistics import mcnemar
from tuning.nouns import Outcome, Question


@dataclass(frozen=True)
class Changed:
    """A question that one of the two has right and the other wrong; an answer is None where it abstained."""

    id: str
    question: str
    answers: tuple[str, ...]
    here: str | None
    there: str | None


@dataclass(frozen=True)
class Comparison:
    """This system against another, on the questions that both were asked. Differences are this minus the other."""

    against: str
    differences: Metrics
    gained: tuple[Changed, ...]  # right here, wrong there
    lost: tuple[Changed, ...]
    p: float | None  # McNemar, exact

    @property
    def verdict(self) -> str:
        if self.p is None or self.p > 0.05:
            return "no difference that these questions can tell"
        return "better" if len(self.gained) > len(self.lost) else "worse"


def comparison(
    questions: Sequence[Question],
    here: Examination,
    there: Examination,
    seed: int = 0,
    verifiers: Mapping[str, Supports] | None = None,
) -> Comparison:
    ours = {outcome.id: outcome for outcome in here.outcomes}
    theirs = {outcome.id: outcome for outcome in there.outcomes}
    both = [question for question in questions if question.id in ours.keys() & theirs.keys()]
    told = [question for question in both if tells(question)]
    gained = tuple(_changed(one, ours, theirs) for one in told if _right(one, ours) and not _right(one, theirs))
    lost = tuple(_changed(one, ours, theirs) for one in told if _right(one, theirs) and not _right(one, ours))
    p = mcnemar([_right(one, ours) for one in told], [_right(one, theirs) for one in told])
    return Comparison(
        against=there.system,
        differences=compare(both, here.outcomes, there.outcomes, seed, verifiers),
        gained=gained,
        lost=lost,
        p=p,
    )


def _right(question: Question, outcomes: Mapping[str, Outcome]) -> bool:
    return right(question, outcomes[question.id])


def _changed(question: Question, here: Mapping[str, Outcome], there: Mapping[str, Outcome]) -> Changed:
    shown, other = _shown(here[question.id]), _shown(there[question.id])
    return Changed(question.id, question.question, question.answers, shown, other)


def _shown(outcome: Outcome) -> str | None:
    return None if outcome.abstained else outcome.answer
