"""Statements that allow, demand or rule out: turned into questions of yes or no, whose verdict is known by making."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from assistant.support.wording import wordlist
from tuning.drafting.clauses import Clause
from tuning.drafting.nouns import Draft, Section
from tuning.drafting.typed import draft, inverted, plain, subject
from tuning.drafting.verbs import BE, DO, is_participle
from tuning.drafting.wording import Names

# With these the plain verdict would say too much, or too little.
_HEDGED = re.compile(
    r"\b(?:if|unless|except|only|until|when|whether|while|but|however|other|otherwise|even|also|still|already|merely"
    r"|just|any|all|every|each|no|none|nor|neither|both|either|usually|often|normally|generally|always|than|such|or|so"
    r"|as (?:long|far|soon|well|much|many)|necessarily|then|there|here|this|that|it|them|too|more|less|yet|because|per"
    r"|within|after|before|for up to|at most|at least|up to)\b",
    re.IGNORECASE,
)
_TELLING = wordlist(
    "accepted allowed covered excluded forbidden free included mandatory needed obligatory offered optional paid"
    " permitted possible prohibited refunded reimbursed required returned supported valid"
)
LONGEST = 18  # words


def verdicts(section: Section, names: Names) -> Iterator[Draft]:
    for statement in section.statements():
        for front, clause in plain(statement):
            told = _told(clause)
            hedged = _HEDGED.search(f"{clause.subject} {told.rest}") if told else None
            if told and not hedged and not front and len(statement.text.split()) <= LONGEST:
                start, end = statement.start, statement.start + len(statement.text.rstrip(" ."))
                asked = inverted(replace(told, negative=False), told.rest, names)
                made = draft(section, statement, "yes_no", asked, start, end, subject(told, names))
                yield replace(made, polarity="No" if told.negative else "Yes")


def _told(clause: Clause) -> Clause | None:
    """The clause as it allows or rules out, with its `never` taken as a `not`; None where it does neither."""
    if clause.imperative or clause.verb or clause.rest in ("", "not"):
        return None
    rest = re.split(r", ", clause.rest)[0]
    first = rest.partition(" ")[0].lower()
    if first == "never":
        clause, rest = replace(clause, negative=True), rest.partition(" ")[2]
        first = rest.partition(" ")[0].lower()
    clause = replace(clause, rest=rest)
    if clause.auxiliary in DO:
        return clause
    if clause.auxiliary in BE:
        told = first in _TELLING or (clause.negative and is_participle(first))
        return clause if told and first not in ("forbidden", "prohibited", "excluded") else None
    if clause.auxiliary == "may" and clause.negative and first == "be" and not is_participle(_second(rest)):
        return None  # `may not be available` rules nothing out
    if clause.auxiliary in ("must", "shall"):
        clause = replace(clause, auxiliary="must")
        return replace(clause, auxiliary="may") if clause.negative else clause
    return clause if clause.auxiliary in ("may", "can") else None


def _second(rest: str) -> str:
    return " ".join(rest.split()[1:2]).lower()
