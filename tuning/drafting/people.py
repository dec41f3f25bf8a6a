"""Who does it, and what a thing is: sentences whose subject or predicate is a name (English)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.support.wording import wordlist
from tuning.drafting.clauses import AUXILIARY, Clause
from tuning.drafting.nouns import Draft, Section, Statement
from tuning.drafting.typed import draft, inverted, plain, subject
from tuning.drafting.verbs import BE, MODAL, is_participle
from tuning.drafting.wording import Names

LONGEST = 14  # words of what somebody does
_ROLES = wordlist(
    "accountant administrator agent agency auditor author authority board bank buyer caretaker carrier chair"
    " colleague committee contractor council coordinator court customer dealer delegate department desk developer"
    " director doctor driver editor electrician employee employer engineer finance foreman government head inspector"
    " installer insurer keeper landlord lawyer lead leader licensee maintainer manager member mentor minister"
    " ministry nurse officer ombudsperson operator owner plumber president purchaser secretary security seller staff"
    " subscriber superintendent supervisor supplier teacher team technician tenant trainer treasurer user workshop"
)
_ROLE = "|".join(sorted(_ROLES))
_BY = re.compile(
    rf"by (?P<answer>(?:(?:the|an?|your|our) )?(?:(?!an?\b|the\b)[\w-]+ ){{0,3}}(?:{_ROLE}))"
    r"(?= (?:in|on|at|before)\b|$)"
)
_TERM = re.compile(
    r"(?P<term>[A-Z][\w’'/-]*(?: [\w’'/-]+){0,3}): "
    r"(?P<meaning>(?:the|an?|our|what|how|whatever|[a-z]{4,}ing)\b .{8,})$"
)
_NO_TERM = wordlist(
    "note notes example examples exception exceptions please it for in on at with to from by warning hint tip"
    " important new fixed changed removed default see owner version status result condition conditions remark"
    " caution attention summary question answer update"
)
_KIND = re.compile(r"(?:an? (?!little|bit|lot|few)|the (?:\w+est|only|first|most) |anything |something |any )[^;]{8,}")


def people(section: Section, names: Names) -> Iterator[Draft]:
    for statement in section.statements():
        for front, clause in plain(statement):
            yield from _who(section, statement, clause, front)
            yield from _by_whom(section, statement, clause, front, names)


def definitions(section: Section, names: Names) -> Iterator[Draft]:
    for statement in section.statements():
        yield from _term(section, statement, names)
        for front, clause in plain(statement):
            if not front and not clause.negative:
                yield from _kind(section, statement, clause, names)


def _who(section: Section, statement: Statement, clause: Clause, front: str) -> Iterator[Draft]:
    """`The team lead applies for access` → `Who applies for access?`"""
    if front or clause.imperative or not _one_does_it(clause):
        return
    verb = statement.text[len(clause.subject) : clause.offset].strip()
    start = statement.start + statement.text.index(clause.subject)
    yield draft(section, statement, "name", f"who {verb} {clause.rest}", start, start + len(clause.subject))


def _one_does_it(clause: Clause) -> bool:
    """Whether the subject is one person or office, and what is said of it is one thing."""
    role = is_person(clause.subject) and clause.subject.split()[0].lower() not in ("each", "every", "all")
    singular = clause.auxiliary in MODAL | {"is", "was", "has", "does", "did"}
    told = not clause.negative and "," not in clause.rest and len(clause.rest.split()) <= LONGEST
    named = clause.auxiliary in BE and not re.search(r"\b[a-z]+\b", clause.rest)  # `The maintainer is Jane Doe`
    return role and singular and told and not named


def is_person(subject: str) -> bool:
    """Whether the word that the subject is about names a person, or an office."""
    head = re.split(r" (?:of|for|in|from|with|by|to|on|at|used|named) ", subject)[0].split()
    return bool({head[-1].lower(), head[-1].lower().removesuffix("s")} & _ROLES)


def _by_whom(section: Section, statement: Statement, clause: Clause, front: str, names: Names) -> Iterator[Draft]:
    """`The boiler is cleaned by an engineer` → `By whom is the boiler cleaned?`"""
    found = _BY.search(clause.rest)
    done = is_participle(clause.rest.removeprefix("be ").partition(" ")[0])
    if (
        found
        and done
        and clause.auxiliary in BE | MODAL
        and not clause.negative
        and not front
        and "," not in clause.rest
    ):
        rest = clause.rest[: found.start()].rstrip() + clause.rest[found.end() :]
        start = statement.start + clause.offset + found.start("answer")
        asked = f"by whom {inverted(clause, rest, names)}"
        end = start + len(found["answer"])
        yield draft(section, statement, "name", asked, start, end, subject(clause, names))


def _term(section: Section, statement: Statement, names: Names) -> Iterator[Draft]:
    """An entry of a glossary: `Puck: the pressed coffee in the basket` → `What does “puck” mean?`"""
    found = _TERM.match(statement.text.rstrip(" ."))
    if found and not (_NO_TERM | AUXILIARY) & set(found["term"].lower().split()):
        asked = f"what does “{names.lowered(found['term'])}” mean"
        start = statement.start + found.start("meaning")
        yield draft(section, statement, "definition", asked, start, start + len(found["meaning"]))


def _kind(section: Section, statement: Statement, clause: Clause, names: Names) -> Iterator[Draft]:
    """`The Dunlin 400 is a machine for the home` → `What is the Dunlin 400?`"""
    bare = re.sub(r"^(?:the|an?) ", "", clause.subject, flags=re.IGNORECASE)
    indefinite = clause.subject[:2] in ("A ", "An")
    named = bare[:1].isupper() and (bare.split()[0] in names.proper or bool(re.search(r"\d|^[A-Z]{2,}", bare)))
    found = _KIND.match(clause.rest)
    if found and clause.auxiliary in ("is", "are") and (indefinite or named):
        start = statement.start + clause.offset
        asked = f"what {clause.auxiliary} {names.lowered(clause.subject)}"
        yield draft(section, statement, "definition", asked, start, start + len(found[0]))
