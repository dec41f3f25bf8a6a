"""Sentences that say when, what for and why: each half asks for the other (English)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.support.wording import wordlist
from tuning.drafting.clauses import AUXILIARY, Clause, parse, without_end
from tuning.drafting.nouns import Draft, Section, Statement, Way
from tuning.drafting.typed import LONGEST, draft, inverted, subject
from tuning.drafting.verbs import BASES, BE, MODAL, is_participle
from tuning.drafting.wording import Names

_ODD = re.compile(r"[?!:()\[\]\"“”<>|]")
_FIRST = re.compile(
    r"(?:If|When|Whenever|Once(?! an?\b)|As soon as|In case) (?P<condition>[^,;]{6,90}), (?:then )?"
    r"(?!(?:and|or|that|which|who|with|without|not|in|by|for|from|at|on|even|as|whether|but|including)\b)"
    r"(?P<main>.{8,})$"
)
_LAST = re.compile(
    r"(?P<main>.{8,}?),? (?P<condition>(?:only )?(?P<word>if|when|as soon as|provided that) "
    r"(?!(?:you|we|they) (?:so |can|want|wish|like|prefer|need)\b)[^,;]{6,90})$"
)
_PURPOSE = re.compile(r"(?:In order to|To) (?P<purpose>(?P<verb>[a-z]+) [^,;]{3,70}), (?P<main>.{8,})$")
_REASON = re.compile(r"(?P<main>[^,;]{8,}),? (?P<reason>because (?!of\b)[^;]{8,120})$")
_SPOILT = re.compile(
    r"[,;]|\b(?:if|when|unless|only|even|than|how|what)\b|\b(?:on|of|to|for|by|with|merely|just|not|see|check|ask"
    r"|know|decide|determine|tell|sure|verify|wonder)$"
)
_ALLOWING = wordlist("may can must should")
_UNNAMED = wordlist("it they this that these those he she one so not necessary possible any there such both none")


def conditions(section: Section, names: Names) -> Iterator[Draft]:
    for statement in section.statements():
        text = statement.text.rstrip(" .")
        if len(text.split()) <= LONGEST and not _ODD.search(text) and ". " not in text:
            yield from _if_first(section, statement, text, names)
            yield from _if_last(section, statement, text, names)
            yield from _what_for(section, statement, text)
            yield from _why(section, statement, text, names)


def _if_first(section: Section, statement: Statement, text: str, names: Names) -> Iterator[Draft]:
    """`If the lamp flashes, fill the tank` → `What should I do if the lamp flashes?`"""
    found = _FIRST.match(text)
    case = parse(_capital(found["condition"]) + " ;") if found and _named(found["condition"]) else None
    if found is None or case is None or case.imperative:
        return
    asked, start = _consequence(found["main"])
    if asked == "what happens" and _hangs_on(found["main"]):
        return
    past = case.auxiliary in ("did", "was", "were", "had") and not text.startswith(("If", "In"))
    asked = asked.replace("happens", "happened") if past else asked
    opening = text[0].lower() + text[1 : found.end("condition")]
    start += found.start("main")
    yield _draft(section, statement, "condition", f"{asked} {opening}", start, found.end(), subject(case, names))


def _hangs_on(main: str) -> bool:
    """Whether it only goes on with the condition: `…, separated by spaces`."""
    first = main.partition(" ")[0].lower()
    return is_participle(first) or first.endswith("ing") or first in ("such", "unless")


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]


def _consequence(main: str) -> tuple[str, int]:
    """What is asked for it, and where in it the answer begins."""
    first, second = [*main.lower().split(), ""][:2]
    if first in ("always", "never", "please"):
        first, second = second, ""
    if first.rstrip(",") in BASES and second not in AUXILIARY:
        return "what should I do", 0
    clause = parse(_capital(main))
    mine = clause is not None and clause.subject.lower() == "you" and clause.auxiliary in _ALLOWING
    if clause is not None and mine and clause.rest.partition(" ")[0] in BASES and not clause.negative:
        return f"what {clause.auxiliary} I do", clause.offset
    return "what happens", 0


def _if_last(section: Section, statement: Statement, text: str, names: Names) -> Iterator[Draft]:
    """`Cards are blocked when three claims are overdue` → `When are cards blocked?`"""
    found = _LAST.match(text)
    clause = found and _clause(found["main"])
    kind = clause and clause.auxiliary in BE and re.match(r"(?:an?|the) ", clause.rest)
    if found and clause and not clause.negative and not kind and len(clause.rest.split()) <= 12:
        asks = "when" if found["word"] in ("when", "as soon as") else "in which case"
        asked = f"{asks} {inverted(clause, clause.rest, names)}"
        about = subject(clause, names)
        yield _draft(section, statement, "condition", asked, found.start("condition"), found.end(), about)


def _what_for(section: Section, statement: Statement, text: str) -> Iterator[Draft]:
    """`To change the time, hold the key` → `How do I change the time?`"""
    found = _PURPOSE.match(text)
    if found and found["verb"] in BASES - {"be", "have", "do"} and not _UNNAMED & set(found["purpose"].split()):
        clause = parse(_capital(found["main"]))
        if clause is not None and (clause.imperative or clause.subject.lower() in ("you", "we")):
            asked = f"how do I {found['purpose']}"
            yield _draft(section, statement, "purpose", asked, found.start("main"), found.end())


def _why(section: Section, statement: Statement, text: str, names: Names) -> Iterator[Draft]:
    """`Keep the carton, because the carrier wants to see it` → `Why should I keep the carton?`"""
    found = _REASON.match(text)
    clause = found and _clause(found["main"])
    if (
        found
        and clause
        and (", because" in text or not re.search(r"\b(?:not|never|avoid|prevent)\b", found["main"], re.I))
    ):
        asked = f"why {inverted(clause, clause.rest, names)}"
        yield _draft(section, statement, "reason", asked, found.start("reason"), found.end(), subject(clause, names))


def _clause(main: str) -> Clause | None:
    clause = parse(main)
    return without_end(clause) if clause is not None and not _SPOILT.search(clause.rest) else None


def _named(condition: str) -> bool:
    """Whether it says of what it speaks, and is one clause: a second verb in it belongs to what follows."""
    words = condition.lower().split()
    verbs = [word for word in words if word in BE | MODAL]
    several = len(verbs) > 1 and not {"and", "or", "that", "which", "who", "not"} & set(words)
    return not several and not _UNNAMED & set(words[:2])


def _draft(
    section: Section, statement: Statement, way: Way, asked: str, start: int, end: int, about: str = ""
) -> Draft:
    return draft(section, statement, way, asked, statement.start + start, statement.start + end, about)
