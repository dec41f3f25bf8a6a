"""An exam drafted from a Home's own documents: every way of making questions, every filter, and what each left out."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random

from retrieval import Library, Passage, Progress
from tuning.drafting.answerable import Accepted, Job, accept
from tuning.drafting.choosing import without_contradictions
from tuning.drafting.conditions import conditions
from tuning.drafting.corpus import Corpus, public
from tuning.drafting.faq import faq
from tuning.drafting.hard import Swapped
from tuning.drafting.headings import headings
from tuning.drafting.nouns import Draft, Section, sections
from tuning.drafting.people import definitions, people
from tuning.drafting.sound import FILTERS
from tuning.drafting.tables import tables
from tuning.drafting.typed import typed
from tuning.drafting.unanswerable import unanswerable
from tuning.drafting.verdicts import verdicts
from tuning.drafting.wording import Names, english
from tuning.nouns import Question

Making = Callable[[Section, Names], Iterator[Draft]]
WAYS: tuple[Making, ...] = (faq, headings, tables, typed, conditions, people, definitions, verdicts)
SEVERAL = "asked in one document with several answers"


@dataclass(frozen=True)
class Drafted:
    """The questions with what an editor wants to see beside them, and what became of the other drafts."""

    questions: list[Question]
    notes: Mapping[str, Mapping[str, str]]  # question id → evidence and place
    considered: int
    left_out: Counter[str]

    @property
    def mix(self) -> Counter[str]:
        return Counter(question.kind for question in self.questions)


def draft_exam(library: Library, many: int, seed: int, progress: Progress) -> Drafted:
    """Half of them answerable, a quarter twins of those, the rest near misses and questions off the topic."""
    corpus = Corpus(library, public(library, seed))
    job = Job(corpus, Random(seed), Counter(), progress)
    made = drafts_of(corpus.passages, corpus.names)
    drafts = sound(made, job.left_out)
    accepted = accept(job, drafts, many - many // 2)
    others = unanswerable(job, accepted, drafts, min(many // 2, len(accepted)))
    questions: list[Question] = []
    for one in accepted:
        questions.append(_question(one))
        if one.asked in others.twins:
            questions.append(_twin(questions[-1], others.twins[one.asked]))
    questions += map(_near, others.hard)
    questions += map(_off_topic, others.off_topic)
    return Drafted(questions, {_id(one.draft.way, one.asked): _note(one) for one in accepted}, len(made), job.left_out)


def drafts_of(passages: Sequence[Passage], names: Names, all_ways: tuple[Making, ...] = WAYS) -> list[Draft]:
    """Everything that every way makes of the passages, unfiltered. What isn't English has its own questions at most."""
    texts: dict[str, list[str]] = {}
    for passage in passages:
        texts.setdefault(passage.document, []).append(passage.text)
    ways: dict[str, tuple[Making, ...]] = {id: all_ways if english(said) else (faq,) for id, said in texts.items()}
    return [
        draft for section in sections(passages) for way in ways[section.first.document] for draft in way(section, names)
    ]


def sound(drafts: Iterable[Draft], left_out: Counter[str]) -> list[Draft]:
    """Those that pass every filter of a draft alone; what the others failed is counted."""
    kept = []
    for draft in drafts:
        fault = next((reason for reason, passes in FILTERS if not passes(draft)), None)
        if fault is None:
            kept.append(draft)
        else:
            left_out[fault] += 1
    single = without_contradictions(kept)
    left_out[SEVERAL] += len(kept) - len(single)
    return single


# ------------------------------------------------------------------------------------- rows


def _id(way: str, asked: str) -> str:
    """The same question has the same id in every drafting."""
    return f"{way.replace('_', '-')}-{hashlib.sha256(asked.encode()).hexdigest()[:10]}"


def _question(one: Accepted) -> Question:
    draft = one.draft
    return Question(
        id=_id(draft.way, one.asked),
        question=one.asked,
        answerable=True,
        answers=(draft.answer, *draft.also),
        gold_ids=one.gold,
        yes_no=draft.polarity is not None,
        slice=draft.way,
    )


def _twin(question: Question, without: tuple[str, ...]) -> Question:
    blank = replace(question, answerable=False, answers=(), gold_ids=(), kind="twin", without=without)
    return replace(blank, id=f"{question.id}-twin", twin_of=question.id)


def _near(one: Swapped) -> Question:
    id, yes_no = _id("hard", one.question), one.draft.polarity is not None
    return Question(id, one.question, False, absent=(one.absent,), kind="hard", yes_no=yes_no, slice=one.draft.way)


def _off_topic(asked: str) -> Question:
    return Question(_id("off-topic", asked), asked, False, kind="off_topic", slice="off_topic")


def _note(one: Accepted) -> Mapping[str, str]:
    return {"evidence": one.draft.said, "place": one.draft.passage.place}
