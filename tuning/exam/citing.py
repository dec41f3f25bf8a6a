"""How well citations carry what is said, by the definitions of `TUNING.md`, for one answer."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from retrieval.units import sentences
from tuning.exam.normal import MARK, unmarked
from tuning.nouns import Cited, Outcome, Question

Supports = Callable[[str, str, str], bool]  # (premise, hypothesis, question): does the premise carry it?
MOST_PREMISES = 3
_BEHIND_STOP = re.compile(rf"([.!?…][\"'”’)]*)((?:{MARK.pattern})+)")
_NUMBER = re.compile(r"\d+")
_VERDICT = re.compile(r"(?:yes|no)\s*[:.,;–—-]\s*", re.IGNORECASE)


@dataclass(frozen=True)
class Statement:
    """A sentence without its marks, and what it cites; None is a mark that points at nothing."""

    text: str
    cited: tuple[Cited | None, ...]


@dataclass(frozen=True)
class Support:
    recall: float
    precision: float
    citations: int
    invalid: int


def support(question: Question, outcome: Outcome, supports: Supports) -> Support:
    """Recall is the mean over sentences, precision the mean over citations: 0 where there are none."""
    said = statements(question, outcome)
    recalls = [_recall(statement, question.question, supports) for statement in said]
    good = sum(
        _useful(statement, place, question.question, supports)
        for statement, recall in zip(said, recalls, strict=True)
        if recall
        for place in range(len(statement.cited))
    )
    cited = [one for statement in said for one in statement.cited]
    return Support(
        recall=sum(recalls) / len(said) if said else 0.0,
        precision=good / len(cited) if cited else 0.0,
        citations=len(cited),
        invalid=sum(one is None for one in cited),
    )


def statements(question: Question, outcome: Outcome) -> list[Statement]:
    """Mark n points at the n-th citation. A text without any mark is one statement that cites them all."""
    known = [one if _is_there(question, one) else None for one in outcome.citations]
    if not MARK.search(outcome.answer):
        return [Statement(outcome.answer.strip(), tuple(known))]
    text = _BEHIND_STOP.sub(r"\2\1", outcome.answer)
    parts = [text[start:end] for start, end in sentences(text)]
    return [Statement(unmarked(part), _pointed_at(part, known)) for part in parts if unmarked(part)]


def quoted(premise: str, hypothesis: str, question: str) -> bool:
    """Verbatim, white space aside; a verdict of Yes or No before the reason is not part of the quote."""
    source, said = " ".join(premise.split()), " ".join(hypothesis.split())
    reason = _VERDICT.sub("", said, count=1) if _VERDICT.match(said) else said
    return any(bool(wording) and wording in source for wording in (said, reason))


def _is_there(question: Question, cited: Cited) -> bool:
    """Among the sources that the question brought along, where it did."""
    given = {source.id for source in question.passages or ()}
    return bool(cited.passage) and (question.passages is None or bool({cited.passage, cited.document} & given))


def _pointed_at(sentence: str, known: Sequence[Cited | None]) -> tuple[Cited | None, ...]:
    marks = [int(number) for mark in MARK.findall(sentence) for number in _NUMBER.findall(mark)]
    return tuple(known[mark - 1] if 0 < mark <= len(known) else None for mark in dict.fromkeys(marks))


def _recall(statement: Statement, question: str, supports: Supports) -> bool:
    there = [one for one in statement.cited if one is not None]
    return len(there) == len(statement.cited) > 0 and _carry(there, statement, question, supports)


def _useful(statement: Statement, place: int, question: str, supports: Supports) -> bool:
    """Unless it alone does not support and the others do. Asked of a statement that its citations carry."""
    cited = [one for one in statement.cited if one is not None]
    others = [*cited[:place], *cited[place + 1 :]]
    if not others or _carry([cited[place]], statement, question, supports):
        return True
    return not _carry(others, statement, question, supports)


def _carry(cited: Sequence[Cited], statement: Statement, question: str, supports: Supports) -> bool:
    premise = "\n".join(one.source for one in cited[:MOST_PREMISES])
    return supports(premise, statement.text, question)
