"""A teacher's reply, read strictly: what is not in the form is refused, what is not in the passage left out."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from assistant.format import neutralise
from assistant.polarity import asks_yes_or_no
from assistant.quote import locate
from assistant.support.wording import read as read_words
from retrieval import Passage
from retrieval.readers.canvas import tidy
from tuning.exam.normal import normalise
from tuning.examples.teacher.nouns import Asking, Told

SHORTEST, LONGEST = 3, 40  # words of a question
NO_JSON = "a reply that is no JSON"
NO_FORM = "a reply that is not in the form asked for"
ODD = "a question that is none, or is too short or too long"
OF_THE_PAGE = "a question that speaks of the passage itself"
VERDICT = "a question of yes or no"
ELSEWHERE = "an answer that does not stand in the passage"
STRAYED = "a paraphrase that names something else"
SAME = "a question told twice, or a paraphrase in the same words"
_FENCED = re.compile(r"\s*```(?:json)?\s*\n(.*)\n\s*```\s*", re.DOTALL)
_PAGE = re.compile(
    r"\b(?:the|this) (?:passage|text|excerpt|document|section|paragraph|article|table)\b|\bmentioned\b", re.IGNORECASE
)


class BadReply(ValueError):
    """Why nothing of a reply can be used."""


def read(text: str, asking: Asking, faults: Counter[str]) -> list[Told]:
    """What it tells, each question once. A fault of one question leaves out that one alone."""
    reply = _object(text)
    found: dict[str, Told] = {}
    for made in (_asked(reply, asking), _unanswerable(reply, asking), _paraphrases(reply, asking)):
        for one in made:
            fault = one if isinstance(one, str) else _fault(one)
            if isinstance(one, Told) and not fault and normalise(one.question) in found:
                fault = SAME
            if isinstance(one, Told) and not fault:
                found[normalise(one.question)] = one
            else:
                faults[fault] += 1
    return list(found.values())


def _object(text: str) -> dict[str, list[Any]]:
    fenced = _FENCED.fullmatch(text)
    try:
        found = json.loads(fenced[1] if fenced else text)
        json.dumps(found, ensure_ascii=False).encode()  # half a character can't be kept
    except (ValueError, RecursionError) as error:
        raise BadReply(NO_JSON) from error
    lists = ("questions", "unanswerable", "paraphrases")
    if not isinstance(found, dict) or not any(name in found for name in lists):
        raise BadReply(NO_FORM)
    reply = {name: found.get(name) or [] for name in lists}
    if not all(isinstance(value, list) for value in reply.values()):
        raise BadReply(NO_FORM)
    return reply


def _asked(reply: dict[str, list[Any]], asking: Asking) -> Iterator[Told | str]:
    for row in reply["questions"]:
        question, answer = _texts(row, "question", "answer")
        place = _place(asking.passage, answer, question) if question and answer else None
        if not question or not answer:
            yield NO_FORM
        else:
            yield Told("asked", question, asking.passage, *place) if place else ELSEWHERE


def _unanswerable(reply: dict[str, list[Any]], asking: Asking) -> Iterator[Told | str]:
    for row in reply["unanswerable"]:
        yield Told("unanswerable", tidy(row), asking.passage) if isinstance(row, str) else NO_FORM


def _paraphrases(reply: dict[str, list[Any]], asking: Asking) -> Iterator[Told | str]:
    for row in reply["paraphrases"]:
        of = row.get("of") if isinstance(row, dict) else None
        (question,) = _texts(row, "question")
        if not question or not isinstance(of, int) or not 1 <= of <= len(asking.known):
            yield NO_FORM
            continue
        known = asking.known[of - 1]
        if normalise(known.question) == normalise(question):
            yield SAME
        elif _names(known.question) != _names(question):
            yield STRAYED
        else:
            yield Told("paraphrase", question, asking.passage, known.start, known.end)


def _texts(row: Any, *names: str) -> list[str]:
    found = [row.get(name) if isinstance(row, dict) else None for name in names]
    return [tidy(one) if isinstance(one, str) else "" for one in found]


def _place(passage: Passage, answer: str, question: str) -> tuple[int, int] | None:
    """As the passage has it: white space may differ, no letter may."""
    said = re.search(r"\s+".join(map(re.escape, answer.split())), passage.text)
    return locate(passage, neutralise(said[0]), question) if said else None


def _fault(one: Told) -> str:
    if not one.question.endswith("?") or not SHORTEST <= len(one.question.split()) <= LONGEST:
        return ODD
    if _PAGE.search(one.question):
        return OF_THE_PAGE
    return VERDICT if one.kind != "unanswerable" and asks_yes_or_no(one.question) else ""


def _names(question: str) -> tuple[Any, ...]:
    said = read_words(question)
    return said.names, said.dates, frozenset(measure.value for measure in said.measures)
