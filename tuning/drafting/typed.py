"""Dates, amounts, durations, numbers and places: the sentence turned round so that it asks for what it says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from assistant.support.wording import wordlist
from tuning.drafting.clauses import Clause, parse, without_end
from tuning.drafting.nouns import Draft, Section, Statement, Way
from tuning.drafting.spans import Span, spans
from tuning.drafting.wording import Names, question, turned

LONGEST = 32  # words of a sentence
# Behind these another clause begins, which the question can do without, or can't.
_ADDED = re.compile(
    r",? (?:and|but|so|so that|because|which|who|whose|where|while|although|not even|even|or) |, | – | - "
)
_CLAUSES = re.compile(rf"{_ADDED.pattern}|\b(?:if|unless|whether|which|that|who|when|while|until|before)\b")
_STOP = (
    r"(?!(?:in|into|on|onto|at|by|for|to|of|with|within|from|under|over|through|during|per|as|than|that|which|when|until"
    r"|if|after|before|or|and)\b)"
)
_OF = re.compile(
    rf"of (?:(?:the|a|an|my|your|our) )?[\w'’-]+(?: {_STOP}[\w'’-]+){{0,2}}(?: of (?:(?:the|your|my) )?[\w'’-]+)?"
)
_FRONT = re.compile(
    r"((?:In|On|At|For|With|Without|From|During|After|Before|Between|Outside|Inside|To) [^,;:.]{2,60}?)"
    r"(?:, (?=[a-z])| (?=(?:you|we) ))"
)
_BOUND = re.compile(r"^,? ?(?:if|unless|except|provided|when|or|not even)\b")
_ALONE = wordlist("apply ask book call claim pay register report reply respond wait")
_DANGLING = wordlist(
    "and or of the a an at by for in on to with within from up than about least most is are not only until before after"
    " between as but"
)


def typed(section: Section, names: Names) -> Iterator[Draft]:
    for statement in section.statements():
        for front, clause in plain(statement):
            for span in spans(clause):
                asked = _asked(clause, span, names)
                if asked and not clause.negative:
                    start = statement.start + clause.offset + span.start
                    end = start + span.end - span.start
                    about = subject(clause, names)
                    yield draft(section, statement, span.way, f"{asked} {front}", start, end, about)


def draft(section: Section, statement: Statement, way: Way, asked: str, start: int, end: int, about: str = "") -> Draft:
    passage = statement.piece.passage
    return Draft(way, question(turned(asked)), passage, start, end, heading=section.heading, about=turned(about))


def subject(clause: Clause, names: Names) -> str:
    """The subject as a question has it, where another could stand in its place."""
    alone = clause.imperative or clause.subject.lower() in ("you", "we")
    return "" if alone else names.lowered(clause.subject)


def plain(statement: Statement) -> Iterator[tuple[str, Clause]]:
    """The statement as one clause, and what stands in front of it, where it is short and says one thing."""
    text = statement.text
    if len(text.split()) > LONGEST or any(mark in text for mark in '?!:()[]"“”<>|') or ". " in text:
        return
    front = _FRONT.match(text)
    body = front.end() if front else 0
    clause = parse(text[body:])
    if clause is not None and not (front and clause.imperative):
        whole = without_end(replace(clause, offset=clause.offset + body))
        if whole is not None:
            yield front[1][0].lower() + front[1][1:] if front else "", whole


def _asked(clause: Clause, span: Span, names: Names) -> str | None:
    """The question, the answer gone from it, and what is only added behind the answer."""
    before, behind = clause.rest[: span.cut_start].rstrip(), clause.rest[span.cut_end :].rstrip(" .")
    added = _ADDED.search(behind)
    if _CLAUSES.search(before) or (added and _BOUND.match(behind[added.start() :])):
        return None
    behind = behind[: added.start()].strip() if added else behind.strip()
    of = _OF.match(behind)  # what is counted or measured goes along to the front
    asks = f"{span.asks} {of[0]}" if of else span.asks
    left = f"{before} {behind[of.end() :].strip() if of else behind}".strip()
    if clause.imperative and not left and clause.verb not in _ALONE:
        return None  # `How long should I keep?` wants to know what
    if any(part.rpartition(" ")[2].lower() in _DANGLING for part in (left, before)):
        return None
    return f"{asks} {inverted(clause, left, names)}"


def inverted(clause: Clause, rest: str, names: Names) -> str:
    subject = clause.subject if clause.imperative else names.lowered(clause.subject)
    return replace(clause, subject=subject).asked(rest)
