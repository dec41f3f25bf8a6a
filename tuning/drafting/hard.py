"""Questions that come near and are answered nowhere: what is said of one thing, asked of another."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from random import Random

from retrieval import Passage, terms
from tuning.drafting.clauses import AUXILIARY
from tuning.drafting.corpus import Corpus, content
from tuning.drafting.nouns import Draft

STATED = 0.7  # of the question's weight in one unit with its place: it may well be stated there
HINTED = 0.5  # of what is asked of a product, its name left out
KIN = (0.35, 0.9)  # cosine of two subjects that could be asked the same
_VAGUE = re.compile(r"(?:the|my|your|an?|your) [\w-]+|\S+ .*\b(?:and|or)\b.*")  # too little to be asked of, or too much
_OF_ITSELF = ("heading", "definition", "faq", "reason")  # true of everything, or asked of one thing only
TRIED = 6  # other things tried for one draft


@dataclass(frozen=True)
class Swapped:
    """A question about `other`, and the wording that would have answered it."""

    question: str
    absent: str
    draft: Draft  # whose question it was
    other: str
    product: bool


def swapped(
    corpus: Corpus, asked: Sequence[tuple[Draft, str]], drafts: Sequence[Draft], random: Random, each: int = 1
) -> Iterator[Swapped]:
    """Of what is asked: another document's product, or the subject of another of the drafts.

    `each`: so many others at most for one draft, and a subject so often at most.
    """
    mixed = list(asked)
    random.shuffle(mixed)
    mixed.sort(key=lambda pair: pair[0].polarity is not None)  # a yes or no is the weaker question: last
    subjects = _by_frame(drafts)
    used: Counter[str] = Counter()  # without a limit, a subject that is akin to all would be everywhere
    for draft, question in mixed:
        if draft.way in _OF_ITSELF:
            continue
        candidates = _products(corpus, draft, question, random) or _subjects(corpus, draft, question, subjects)
        for one in _first(corpus, [one for one in candidates if one.product or used[one.other] < each], each):
            used[one.other] += 1
            yield one


def _by_frame(drafts: Sequence[Draft]) -> dict[str, list[str]]:
    """Subjects of which the same could be asked, as far as grammar goes."""
    found: dict[str, dict[str, None]] = {}
    for draft in drafts:
        frame = _frame(draft)
        if frame and not _VAGUE.fullmatch(draft.about):
            found.setdefault(frame, {})[draft.about] = None
    return {frame: list(subjects) for frame, subjects in found.items()}


def _first(corpus: Corpus, candidates: Sequence[Swapped], many: int) -> list[Swapped]:
    return list(islice((one for one in candidates[:TRIED] if not _stated(corpus, one)), many))


def _products(corpus: Corpus, draft: Draft, asked: str, random: Random) -> list[Swapped]:
    """`What is the cup height of the Dunlin 400?` → `… of the Bittern 700?`"""
    own = corpus.documents.get(draft.passage.document)
    if own is None or not own.product or own.said not in asked:
        return []
    others = sorted({name.said for name in corpus.documents.values() if name.product} - {own.said})
    random.shuffle(others)
    thing, asked = own.said.removeprefix("the "), asked.replace(f" ({draft.heading})", "")
    return [
        Swapped(asked.replace(own.said, said), _told(draft.said, thing, said.removeprefix("the ")), draft, said, True)
        for said in others
    ]


def _told(evidence: str, thing: str, other: str) -> str:
    return evidence.replace(thing, other) if thing in evidence else f"{other}: {evidence}"


def _subjects(corpus: Corpus, draft: Draft, asked: str, subjects: Mapping[str, Sequence[str]]) -> list[Swapped]:
    """`How long are backups kept?` → `How long are pay statements kept?`, of subjects that are akin."""
    frame = _frame(draft)
    others = [other for other in subjects.get(frame, ()) if not _alike(other, draft.about)] if frame else []
    if not others:
        return []
    vectors = corpus.library.encoder.encode([draft.about, *others])
    near = (vectors[1:] @ vectors[0]).tolist()
    ranked = sorted(zip(near, others, strict=True), key=lambda pair: (-pair[0], pair[1]))
    kin = [other for cosine, other in ranked if KIN[0] <= cosine <= KIN[1]]
    told = draft.said
    return [
        Swapped(_put(asked, draft.about, other), _put(told, draft.about, other), draft, other, False) for other in kin
    ]


def _put(text: str, old: str, new: str) -> str:
    """The text with another subject where its own stands first."""
    found = re.search(rf"(?<!\w){re.escape(old)}(?!\w)", text, re.IGNORECASE)
    if found is None:
        return f"{new}: {text}"
    said = new[0].upper() + new[1:] if found[0][0].isupper() else new
    return text[: found.start()] + said + text[found.end() :]


def _frame(draft: Draft) -> str | None:
    """The helping verb before the subject: it tells one from many. What could happen to one can't to any other."""
    found = re.search(rf"(\S+) {re.escape(draft.about)}(?!\w)", draft.question) if draft.about else None
    return found[1] if found and found[1] in AUXILIARY and draft.way != "condition" else None


def _alike(left: str, right: str) -> bool:
    return bool(set(terms(left)) & set(terms(right)))


def _stated(corpus: Corpus, one: Swapped) -> bool:
    """Whether something that is found for it says what it asks for, be it of the other or of nothing in particular."""
    keys = content(one.question) - (set(terms(one.other)) if one.product else set())
    enough = HINTED if one.product else STATED
    return not keys or any(
        corpus.covered(keys, terms(f"{hit.passage.place} {hit.passage.quote(unit)}")) >= enough
        for hit in corpus.find(one.question)
        if not _of_another(corpus, hit.passage, one)
        for unit in hit.passage.units
    )


def _of_another(corpus: Corpus, passage: Passage, one: Swapped) -> bool:
    """A passage about another product answers nothing about this one."""
    name = corpus.documents.get(passage.document)
    return one.product and name is not None and name.product and name.said != one.other
