"""Drafts become questions: in words that find their passage, spread over the documents, and none of them twice."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from retrieval import Hit, Progress, terms
from tuning.drafting.choosing import Known, Spread
from tuning.drafting.corpus import RIVAL, Corpus, content, words_of
from tuning.drafting.naming import Name, placed, telling
from tuning.drafting.nouns import Draft

FEW = 3  # words of content; a question with fewer names its section as well
USED = "its answer or its sentence was used before"
ALIKE = "much like another question"
NAMELESS = "its document has no name to tell it apart by"
NOT_FOUND = "its passage is not found by it"


@dataclass(frozen=True)
class Job:
    """One drafting: its documents, its chance, what it left out, and whom it tells how far it is."""

    corpus: Corpus
    random: Random
    left_out: Counter[str]
    progress: Progress


@dataclass(frozen=True)
class Accepted:
    """A draft as it is asked, and the documents that answer it."""

    draft: Draft
    asked: str
    gold: tuple[str, ...]


def accept(job: Job, drafts: Sequence[Draft], many: int) -> list[Accepted]:
    """As many as are wanted, or as there are. A search is made only for drafts whose turn comes."""
    spread, known, taken = Spread(drafts, job.random), Known(), list[Accepted]()
    for draft in spread:
        if len(taken) >= many:
            break
        job.progress("Drafting questions", len(taken), many)
        one = _new(job.corpus, draft, known, len(taken))
        if isinstance(one, Accepted):
            taken.append(one)
            known.add(draft, one.asked)
            spread.take(draft)
        else:
            job.left_out[one] += 1
    job.progress("Drafting questions", len(taken), len(taken))
    return taken


def _new(corpus: Corpus, draft: Draft, known: Known, nth: int) -> Accepted | str:
    if known.answers(draft):
        return USED
    one = phrased(corpus, draft, nth)
    return ALIKE if isinstance(one, Accepted) and known.asks(one.asked) else one


def phrased(corpus: Corpus, draft: Draft, nth: int) -> Accepted | str:
    """The draft in words that find its passage and nothing that says otherwise, or why there are none."""
    name = corpus.documents.get(draft.passage.document)
    if stands_alone(draft, name):
        hits = corpus.find(draft.question)
        if hits and hits[0].passage.id == draft.passage.id and not _rivals(corpus, draft, hits):
            return Accepted(draft, draft.question, _gold(corpus, draft, draft.question, hits))
    if name is None:
        return NAMELESS
    asked = placed(draft, name, nth, _needs_section(draft))
    hits = corpus.find(asked)
    if draft.passage.id not in {hit.passage.id for hit in hits}:
        return NOT_FOUND
    return Accepted(draft, asked, _gold(corpus, draft, asked, hits))


def stands_alone(draft: Draft, name: Name | None) -> bool:
    """Whether the wording may do without its document's name. An FAQ's own wording may."""
    if name is not None and name.product:
        return name.said.removeprefix("the ") in draft.question
    if name is not None and name.shared:
        return False
    vague = re.fullmatch(r"(?:the|my|your) [\w-]+", draft.about)  # `the profile`: which one?
    return draft.way == "faq" or (draft.alone and not vague and len(content(draft.question)) > FEW)


def _needs_section(draft: Draft) -> bool:
    """Few words are asked, and none of the heading's."""
    shared = set(terms(draft.heading)) & set(terms(draft.question))
    return draft.way != "faq" and len(content(draft.question)) < FEW and telling(draft.heading) and not shared


def _rivals(corpus: Corpus, draft: Draft, hits: Sequence[Hit]) -> bool:
    """Whether another document speaks of all that is asked for, and says something else."""
    keys = set(terms(draft.question))
    others = [hit.passage for hit in hits if hit.passage.document != draft.passage.document]
    spoken_of = [other for other in others if corpus.covered(keys, words_of(other)) >= RIVAL]
    return any(not corpus.holds(other, draft, keys) for other in spoken_of)


def _gold(corpus: Corpus, draft: Draft, asked: str, hits: Sequence[Hit]) -> tuple[str, ...]:
    keys = corpus.keys(draft, asked)
    others = [hit.passage.document for hit in hits if corpus.holds(hit.passage, draft, keys)]
    return tuple(dict.fromkeys([draft.passage.document, *others]))
