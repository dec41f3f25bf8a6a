"""Whether other documents that were read contradict an answer: they say something else of the same, and nowhere what
it says. A document that says both contradicts nobody.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

from assistant.conflict.alike import Statement, alike, clocked
from assistant.conflict.asked import answers
from assistant.conflict.values import Value, Verdict, compare, values
from assistant.nouns import Citation, Said
from assistant.polarity import asks_yes_or_no
from assistant.quote import shared
from assistant.support.verifiers import LexicalVerifier
from assistant.support.wording import Reading, read
from assistant.voice.language import language_asked
from retrieval import Hit, Passage

KNOWN = (None, "en")  # languages of questions; of a name or number alone none can be told
_LEXICAL = LexicalVerifier()


@dataclass(frozen=True)
class Dispute:
    """The statement that an answer rests on, its citation, and what contradicts it, the best found first."""

    own: Statement
    citation: Citation
    others: tuple[Statement, ...]


def dispute(question: str, said: Said, hits: Sequence[Hit], unread: Collection[int] = ()) -> Dispute | None:
    """None where there is none, or where the question is asked in a language whose words are not known here."""
    if language_asked(question) not in KNOWN:
        return None
    passages = _read(hits, unread)
    for citation, own in _resting(question, said):
        others = tuple(_contradicting(question, own, passages))
        if others:
            return Dispute(own, citation, others)
    return None


def contradicting(question: str, hits: Sequence[Hit], cited: int, unread: Collection[int]) -> set[int]:
    """Places of hits that contradict what the cited passage says closest to the question."""
    passage = hits[cited].passage
    told = [one for one in _statements([passage]) if _contradictable(question, one)]
    if not told or language_asked(question) not in KNOWN:
        return set()
    own = max(told, key=lambda one: shared(one.text, question))
    others = list(_contradicting(question, own, _read(hits, unread)))
    return {place for place, hit in enumerate(hits) if any(one.passage == hit.passage for one in others)}


def _resting(question: str, said: Said) -> Iterator[tuple[Citation, Statement]]:
    """The units of its quotes that say what it claims, as far as that can be contradicted."""
    claimed = _figures(read(clocked(said.words)))
    for citation in said.citations:
        for own in _quoted(citation):
            if claimed & _figures(own.said) if claimed else _contradictable(question, own):
                yield citation, own


def _figures(said: Reading) -> set[str | frozenset[str]]:
    """Without units and bounds: few words of a sentence may leave them out."""
    return {*(measure.value for measure in said.measures), *said.dates}


def _contradictable(question: str, statement: Statement) -> bool:
    return bool(values(statement.said)) or asks_yes_or_no(question)


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


def _read(hits: Sequence[Hit], unread: Collection[int]) -> list[Passage]:
    return [hit.passage for place, hit in enumerate(hits) if place not in unread]


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
    if not alike(one, other, question):
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
    if _denies(one) == _denies(other):
        return "same"
    return "other" if asks_yes_or_no(question) else "unclear"


def polarity(question: str, statement: Statement) -> Literal["Yes", "No"] | None:
    """What it answers to a question of yes or no; None where words don't tell."""
    place = " › ".join((statement.passage.title, *statement.passage.heading))
    yes, no = (_LEXICAL.supports(f"{place}\n{statement.text}", verdict, question) for verdict in ("Yes", "No"))
    return None if yes == no else "Yes" if yes else "No"


def _denies(statement: Statement) -> bool:
    return any(sentence.denials for sentence in statement.said.sentences)
