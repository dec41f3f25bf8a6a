"""From cases to a calibration: fit on some documents, walk on the others, and say what may be promised."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from assistant.calibration.bounds import Counts
from assistant.calibration.fit import Degenerate, fit
from assistant.calibration.needs import fewest, most
from assistant.calibration.nouns import Backend, Calibration, Case, Confidence
from assistant.calibration.sides import one_of_each, sides
from assistant.calibration.walk import Scored, Step, bound, counted, grid, holds, levels_of, scored, walk


def calibrate(cases: Sequence[Case], backend: Backend, risk: float, unanswerable: float) -> Calibration:
    """What this backend may promise for questions like these, of which that share is unanswerable."""
    names = features_of(cases)
    usable = [case for case in cases if not case.answered or names <= case.known]
    fitting, walking = sides(usable)
    walking = one_of_each(walking, unanswerable)
    blank = Calibration(backend, risk, unanswerable, None, (), len(fitting), len(walking), False, "")
    lacking = _lacking(usable, unanswerable) or _joined(fitting)
    if lacking:
        return replace(blank, why=lacking)
    try:
        confidence = fit(fitting, sorted(names), unanswerable)
    except Degenerate as error:
        return replace(blank, why=f"Nothing can be fitted: {error}.")
    steps = grid([scored(case, confidence) for case in fitting])
    return _walked(blank, confidence, steps, [scored(case, confidence) for case in walking], len(usable))


def features_of(cases: Sequence[Case]) -> set[str]:
    """The features that most answers have: an answer that lacks one is left out, never given one."""
    answered = [case.known for case in cases if case.answered]
    known = set[str]().union(*answered)
    return {name for name in known if 2 * sum(name in features for features in answered) > len(answered)}


def _lacking(cases: Sequence[Case], unanswerable: float) -> str:
    if not any(case.answerable for case in cases):
        return "No question is there that the documents answer."
    if unanswerable and all(case.answerable for case in cases):
        return "No question is there that the documents do not answer, so how it takes these can't be told."
    return ""


def _joined(fitting: Sequence[Case]) -> str:
    return "" if fitting else "All questions are about documents that belong together: none is left to fit on."


def _walked(
    blank: Calibration, confidence: Confidence, steps: Sequence[Step], cases: Sequence[Scored], asked: int
) -> Calibration:
    risk, share = blank.risk, blank.unanswerable
    taken = walk(steps, cases, risk, share)
    fitted = replace(blank, confidence=confidence, levels=levels_of(taken, share))
    if taken and holds(taken[0][1], risk, share):
        return replace(fitted, certified=True)
    found = [counted(cases, step.threshold) for step in steps]
    advised = replace(fitted, at_least=fewest(found, risk, share, asked), needed=most(found, risk, share, asked))
    return replace(advised, why=_erring(taken[0][1], risk, share) if taken else _short(found, risk))


def _short(found: Sequence[Counts], risk: float) -> str:
    held = max((counts.answered for counts in found), default=0)
    without = max((counts.unanswerable for counts in found), default=0)
    tried = f"it was tried on {held} answers to answerable questions and on {without} unanswerable questions"
    return f"Too few questions to promise {risk * 100:g} of 100: {tried}."


def _erring(counts: Counts, risk: float, unanswerable: float) -> str:
    """What the first level bears, where it does not hold."""
    wrong = f"of its {counts.answered} surest answers to answerable questions {counts.wrong} were wrong"
    misled = f"{counts.misled} of {counts.unanswerable} unanswerable questions were answered as surely"
    bears = f"that bears a promise of {bound(counts, unanswerable) * 100:.0f}"
    return f"Too many errors to promise {risk * 100:g} of 100: {wrong}, and {misled}; {bears}."
