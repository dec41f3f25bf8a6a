"""Rows to learn from, of corrections that the owner accepted. Each is held against its evidence once more.

A row needs a document that says it: what only the owner said is served by its document, and teaches nothing. Answers
that somebody approved of become rows with those of the documents (`tuning/examples/confirmed.py`); a thumb down alone
says only that something was wrong, and is counted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from assistant import Assistant
from assistant.polarity import asks_yes_or_no
from assistant.support.evidence import Evidenced
from retrieval import Database, Passage
from tuning.examples.filters import Barred, Sieve, filtered
from tuning.examples.showing import source_of, worded
from tuning.examples.sides import Sides, reader_of, sides
from tuning.examples.store import put, remove, stored
from tuning.feedback.checking import says_nothing, verdict_of
from tuning.feedback.deciding import checked, opened
from tuning.feedback.nouns import Correction
from tuning.feedback.queue import corrections, owner_answers
from tuning.feedback.shelf import is_owners
from tuning.nouns import Example

ORIGIN = "feedback"
UNDECIDED = "not decided yet"
REJECTED = "rejected"
OTHERWISE = "your document says otherwise"
SILENT = "no document says it but the Owner's answer"
RESTRICTED = "its document is for some groups alone"
APART = "its document is kept for the exam or the calibration"
UNLOCATED = "its evidence has no line that says just this"
NOTHING_SHOWN = "nothing that was shown for it may be learned from"
DOWN = "a thumb down without a correction"
MOST = 6  # sources


@dataclass(frozen=True)
class Rows:
    examples: list[Example]
    left_out: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True)
class Kept:
    """How many rows there are to learn from, how many wait for a person, and of how many corrections there is none."""

    rows: int
    doubtful: int
    left_out: Counter[str]


def rows_of(assistant: Assistant, domain: str | None = None) -> Rows:
    """`domain`: the group whose adapter will learn from it; without, what everyone may read."""
    making = _Making(assistant, domain)
    made = Rows([], Counter({DOWN: many} if (many := _thumbs_down(assistant.library.database)) else {}))
    for correction in corrections(assistant.library.database):
        found = making.row(correction)
        if isinstance(found, Example):
            made.examples.append(found)
        else:
            made.left_out[found] += 1
    return made


def kept_in_step(assistant: Assistant, domain: str | None = None) -> Kept:
    """The pool of examples holds what the corrections of today give, and nothing that was taken back."""
    database, made = assistant.library.database, rows_of(assistant, domain)
    sifted = filtered(made.examples, Sieve(barred=_Making(assistant, domain).barred))
    put(database, sifted.kept)
    put(database, sifted.doubtful, "waiting", sifted.why)
    now = {example.id for example in (*sifted.kept, *sifted.doubtful)}
    ours = [one.example for one in stored(database) if one.example.origin == ORIGIN]
    remove(database, [example.id for example in ours if example.id not in now])
    return Kept(len(sifted.kept), len(sifted.doubtful), made.left_out + sifted.left_out)


class _Making:
    def __init__(self, assistant: Assistant, domain: str | None) -> None:
        self._assistant = assistant
        self._reader = reader_of(domain)
        self._domain = domain

    @cached_property
    def _sides(self) -> Sides:
        return sides(self._assistant.library, self._domain)

    @property
    def barred(self) -> Barred:
        """What is kept for the exam and the calibration."""
        apart = frozenset(id for id, some in self._sides.documents.items() if "train" not in some)
        return Barred(apart, tuple(one.text for one in self._sides.passages if self._sides.of(one) != "train"))

    def row(self, correction: Correction) -> Example | str:
        """The row that it gives, or why there is none."""
        if correction.state != "accepted":
            return REJECTED if correction.state == "rejected" else UNDECIDED
        said = self._said(correction)
        found = checked(self._assistant, correction, said)
        if found.verdict == "contradicted":
            return OTHERWISE
        if says_nothing(said):
            return self._hard(correction)
        return self._answerable(correction, said, found.evidence) if found.verdict == "supported" else SILENT

    def _said(self, correction: Correction) -> str:
        """In the owner's own wording, where they gave one."""
        answers = owner_answers(self._assistant.library.database)
        return next((each.text for each in answers if each.id == correction.document), correction.text)

    def _answerable(self, correction: Correction, said: str, evidence: Sequence[Evidenced]) -> Example | str:
        teaching = [one for one in evidence if self._teaches(one.passage)]
        if not teaching:
            return APART if any(self._readable(one.passage) for one in evidence) else RESTRICTED
        for one in teaching:
            if answer := _located(correction.question, said, one):
                shown = [passage for passage in self._shown(correction) if passage.id != one.passage.id][: MOST - 1]
                shown.insert(_seat(correction.id, len(shown) + 1), one.passage)
                row = _row(correction, shown)
                return replace(row, gold=(shown.index(one.passage),), answer=answer, evidence=(one.quote.text,))
        return UNLOCATED

    def _hard(self, correction: Correction) -> Example | str:
        shown = self._shown(correction)[:MOST]
        return replace(_row(correction, shown), kind="hard") if shown else NOTHING_SHOWN

    def _shown(self, correction: Correction) -> list[Passage]:
        """What the answer had been shown, as far as it stands, teaches, and is no Owner's answer."""
        found = [opened(self._assistant.library, id, self._reader) for id in correction.shown]
        return [one for one in found if one and self._teaches(one) and not is_owners(one.document)]

    def _teaches(self, passage: Passage) -> bool:
        return self._readable(passage) and self._sides.of(passage) == "train"

    def _readable(self, passage: Passage) -> bool:
        return self._assistant.library.catalogue.document(passage.document, self._reader) is not None


def _row(correction: Correction, shown: Sequence[Passage]) -> Example:
    sources = tuple(map(source_of, shown))
    documents = tuple(dict.fromkeys(passage.document for passage in shown))
    return Example(
        f"{ORIGIN}-{correction.id[:12]}", correction.question, sources, origin=ORIGIN, slice=ORIGIN, documents=documents
    )


def _located(question: str, said: str, one: Evidenced) -> str:
    """The correction in the words of its evidence: its own, where they stand there; else the line that says it."""
    verdict = verdict_of(said)
    if verdict and asks_yes_or_no(question):
        return verdict
    source = source_of(one.passage)
    return worded(said.strip(), source, question) or worded(one.quote.text, source, question) or ""


def _seat(id: str, many: int) -> int:
    """The place of the evidence among the sources: any, and always the same."""
    return int(id[:8], 16) % many


def _thumbs_down(database: Database) -> int:
    rows = database.rows("SELECT COUNT(*) AS many FROM feedback WHERE thumb = 'down' AND correction IS NULL")
    return int(rows[0]["many"])
