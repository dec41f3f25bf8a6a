"""Plain statements, asked for what they are about, what is done, or how (English).

An editor would strike out many of them, so `exam --make` does without; to learn where an answer stands, they serve.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.support.wording import wordlist
from tuning.drafting.clauses import AUXILIARY, Clause
from tuning.drafting.naming import SAME
from tuning.drafting.nouns import Draft, Section, Statement
from tuning.drafting.people import is_person
from tuning.drafting.typed import draft, inverted, plain, subject
from tuning.drafting.verbs import BASES, BE, HAVE, MODAL, is_participle
from tuning.drafting.wording import Names

SHORTEST, LONGEST = 4, 16  # words of what is said of a subject
LONGEST_OBJECT = 14
_OBJECT = re.compile(r"(?:the|an?|your|our|all|any|every|each|no|only|two|three|four) [^,;:]+$", re.IGNORECASE)
_SPLIT = re.compile(r"\b(?:if|when|while|because|although|unless|so that|and|or|but|which|who|that)\b")
_MEANS = re.compile(r"(?P<means>by (?P<doing>[a-z]+ing) [^,;:]{4,})$")
_VAGUE = wordlist("make take get give do have become come remain need let keep mean seem look")
_SINGULAR = frozenset({"is", "was", "has", "does"}) | MODAL
_NO_ONE = wordlist("you we i people everyone everybody someone anyone nobody users it one")
_NO_THING = wordlist("anything everything nothing something every each any all no using another same following rest")


def telling(section: Section, names: Names) -> Iterator[Draft]:
    for statement in section.statements():
        for front, clause in plain(statement):
            if not front and not _called_the_same(clause):
                yield from _what_is_it(section, statement, clause, names)
                yield from _what_does_it(section, statement, clause, names)
            yield from _by_what_means(section, statement, clause, names)


def _what_is_it(section: Section, statement: Statement, clause: Clause, names: Names) -> Iterator[Draft]:
    """`The clock cell keeps the time for two years` → `What keeps the time for two years?`"""
    words = clause.rest.split()
    told = SHORTEST <= len(words) <= LONGEST and not re.search(r"[,;:]", clause.rest) and not _SPLIT.search(clause.rest)
    told = told and words[-1].lower() not in AUXILIARY
    if clause.imperative or clause.auxiliary not in _SINGULAR or not told or not _a_thing(clause):
        return
    does = statement.text[len(clause.subject) : clause.offset].strip()
    start = statement.start + statement.text.index(clause.subject)
    asked = f"what {does} {clause.rest}"
    yield draft(section, statement, "subject", asked, start, start + len(clause.subject))


def _called_the_same(clause: Clause) -> bool:
    """`The machine` is any machine: what is said of it tells nothing apart."""
    return re.sub(r"^(?:the|your|my|this) ", "", clause.subject.lower()) in SAME


def _a_thing(clause: Clause) -> bool:
    said = clause.subject.lower().split()
    plural = clause.auxiliary not in ("is", "was", "has", "does") and said[-1].endswith("s")
    named = not set(said) & (_NO_ONE | _NO_THING) and not said[0][0].isdigit()
    return named and not plural and not is_person(clause.subject)


def _what_does_it(section: Section, statement: Statement, clause: Clause, names: Names) -> Iterator[Draft]:
    """`The plan covers all wearing parts` → `What does the plan cover?`"""
    unnamed = {clause.subject.lower(), clause.subject.split()[0].lower()} & (_NO_ONE | _NO_THING)
    if clause.imperative or unnamed or clause.auxiliary in BE | HAVE:
        return
    verb, _, behind = (clause.verb, "", clause.rest) if clause.verb else clause.rest.partition(" ")
    object_ = _OBJECT.match(behind)
    if verb not in BASES - _VAGUE or not object_ or _SPLIT.search(behind) or len(behind.split()) > LONGEST_OBJECT:
        return
    start = statement.start + clause.offset + len(clause.rest) - len(behind)
    asked = f"what {inverted(clause, '' if clause.verb else verb, names)}"
    yield draft(section, statement, "object", asked, start, start + len(behind), subject(clause, names))


def _by_what_means(section: Section, statement: Statement, clause: Clause, names: Names) -> Iterator[Draft]:
    """`You can open the case by turning the screw` → `How can I open the case?`"""
    found = _MEANS.search(clause.rest)
    before = clause.rest[: found.start()].rstrip() if found else ""
    named = len(before.split()) >= (2 if clause.imperative or not clause.verb else 1)
    passive = clause.auxiliary in BE and is_participle(before.partition(" ")[0])
    if found is None or clause.negative or not (named or passive) or _SPLIT.search(before) or "," in before:
        return
    start = statement.start + clause.offset + found.start("means")
    asked = f"how {inverted(clause, before, names)}"
    yield draft(section, statement, "means", asked, start, start + len(found["means"]), subject(clause, names))
