"""Passage after passage is sent, each reply kept on disk before the next is asked for, within the budget.

What was told before is not asked again: a run that was stopped goes on where it was, and costs nothing twice.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

from assistant.language.remote.client import Refused
from retrieval import Home, ModelError, Passage, Progress
from tuning.exam.kept import Kept
from tuning.examples.teacher.nouns import Asking, Budget, Known, Lessons, Said, Told
from tuning.examples.teacher.prompts import VERSION, messages
from tuning.examples.teacher.replies import BadReply, read
from tuning.examples.teacher.server import Teacher, told, worded
from tuning.nouns import Example

FIRST = 5  # questions that are shown before all the others are paid for, or requests where so many don't come
ATTEMPTS = 2  # at a reply that can be used
HOPELESS = 5  # requests in a row that brought nothing: the rest would fare no better
SHORTEST = 12  # words of a passage that something can be asked of
MOST_KNOWN = 3  # questions that are to be worded anew
FINAL = (401, 403, 404)  # the next request would be refused, too
REMEDY = "Ask it one question by hand, and see whether it replies in JSON. Nothing was changed."
UNANSWERED = "a request without an answer"
SPENT = "The budget is spent."
DECLINED = "You stopped it."
STOPPED = "It was stopped."
LOST = f"{HOPELESS} requests in a row brought nothing."

_LATE = re.compile(r"after [\d.]+ seconds")
Agreed = Callable[[Sequence[Told]], bool]


class _Useless(Exception):
    """Nothing came that could be kept."""


def folder(home: Home) -> Path:
    """Below the Home, in lines that name their document: what is purged is purged here, too."""
    return home.root / "examples" / "teacher"


def askings(passages: Sequence[Passage], rows: Sequence[Example]) -> list[Asking]:
    """The first passages of all documents, then the second ones: whatever the budget, each has its turn.

    Then the questions of these rows are to be worded anew.
    """
    turns: Counter[str] = Counter()
    ordered: list[tuple[int, Passage]] = []
    for passage in passages:
        if len(passage.text.split()) >= SHORTEST:
            turns[passage.document] += 1
            ordered.append((turns[passage.document], passage))
    ordered.sort(key=lambda pair: pair[0])
    known = _known(rows)
    anew = [Asking(one, tuple(known[one.id][:MOST_KNOWN])) for _, one in ordered if one.id in known]
    return [Asking(one) for _, one in ordered] + anew


def lessons(
    teacher: Teacher, asked: Sequence[Asking], kept: Kept, budget: Budget, progress: Progress, agreed: Agreed
) -> Lessons:
    """`agreed` is shown the first questions that were paid for, and says whether to go on.

    Wherever it ends, what is on disk of the rest is used.
    """
    found = Lessons()
    run = _Run(teacher, kept, budget, agreed, found)
    try:
        for done, asking in enumerate(asked):
            progress("Asking the teacher", done, len(asked))
            run.take(asking)
        progress("Asking the teacher", len(asked), len(asked))
    except KeyboardInterrupt:
        found.ended = STOPPED
    if not found.told and found.faults and found.ended not in (STOPPED, DECLINED):
        faults = "; ".join(f"{many} × {fault}" for fault, many in found.faults.most_common(4))
        raise ModelError(f"{teacher.address} told nothing that can be used: {faults}.", REMEDY)
    return found


class _Run:
    def __init__(self, teacher: Teacher, kept: Kept, budget: Budget, agreed: Agreed, found: Lessons) -> None:
        self._teacher, self._kept, self._budget, self._agreed = teacher, kept, budget, agreed
        self._found = found
        self._barren = 0
        self._shown = False

    def take(self, asking: Asking) -> None:
        """What it tells, from disk where it was told before."""
        found, key = self._found, _key(asking)
        if key in self._kept:
            found.kept += 1
        elif not self._may_ask():
            return
        try:
            value = self._kept.once(key, lambda: self._paid(asking))
        except _Useless:
            self._barren += 1
            return
        fresh = read(value["text"], asking, found.faults)
        found.told += fresh
        self._barren = 0 if fresh else self._barren + 1

    def _may_ask(self) -> bool:
        found = self._found
        if not found.ended and self._barren >= HOPELESS:
            found.ended = LOST
        if not found.ended and not self._budget.allows(found.requests, found.tokens):
            found.ended = SPENT
        if not found.ended and not self._shown and found.requests and max(found.requests, len(found.told)) >= FIRST:
            self._shown = True
            found.ended = "" if self._agreed(found.told[-FIRST:]) else DECLINED
        return not found.ended

    def _paid(self, asking: Asking) -> dict[str, object]:
        """A reply in its form, as it is kept: with the name of what it is about. Another one is asked for once more."""
        found = self._found
        for _ in range(ATTEMPTS):
            if not self._budget.allows(found.requests, found.tokens):
                break
            try:
                said = self._said(asking)
                read(said.text, asking, Counter())
            except BadReply as bad:
                found.faults[str(bad)] += 1
            else:
                return {"document": asking.passage.document, "passage": asking.passage.id, **said.to_json()}
        raise _Useless

    def _said(self, asking: Asking) -> Said:
        found = self._found
        found.requests += 1
        try:
            said = self._teacher.ask(asking)
        except ModelError as error:
            if isinstance(error, Refused) and error.status in FINAL:
                raise told(error) from error
            why = _LATE.sub("in time", worded(error.problem))
            found.faults[f"{UNANSWERED}: {why.rstrip('.')}"] += 1
            raise _Useless from error
        found.tokens += said.tokens
        found.exact = found.exact and said.exact
        return said


def _key(asking: Asking) -> list[object]:
    return [VERSION, *([message["role"], message["content"]] for message in messages(asking))]


def _known(rows: Sequence[Example]) -> dict[str, list[Known]]:
    """By passage: the questions of these rows whose answer stands there."""
    found: dict[str, list[Known]] = {}
    for row in sorted(rows, key=lambda row: row.id):
        source = row.sources[row.gold[0]] if row.gold and not row.messages else None
        at = source.text.find(row.answer) if source else -1
        if source and at >= 0 and row.answer not in ("Yes", "No"):
            found.setdefault(source.id, []).append(Known(row.question, at, at + len(row.answer)))
    return found
