"""Whether other documents that were read contradict an answer: they say something else of the same, and nowhere what
it says. A document that says both contradicts nobody.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

from assistant.conflict.alike import Statement, alike
from assistant.conflict.asked import answers
from assistant.conflict.values import Value, Verdict, compare, values
from assistant.nouns import Citation, Said
from assistant.polarity import asks_yes_or_no
from assistant.support.verifiers import LexicalVerifier
from assistant.support.wording import read
from assistant.voice.language import language_asked
from retrieval import Hit, Passage

_LEXICAL = LexicalVerifier()


@dataclass(frozen=True)
class Dispute:
    """The statement that an answer rests on, and those of other documents that contradict it, the best found first."""

    own: Statement
    others: tuple[Statement, ...]


def dispute(question: str, said: Said, hits: Sequence[Hit], unread: Collection[int] = ()) -> Dispute | None:
    """None where there is none, or where the question is asked in a language whose words are not known here."""
    if language_asked(question) not in (None, "en"):
        return None
    passages = [hit.passage for place, hit in enumerate(hits) if place not in unread]
    found = (Dispute(own, tuple(_contradicting(question, own, passages))) for own in _resting(question, said))
    return next((one for one in found if one.others), None)


def _resting(question: str, said: Said) -> Iterator[Statement]:
    """The units of its quotes that say what it claims, as far as that can be contradicted."""
    claimed = set(values(read(said.words)) or ())
    for citation in said.citations:
        for own in _quoted(citation):
            told = set(values(own.said) or ())
            if (told & claimed) if claimed else told or asks_yes_or_no(question):
                yield own


def _quoted(citation: Citation) -> Iterator[Statement]:
    quote, passage = citation.quote, citation.passage
    units = (unit for unit in passage.units if quote.start <= unit.start and unit.end <= quote.end)
    return (Statement(passage, unit) for unit in units)


def _contradicting(question: str, own: Statement, passages: Sequence[Passage]) -> Iterator[Statement]:
    """One statement a document, each with something else to say."""
    told: list[Statement] = []
    documents = dict.fromkeys(passage.document for passage in (own.passage, *passages))
    for document in documents:
        read_there = [passage for passage in passages if passage.document == document]
        verdicts = [(_judged(question, own, one), one) for one in _statements(read_there)]
        others = [one for verdict, one in verdicts if verdict == "other"]
        if document == own.passage.document:
            if others:
                return
        elif others and _of_one_mind(question, verdicts) and _is_new(question, others[0], told):
            told.append(others[0])
            yield others[0]


def _statements(passages: Sequence[Passage]) -> Iterator[Statement]:
    return (Statement(passage, unit) for passage in passages for unit in passage.units)


def _of_one_mind(question: str, verdicts: Sequence[tuple[Verdict, Statement]]) -> bool:
    others = [one for verdict, one in verdicts if verdict == "other"]
    agreed = all(verdict != "same" for verdict, _ in verdicts)
    return agreed and all(_judged(question, *pair) == "same" for pair in combinations(others, 2))


def _is_new(question: str, one: Statement, told: Sequence[Statement]) -> bool:
    return all(_judged(question, one, earlier) != "same" for earlier in told)


# ------------------------------------------------------------------------------------- one against another


def _judged(question: str, one: Statement, other: Statement) -> Verdict:
    """Whether both answer the question, and alike. All that they say besides must be the same."""
    mine, its = values(one.said), values(other.said)
    if mine is None or its is None or not alike(one, other, question):
        return "unclear"
    kinds = {value.kind for value in (*mine, *its)}
    verdicts = {kind: compare(_of(kind, mine), _of(kind, its)) for kind in kinds}
    apart = [kind for kind, verdict in verdicts.items() if verdict != "same"]
    if not apart:
        return _sided(question, one, other)
    kind, *more = apart
    asked = not more and _denies(one) == _denies(other) and answers(question, kind)
    return verdicts[kind] if asked else "unclear"


def _of(kind: str, found: Sequence[Value]) -> list[Value]:
    return [value for value in found if value.kind == kind]


def _sided(question: str, one: Statement, other: Statement) -> Verdict:
    """Saying the same in numbers, they can still be one for Yes and one for No."""
    if not asks_yes_or_no(question):
        return "same" if _denies(one) == _denies(other) else "unclear"
    left, right = _polarity(question, one), _polarity(question, other)
    if left is None or right is None:
        return "unclear"
    return "same" if left == right else "other"


def _polarity(question: str, statement: Statement) -> Literal["Yes", "No"] | None:
    place = " › ".join((statement.passage.title, *statement.passage.heading))
    yes, no = (_LEXICAL.supports(f"{place}\n{statement.text}", verdict, question) for verdict in ("Yes", "No"))
    return None if yes == no else "Yes" if yes else "No"


def _denies(statement: Statement) -> bool:
    return any(sentence.denials for sentence in statement.said.sentences)
