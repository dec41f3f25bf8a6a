"""Rows that the owner's own larger model thinks up. Its address and what it costs are told before it is asked."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence

from retrieval import UsageError
from tuning.exam.kept import Kept
from tuning.examples.located import balanced
from tuning.examples.making import Making
from tuning.examples.store import kept
from tuning.examples.teacher.asking import askings, folder, lessons
from tuning.examples.teacher.nouns import Asking, Budget, Lessons, Told, budget_of
from tuning.examples.teacher.prompts import VERSION, messages
from tuning.examples.teacher.server import LONGEST, Teacher, about, open_teacher
from tuning.examples.teacher.teaching import taught
from tuning.nouns import Example
from ui.exams.words import counted
from ui.learning.gathering import Gathered, Teaching
from ui.terminal import printable

MADE_BY_CODE = ("documents", "feedback")  # origins whose questions are worded anew


def from_teacher(teaching: Teaching, options: argparse.Namespace) -> Gathered:
    """Only what everyone may read is sent, and only what may be learned from."""
    assistant = teaching.assistant
    if teaching.domain:
        raise UsageError("What one group may read is sent to no teacher.", "Leave out --domain, or --teacher.")
    budget = budget_of(options.budget)
    teacher = open_teacher(options.teacher, options.model, options.key_from, assistant.spec.model)
    asked = askings(teaching.shelf.passages, _known(kept(assistant.library.database)))
    on_disk = Kept(folder(assistant.library.home), [teacher.address, teacher.name, VERSION])
    _announce(teacher, asked, budget)
    if not options.yes and not sys.stdin.isatty():
        raise UsageError("Asking a teacher may cost money, and there is nobody to be asked.", "Add --yes.")
    found = lessons(teacher, asked, on_disk, budget, teaching.progress, lambda told: _agreed(told, options.yes))
    making = Making(teaching.shelf, teaching.shape, teaching.seed, teaching.progress)
    rows = taught(making, teacher.name, found.told)
    rows = balanced(rows, teaching.shape, teaching.many, making.left_out)
    return Gathered(rows, making.left_out + found.faults, list(_told(teacher, found)))


def _known(rows: Sequence[Example]) -> list[Example]:
    return [row for row in rows if row.origin in MADE_BY_CODE]


def _announce(teacher: Teacher, asked: Sequence[Asking], budget: Budget) -> None:
    documents = len({one.passage.document for one in asked})
    tokens = sum(about([message["content"] for message in messages(one)]) for one in asked)
    _say(f"Passages of {counted(documents, 'document')} that everyone may read are sent to {teacher.address}")
    most = f"{counted(len(asked), 'request')}, about {tokens:,} tokens, and up to {LONGEST:,} a reply"
    _say(f"(model {teacher.name}): at most {most}. Budget: {budget}.")


def _agreed(told: Sequence[Told], yes: bool) -> bool:
    """The first questions, before all the others are paid for."""
    _say(
        "\n" * sys.stderr.isatty()
        + ("The first that it told:" if told else "Nothing that it told could be used so far.")
    )
    for one in told:
        _say(f"  {one.question}\n    {one.answer or '(nothing answers it)'}")
    return yes or input("Go on? [y/N] ").strip().lower() in ("y", "yes")


def _told(teacher: Teacher, found: Lessons) -> Iterator[str]:
    cost = f"{'' if found.exact else 'about '}{found.tokens:,} tokens"
    kept_there = f", {counted(found.kept, 'reply').replace('replys', 'replies')} from disk" if found.kept else ""
    yield (
        f"{teacher.name} told {counted(len(found.told), 'question')} that can be used: "
        f"{counted(found.requests, 'request')}, {cost}{kept_there}."
    )
    if found.ended:
        yield f"{found.ended} The same command goes on from there, and pays for nothing twice."


def _say(line: str) -> None:
    print(printable(line), file=sys.stderr, flush=True)
