"""groundsmith calibrate HOME --questions FILE…: what may be promised of its answers, and how sure they must be."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from textwrap import fill

from assistant.calibration.calibrate import calibrate
from assistant.calibration.files import save
from assistant.calibration.nouns import Calibration, Level
from assistant.gate import backend_of
from assistant.spec import DecisionSpec
from retrieval import UsageError
from tuning.opening import open_whole
from ui.exams.calibrating import cases, unbarred
from ui.exams.files import usable
from ui.exams.text import WIDTH
from ui.exams.words import counted
from ui.terminal import Progress, printable

RISKS = (0.01, 0.5)
SHARES = (0.0, 0.95)


def run(options: argparse.Namespace) -> int:
    assistant = open_whole(options.home)
    spec = assistant.spec.decision
    risk = _within("--risk", spec.risk if options.risk is None else options.risk, RISKS)
    share = _within(
        "--unanswerable", spec.unanswerable if options.unanswerable is None else options.unanswerable, SHARES
    )
    questions = usable(options.questions, options.skip_bad)
    examined = unbarred(assistant, questions, Progress())
    found = calibrate(
        cases(assistant, questions, examined), backend_of(assistant.reader, assistant.library), risk, share
    )
    path = save(assistant.library.home, found)
    if options.json:
        print(json.dumps(asdict(found) | {"skipped": examined.skipped}, ensure_ascii=False, indent=2))
    else:
        lines = [*_asked(found, examined.skipped), *_told(found), *_saved(found, spec, path)]
        print(printable("\n".join(map(_filled, lines))))
    return 0


def _filled(sentence: str) -> str:
    return fill(sentence, WIDTH, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False)


def _within(name: str, value: float, limits: tuple[float, float]) -> float:
    low, high = limits
    if not low <= value <= high:
        raise UsageError(f"{name} {value:g} is out of range.", f"Choose from {low:g} to {high:g}.")
    return value


def _asked(found: Calibration, skipped: dict[str, str]) -> Iterator[str]:
    yield f"Fitted on {counted(found.fitted_on, 'question')}, tried on {found.walked_on} others, about other documents."
    reasons = list(skipped.values())
    yield from (f"{counted(reasons.count(why), 'question')} skipped: {why}" for why in sorted(set(reasons)))
    yield ""


def _told(found: Calibration) -> Iterator[str]:
    level = found.level
    yield from _promised(found, level) if level else _refused(found)


def _promised(found: Calibration, level: Level) -> Iterator[str]:
    counts = level.counts
    mix = f"where {found.unanswerable * 100:g} of 100 questions are not answered by the documents"
    yield f"Promised: of 100 answers, no more than {found.risk * 100:g} are wrong, {mix}."
    yield "A promise like this holds 95 times out of 100, for questions like these."
    yield f"Coverage: it answers {counts.answered} of the {counts.answerable} answerable questions it was tried on."
    misled = f"{counts.misled} of {counts.unanswerable} unanswerable questions were answered"
    bears = f"that bears a promise of {level.bound * 100:.1f} wrong of 100"
    yield f"Of these answers {counts.wrong} were wrong, and {misled}; {bears}."
    yield f"Threshold: a confidence of {level.threshold:.3f}."


def _refused(found: Calibration) -> Iterator[str]:
    yield "Uncertified: nothing can be promised. The threshold that the reader is shipped with goes on serving."
    yield found.why
    if found.at_least:
        often = f"about {found.needed} would do" if found.needed else "no number of questions would do"
        least = f"At least about {found.at_least} questions like these would be needed, if no answer were wrong"
        yield f"{least}; erring as often as now, {often}."


def _saved(found: Calibration, spec: DecisionSpec, path: Path) -> Iterator[str]:
    yield f"Saved: {path}"
    if not found.certified:
        return
    if spec.threshold >= 0:
        yield f"It does not serve: [decision] threshold = {spec.threshold:g} goes first. Set that to -1."
    elif found.risk > spec.risk or found.unanswerable < spec.unanswerable:
        yield "It does not serve: the Spec asks for more. To be content with this, write into assistant.toml:"
        yield f"  [decision]  risk = {found.risk:g}  unanswerable = {found.unanswerable:g}"
    else:
        yield "It serves from the next question on."
