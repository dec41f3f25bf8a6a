"""Invented firms, written for this project: each question set among what a search of its firm's documents finds."""

from __future__ import annotations

import json
import shutil
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from random import Random

from assistant import create_home
from retrieval import EVERYONE, Access, Encoder, Home, Library, Passage, RetrievalSpec, UsageError, open_library
from tuning.exam.questions import question_of
from tuning.examples.setting import showing
from tuning.examples.shape import Shape
from tuning.examples.showing import source_of, worded
from tuning.nouns import Example, Question

FIRMS = Path(__file__).parent / "firms"
ORIGIN = "firms"
DEEP = 9  # passages that a search finds; of them the best are shown


@dataclass(frozen=True)
class Asked:
    """`evidence`: words that stand in the passage that answers, all of them."""

    question: Question
    evidence: tuple[str, ...]


@dataclass(frozen=True)
class Firm:
    """A firm's documents in a Home of its own, and what is asked of them."""

    folder: Path
    home: Path
    encoder: Encoder
    shape: Shape

    @property
    def name(self) -> str:
        return self.folder.name

    def readings(self, chance: Random) -> Iterator[list[Example]]:
        """Every question, and each that has an answer again with the documents hidden that hold it."""
        for asked in chance.sample(self._asked, len(self._asked)):
            if not asked.question.answerable:
                yield [self._silent(asked, chance)]
            elif row := self._answered(asked, chance):
                yield [row, replace(self._silent(asked, chance), kind="twin")]

    def exam(self) -> Iterator[Question]:
        """The same questions as an exam asks them, for a firm that nobody learned from."""
        for question in (asked.question for asked in self._asked):
            yield question
            if question.answerable:
                hidden = replace(question, answerable=False, answers=(), gold_ids=(), without=question.gold_ids)
                yield replace(hidden, id=f"{question.id}-twin", kind="twin", twin_of=question.id)

    def open(self) -> Home:
        """Its Home, with its documents, not yet synced."""
        home = create_home(self.home / self.name)
        shutil.copytree(self.folder / "documents", home.documents, dirs_exist_ok=True)
        return home

    def _answered(self, asked: Asked, chance: Random) -> Example | None:
        """None where no passage that is found holds the answer."""
        found = self._find(asked.question, ())
        telling = {passage.id: said for passage in found if (said := _said(asked, passage))}
        if not telling:
            return None
        shown = self._shown(found, chance)
        if not any(passage.id in telling for passage in shown):
            shown[chance.randrange(len(shown))] = next(passage for passage in found if passage.id in telling)
        gold = [place for place, passage in enumerate(shown) if passage.id in telling]
        answer = telling[shown[gold[0]].id]
        gold = [place for place in gold if telling[shown[place].id] == answer]
        return showing(_blank(asked.question, answer), shown, tuple(gold))

    def _silent(self, asked: Asked, chance: Random) -> Example:
        found = self._find(asked.question, asked.question.gold_ids)
        return showing(_blank(asked.question), self._shown(found, chance), ())

    def _shown(self, found: Sequence[Passage], chance: Random) -> list[Passage]:
        """So many of the best as the shape says, in any order."""
        shown: list[Passage] = []
        for passage in found[: chance.choice(self.shape.sources)]:
            if shown and sum(len(one.text.split()) for one in (*shown, passage)) > self.shape.words:
                break
            shown.append(passage)
        return chance.sample(shown, len(shown))

    def _find(self, question: Question, without: Collection[str]) -> list[Passage]:
        hits = self._library.searcher.search(question.question, DEEP, EVERYONE, without=without)
        return [hit.passage for hit in hits]

    @cached_property
    def _library(self) -> Library:
        library = open_library(self.open(), RetrievalSpec(), Access({}), self.encoder)
        library.sync()
        return library

    @cached_property
    def _asked(self) -> list[Asked]:
        lines = (self.folder / "questions.jsonl").read_text(encoding="utf-8").splitlines()
        rows = [json.loads(line) for line in lines if line.strip()]
        return [Asked(question_of(row), _listed(row.get("evidence", ()))) for row in rows]


def firms(home: Path, encoder: Encoder, shape: Shape) -> list[Firm]:
    """All of them; their Homes are made in this folder."""
    if not FIRMS.is_dir():
        raise UsageError(f"{FIRMS} is not there: a package has no rows to learn from.", "Run it in a checkout.")
    return [Firm(folder, home, encoder, shape) for folder in sorted(FIRMS.iterdir()) if folder.is_dir()]


def _listed(said: str | Sequence[str]) -> tuple[str, ...]:
    return (said,) if isinstance(said, str) else tuple(said)


def _said(asked: Asked, passage: Passage) -> str | None:
    """A verdict, or the first of the answers that stands here; None where the evidence stands elsewhere."""
    question, text = asked.question, " ".join(passage.text.split())
    if passage.document not in question.gold_ids or not all(_plain(one) in text for one in asked.evidence):
        return None
    if question.yes_no:
        return question.answers[0]
    source = source_of(passage)
    return next((said for one in question.answers if (said := worded(one, source, question.question))), None)


def _plain(said: str) -> str:
    return " ".join(said.split())


def _blank(question: Question, answer: str = "") -> Example:
    return Example(question.id, question.question, (), answer=answer, kind=question.kind, origin=ORIGIN)
