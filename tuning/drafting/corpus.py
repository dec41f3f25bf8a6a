"""The documents as drafts are checked against them: what is found for a question, and who else could answer it."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cached_property, lru_cache
from random import Random

from assistant.support.canonical import compared
from retrieval import EVERYONE, Hit, Library, Passage, terms
from retrieval.access import PUBLIC
from tuning.drafting.naming import Name, documents
from tuning.drafting.nouns import Draft
from tuning.drafting.wording import Names, names_in
from tuning.exam.normal import runs_through

MOST_PASSAGES = 20_000  # that are drafted from
DEEP = 20  # hits among which the gold passage must be, and no other answer may be
LONG_ANSWER = 6  # words; one so long says by itself what was asked
SAME_QUESTION = 0.6  # of the question's weight in a passage that holds the same answer: it answers as well
RIVAL = 0.8  # of the weight in a passage that says something else: it could be what is asked for
_ASKING = frozenset(
    terms(
        "how much many long often what when where which who whom why by should shall may must can could would will"
        " do does did is are was i me my you your each case happens happen mean means day days week weeks month"
        " months year years hour hours minute minutes second seconds time times percentage far ahead within after"
        " until since noted described figure given am under number"
    )
)


def public(library: Library, seed: int) -> list[Passage]:
    """What everyone may read: all of it, or of a very large Home some documents, drawn by the seed."""
    return drawn([kept.passage for kept in library.catalogue.passages(PUBLIC)], seed)


def drawn(passages: list[Passage], seed: int) -> list[Passage]:
    if len(passages) <= MOST_PASSAGES:
        return passages
    sizes = Counter(passage.document for passage in passages)
    chosen, room = set[str](), MOST_PASSAGES
    for document in Random(seed).sample(sorted(sizes), len(sizes)):
        if sizes[document] <= room:
            chosen.add(document)
            room -= sizes[document]
    return [passage for passage in passages if passage.document in chosen]


@dataclass(frozen=True)
class Corpus:
    """What everyone may read, and how it is searched."""

    library: Library
    passages: Sequence[Passage]

    @cached_property
    def names(self) -> Names:
        return names_in(passage.text for passage in self.passages)

    @cached_property
    def documents(self) -> Mapping[str, Name]:
        return documents(self.passages, self.names)

    @cached_property
    def _frequencies(self) -> Counter[str]:
        return Counter(term for passage in self.passages for term in words_of(passage))

    def find(self, question: str, without: Collection[str] = ()) -> list[Hit]:
        return self.library.searcher.search(question, DEEP, EVERYONE, without=without)

    def weight(self, keys: Iterable[str]) -> float:
        """Rare words weigh more."""
        many = len(self.passages)
        return math.fsum(math.log(1 + many / (1 + self._frequencies[key])) for key in keys)

    def covered(self, keys: set[str], words: Collection[str]) -> float:
        """The share of the keys, by weight, that are among the words."""
        whole = self.weight(keys)
        return self.weight(keys & set(words)) / whole if whole else 0.0

    def holds(self, passage: Passage, draft: Draft, keys: set[str]) -> bool:
        """Whether this passage, too, gives the draft's answer to what the keys ask for."""
        if draft.polarity is not None:
            return self.covered(set(terms(draft.span)), words_of(passage)) >= RIVAL
        said = compared(draft.span)
        if not said or not runs_through(_compared(passage.text), said):
            return False
        return len(said) >= LONG_ANSWER or self.covered(keys, words_of(passage)) >= SAME_QUESTION

    def keys(self, draft: Draft, asked: str) -> set[str]:
        """The words by which another answer to the same question would be known."""
        name = self.documents.get(draft.passage.document)
        return content(asked if name and name.product else draft.question)


def content(question: str) -> set[str]:
    """The words that say what is asked for, without those that only ask."""
    return set(terms(question)) - _ASKING


def words_of(passage: Passage) -> Set[str]:
    return _words(f"{passage.place} {passage.text}")


# The same passages are held beside question after question.


@lru_cache(maxsize=MOST_PASSAGES)
def _words(text: str) -> frozenset[str]:
    return frozenset(terms(text))


@lru_cache(maxsize=MOST_PASSAGES)
def _compared(text: str) -> Sequence[str]:
    return compared(text)
