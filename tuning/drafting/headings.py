"""Headings that name a question without asking it: `How to make a claim`, `Who may work from home` (English)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from tuning.drafting.clauses import parse
from tuning.drafting.faq import answered
from tuning.drafting.nouns import Draft, Piece, Section
from tuning.drafting.typed import inverted
from tuning.drafting.verbs import BASES, BE, HAVE, MODAL, THIRD, gerund_base
from tuning.drafting.wording import Names, question, turned

_ASKS = re.compile(
    r"(?P<asks>(?:what|which|how (?:long|much|many|often|far|old)(?: \w+s)?|where|why|how))\s+(?P<said>.+)$", re.I
)
_HOW_TO = re.compile(r"how to (?P<do>.+)$", re.I)
_CASE = re.compile(r"(?P<case>(?:if|when) (?!it\b|this\b|that\b|not\b|in\b|to\b).+)$", re.I)
_STEP = re.compile(r"(\d{1,2})[.)]\s+")
_NTH = ("first", "second", "third", "fourth")


def headings(section: Section, names: Names) -> Iterator[Draft]:
    heading = section.heading.rstrip(" .:")
    if not heading or heading.endswith("?") or len(heading.split()) > 12:
        return
    said = heading.capitalize() if heading.isupper() else heading
    asked = _asked(said, section, names)
    if asked:
        yield from answered("heading", question(turned(asked)), section)
    yield from _steps(section, said, names)


def _asked(heading: str, section: Section, names: Names) -> str | None:
    how_to, asks, case = _HOW_TO.match(heading), _ASKS.match(heading), _CASE.match(heading)
    if how_to:
        return f"how do I {how_to['do']}" if " " in how_to["do"] and _instructs(section.pieces[0].text) else None
    if case:
        clause = parse(section.pieces[0].text)
        does = "what should I do" if clause is not None and clause.imperative else "what happens"
        return f"{does} {case['case'][0].lower()}{case['case'][1:]}"
    if asks:
        return _turned_round(asks["asks"].lower(), asks["said"], names)
    who = re.match(r"(?:who|what|which \w+) (\w+)", heading, re.I)
    return names.lowered(heading) if who and who[1] in BE | HAVE | MODAL | set(THIRD) else None


def _instructs(text: str) -> bool:
    clause = parse(_STEP.sub("", text, count=1))
    told = clause is not None and clause.imperative
    return told or re.search(r"\byou (?:can|could|should|must|may|need|have to)\b", text) is not None


def _turned_round(asks: str, said: str, names: Names) -> str | None:
    """`how long` and `the warranty lasts` → `how long does the warranty last`."""
    first = said.partition(" ")[0].lower()
    if first in BE | MODAL | HAVE | set(THIRD):
        return f"{asks} {said}" if asks in ("what", "which") else None
    clause = parse(f"{said[0].upper()}{said[1:]} ;")  # a verb at the end is one, too
    if clause is None or clause.imperative:
        return None
    return f"{asks} {inverted(clause, clause.rest.rstrip(' ;'), names)}"


def _steps(section: Section, heading: str, names: Names) -> Iterator[Draft]:
    """Numbered steps under what is done by them: `What is the second step when setting up the laptop?`"""
    pieces = [piece for piece in section.pieces if piece.unit.kind == "item"]
    steps = [piece for piece in pieces if _STEP.match(piece.text)]
    doing = _doing(heading, names)
    counted = [int(_STEP.match(piece.text)[1]) for piece in steps]  # type: ignore[index]
    if doing is None or len(steps) < 3 or counted != list(range(1, len(steps) + 1)):
        return
    for nth, piece in zip(_NTH, steps, strict=False):
        yield _step(section, piece, f"what is the {nth} step {doing}")


def _step(section: Section, piece: Piece, asked: str) -> Draft:
    mark = _STEP.match(piece.text)
    at = mark.end() if mark else 0
    first = re.match(r".+?[.!](?=\s|$)", piece.text[at:], re.DOTALL)
    length = len(first[0]) if first else len(piece.text) - at
    start = piece.start + at
    made = Draft("heading", question(turned(asked)), piece.passage, start, start + length, alone=False)
    whole = piece.text[at:]
    return replace(made, heading=section.heading, also=(whole,) if whole != made.span else ())


def _doing(heading: str, names: Names) -> str | None:
    """`when setting up the laptop`, of a heading that says what is done."""
    words = heading.split()
    if words[0].lower() == "how" and len(words) > 3 and words[1] == "to":
        return f"to {' '.join(words[2:])}"
    if gerund_base(words[0].lower()) and not {"it", "them", "this"} & {word.lower() for word in words}:
        return f"when {names.lowered(heading)}"
    if words[0].lower() in BASES and len(words) > 2 and words[1].lower() in ("the", "a", "an", "your"):
        return f"to {names.lowered(heading)}"
    return None
