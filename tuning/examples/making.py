"""Rows to learn from, made of a Home's own documents: answerable ones, their twins, near misses, and off the topic."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice
from random import Random

from retrieval import Passage, terms
from tuning.drafting.answerable import Accepted, phrased
from tuning.drafting.choosing import Spread
from tuning.drafting.drafts import WAYS, drafts_of, sound
from tuning.drafting.hard import Swapped, swapped
from tuning.drafting.naming import placed
from tuning.drafting.nouns import Draft
from tuning.drafting.offtopic import off_topic
from tuning.drafting.telling import telling
from tuning.exam.normal import normalise
from tuning.examples.distractors import Around, around, drawn
from tuning.examples.gathering import gathered
from tuning.examples.misplaced import misplaced
from tuning.examples.setting import Making as Making
from tuning.examples.setting import among, showing, twin_of
from tuning.examples.shelf import Shelf
from tuning.examples.showing import source_of, worded
from tuning.nouns import Example, Kind

ORIGIN = "documents"
FAIR = 3  # times its even share that a document may give
EACH_UNIT = 3  # questions that one sentence may give
EACH_SWAP = 3  # other things that one question is asked of
MISPLACED = 0.5  # of the near misses that are wanted: asked of another document by its name, at most
NAMING = 0.4  # of the questions that could do without their document's name
ASKED = "asked before, in the same words"
USED = "its sentence has given enough questions"
ENOUGH = "its document has given its fair share"
UNLOCATED = "its answer runs over several lines, or can't be told from its passage's words"
GIVEN = "its answer stands in the question"
NO_TWIN = "no twin: nothing that comes near is left"


@dataclass(frozen=True)
class Made:
    rows: list[Example]
    drafts: int
    wanted: Counter[Kind]


@dataclass(frozen=True)
class Asked:
    """A question with its row, and what is near it."""

    one: Accepted
    around: Around
    row: Example


def made(making: Making, many: int) -> Made:
    """So many rows at most, in the shares of the shape; fewer where the documents hold no more."""
    shelf = making.shelf
    considered = drafts_of(shelf.passages, shelf.names, (*WAYS, telling))
    drafts = sound(considered, making.left_out)
    asked = _answerable(making, drafts, making.shape.mix(many)["answerable"])
    possible = round(len(asked) / (1 - making.shape.abstaining))
    wanted = making.shape.mix(min(many, possible))
    hard = list(_hard(making, asked, drafts, wanted["hard"]))
    far = list(_off_topic(making, wanted["off_topic"]))
    silent = wanted["twin"] + wanted["hard"] + wanted["off_topic"]
    twins = list(_twins(making, asked, silent - len(hard) - len(far)))
    near = {one.row.id: one.around for one in asked}
    pairs = [*((one.row, one.around) for one in asked), *((twin, near[twin.twin_of or ""]) for twin in twins)]
    told = gathered(pairs) if making.shared else [row for row, _ in pairs]
    rows = [*told, *hard, *far]
    return Made(sorted(rows, key=lambda row: row.id), len(considered), Counter(wanted))


# ------------------------------------------------------------------------------------- answerable


def _answerable(making: Making, drafts: Sequence[Draft], many: int) -> list[Asked]:
    spread, given = Spread(drafts, Random(making.seed)), _Given(making.shelf, many)
    taken: list[Asked] = []
    for draft in spread:
        if len(taken) >= many:
            break
        making.progress("Making questions", len(taken), many)
        found = given.refuses(draft) or _asked(making, draft, len(taken))
        if isinstance(found, Asked) and given.asks(found.one.asked):
            found = ASKED
        if isinstance(found, Asked):
            taken.append(found)
            given.add(draft, found.one.asked)
            spread.take(draft)
        else:
            making.left_out[found] += 1
    making.progress("Making questions", len(taken), len(taken))
    return taken


class _Given:
    """What documents and sentences have given already."""

    def __init__(self, shelf: Shelf, many: int) -> None:
        documents = len({passage.document for passage in shelf.passages})
        self._most = max(FAIR, -(-FAIR * many // max(documents, 1)))
        self._documents: Counter[str] = Counter()
        self._units: Counter[tuple[str, int]] = Counter()
        self._questions: set[str] = set()

    def refuses(self, draft: Draft) -> str:
        if self._documents[draft.passage.document] >= self._most:
            return ENOUGH
        return USED if self._units[_unit(draft)] >= EACH_UNIT else ""

    def asks(self, asked: str) -> bool:
        return normalise(asked) in self._questions

    def add(self, draft: Draft, asked: str) -> None:
        self._documents[draft.passage.document] += 1
        self._units[_unit(draft)] += 1
        self._questions.add(normalise(asked))


def _unit(draft: Draft) -> tuple[str, int]:
    return draft.passage.id, draft.evidence[0].start


def _asked(making: Making, draft: Draft, nth: int) -> Asked | str:
    one = phrased(making.shelf, draft, nth)
    if not isinstance(one, Accepted):
        return one
    one = _named(making.shelf, one, nth)
    answer = draft.polarity or worded(draft.span, source_of(draft.passage), one.asked)
    if answer is None:
        return UNLOCATED
    if draft.polarity is None and set(terms(answer)) <= set(terms(one.asked)):
        return GIVEN
    near = around(making.shelf, draft, one.asked)
    id = _id(draft.way, one.asked, draft.passage)
    evidence = tuple(draft.passage.quote(unit) for unit in draft.evidence)
    row = Example(id, one.asked, (), answer=answer, evidence=evidence, origin=ORIGIN, slice=draft.way)
    return Asked(one, near, among(making, row, near))


def _named(shelf: Shelf, one: Accepted, nth: int) -> Accepted:
    """Some questions name their document though they need not: else naming one would hint that it does not answer."""
    draft = one.draft
    name = shelf.documents.get(draft.passage.document)
    if name is None or name.shared or draft.way == "faq" or one.asked != draft.question:
        return one
    if Random(draft.question).random() >= NAMING:
        return one
    asked = placed(draft, name, nth, False)
    found = draft.passage.id in {hit.passage.id for hit in shelf.find(asked)}
    return replace(one, asked=asked) if found else one


# ------------------------------------------------------------------------------------- not answerable


def _twins(making: Making, asked: Sequence[Asked], many: int) -> Iterator[Example]:
    """The same question with the same neighbours, and the next near miss in the place of what answers it."""
    found = 0
    for one in Random(making.seed).sample(asked, len(asked)):
        if found >= many:
            return
        twin = twin_of(one.row, one.around)
        if twin is None:
            making.left_out[NO_TWIN] += 1
        else:
            found += 1
            yield twin


def _hard(making: Making, asked: Sequence[Asked], drafts: Sequence[Draft], many: int) -> Iterator[Example]:
    """What is said of one thing, asked of another, beside the passage that says it of the one."""
    pairs = [(one.one.draft, one.one.asked) for one in asked]
    used = {one.one.draft.question for one in asked}
    pairs += [(draft, _placed(making.shelf, draft)) for draft in drafts if draft.question not in used]
    known: set[str] = {normalise(one.one.asked) for one in asked}
    found, chance = 0, Random(making.seed)
    of_another = swapped(making.shelf, pairs, drafts, chance, EACH_SWAP)
    elsewhere = islice(misplaced(making.shelf, drafts, chance), round(many * MISPLACED))
    for one in chain(of_another, elsewhere):
        if found >= many:
            return
        if normalise(one.question) not in known:
            known.add(normalise(one.question))
            found += 1
            making.progress("Swapping what they ask of", found, many)
            yield _near(making, one)


def _placed(shelf: Shelf, draft: Draft) -> str:
    name = shelf.documents.get(draft.passage.document)
    return placed(draft, name, 0, False) if name else draft.question


def _near(making: Making, one: Swapped) -> Example:
    id = _id("hard", one.question, one.draft.passage)
    chance = making.chance(id)
    first = one.draft.passage
    others = [hit.passage for hit in making.shelf.find(one.question) if hit.passage.id != first.id]
    passages = [first, *drawn(first, others, making.shape, chance)]
    chance.shuffle(passages)
    row = Example(id, one.question, (), kind="hard", origin=ORIGIN, slice=one.draft.way)
    return showing(row, passages, ())


def _off_topic(making: Making, many: int) -> Iterator[Example]:
    for nth, asked in enumerate(off_topic(making.shelf, Random(making.seed))):
        if nth >= many:
            return
        hits = [hit.passage for hit in making.shelf.find(asked)]
        if hits:
            id = _id("off-topic", asked, hits[0])
            passages = [hits[0], *drawn(hits[0], hits[1:], making.shape, making.chance(id))]
            row = Example(id, asked, (), kind="off_topic", origin=ORIGIN, slice="off_topic")
            yield showing(row, passages, ())


# ------------------------------------------------------------------------------------- rows


def _id(way: str, asked: str, passage: Passage) -> str:
    """The same question of the same passage has the same id in every making."""
    digest = hashlib.sha256(f"{asked}\n{passage.id}".encode()).hexdigest()[:12]
    return f"{way.replace('_', '-')}-{digest}"
