"""Where rows to learn from come from: the documents themselves, or what is brought along."""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from assistant import Assistant
from retrieval import GroundsmithError, Home, Progress, UsageError
from tuning.drafting.wording import english
from tuning.exam.questions import read_questions
from tuning.examples.brought import Setting, read_brought, set_among
from tuning.examples.confirmed import confirmed
from tuning.examples.filters import Barred
from tuning.examples.grounds import BroughtGrounds, OwnGrounds
from tuning.examples.making import Making, made
from tuning.examples.shape import Shape
from tuning.examples.shelf import Shelf, shelf
from tuning.examples.sides import Sides, sides
from tuning.nouns import Example
from ui.exams.files import refused
from ui.exams.words import counted


@dataclass(frozen=True)
class Teaching:
    """What every origin is given: whose documents teach, and how many rows of what shape are wanted."""

    assistant: Assistant
    domain: str | None
    many: int
    seed: int
    shape: Shape
    progress: Progress

    @cached_property
    def sides(self) -> Sides:
        return sides(self.assistant.library, self.domain)

    @cached_property
    def shelf(self) -> Shelf:
        return shelf(self.assistant.library, self.sides, "train", self.domain, self.seed)

    @cached_property
    def apart(self) -> frozenset[str]:
        """The documents that may teach nothing."""
        return frozenset(id for id, some in self.sides.documents.items() if "train" not in some)


@dataclass(frozen=True)
class Gathered:
    """The rows of one origin, what it left out by reason, and what its owner should know of it."""

    rows: list[Example]
    left_out: Counter[str] = field(default_factory=Counter)
    told: list[str] = field(default_factory=list)
    searched: bool = False  # the search found each gold passage when the row was made
    doubtful: list[Example] = field(default_factory=list)  # for a person to look at
    why: dict[str, str] = field(default_factory=dict)  # of each of them, by its id


Gather = Callable[[Teaching, argparse.Namespace], Gathered]


def from_documents(teaching: Teaching, options: argparse.Namespace) -> Gathered:
    """Drafted from the documents that teach, and the questions whose answer somebody approved of."""
    making = Making(teaching.shelf, teaching.shape, teaching.seed, teaching.progress, shared=True)
    found = made(making, teaching.many)
    asked = list(confirmed(making))
    foreign = _foreign(teaching.shelf)
    told = [
        f"{counted(foreign, 'document')} not in English: of those only the questions that they ask themselves are used."
    ]
    return Gathered([*found.rows, *asked], making.left_out, told if foreign else [], searched=True)


def brought(teaching: Teaching, options: argparse.Namespace) -> Gathered:
    """Question rows and examples of files; those without sources are set among the documents that they name."""
    found = read_brought(options.questions)
    refused(found.problems, options.skip_bad)
    library = teaching.assistant.library
    own = OwnGrounds(teaching.shelf, teaching.apart)
    grounds = BroughtGrounds(options.corpus, library.encoder) if options.corpus else own
    setting = Setting(grounds, teaching.shape, teaching.seed)
    return Gathered([*found.rows, *set_among(setting, found.questions)], setting.left_out)


def origins() -> Mapping[str, Gather]:
    """Option → the origin that it asks for; without any of them, the documents themselves."""
    from ui.learning.past import from_conversations
    from ui.learning.teacher import from_teacher

    return {"questions": brought, "conversations": from_conversations, "teacher": from_teacher}


def gathered(teaching: Teaching, options: argparse.Namespace) -> list[Gathered]:
    asked = [gather for option, gather in origins().items() if getattr(options, option)]
    return [gather(teaching, options) for gather in asked or [from_documents]]


def barred(teaching: Teaching, home: Home) -> Barred:
    """What the other sides hold, and what the Home's exams ask."""
    texts = tuple(one.text for one in teaching.sides.passages if teaching.sides.of(one) != "train")
    return Barred(teaching.apart, texts, tuple(_examined(home)))


def check(teaching: Teaching, root: object) -> None:
    """There is something to learn from, or the reason why not."""
    catalogue = teaching.assistant.library.catalogue
    known = sorted({group for audience in catalogue.audiences() for group in audience})
    if teaching.domain and teaching.domain not in known:
        there = f"The groups are {', '.join(known)}." if known else "No rule of the Spec names a group."
        raise UsageError(f"No document is for the group {teaching.domain!r}.", there)
    if teaching.sides.passages:
        return
    if known:
        raise UsageError(
            f"{root} holds no document that everyone may read.",
            f"Learn from what one group may read: --domain {known[0]}",
        )
    raise UsageError(f"{root} holds no documents.", f"Put documents into it, then: groundsmith sync {root}")


def _foreign(shelf: Shelf) -> int:
    texts: dict[str, list[str]] = {}
    for passage in shelf.passages:
        texts.setdefault(passage.document, []).append(passage.text)
    return sum(not english(said) for said in texts.values())


def _examined(home: Home) -> Iterable[str]:
    """The questions of the exams that lie in the Home. What can't be read there, no exam can ask."""
    for file in sorted(home.exams.glob("*.jsonl")):
        try:
            questions, _ = read_questions([file])
        except GroundsmithError:
            continue
        yield from (question.question for question in questions)
