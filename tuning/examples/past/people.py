"""Names of those who wrote, replaced by their roles; and personal data that is known by its form, masked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Set

from assistant.conversation.words import SHAPING
from assistant.personal import masked
from tuning.examples.past.records import is_role

CUSTOMER, COLLEAGUE, PERSON = "[customer]", "[colleague]", "[person]"
_LEAST = 3  # letters of a name's part that is looked for by itself
_PART = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_NAME = r"[A-ZÀ-Þ][\w'’-]+"
_INTRODUCES = re.compile(
    rf"\b((?i:my name is|i am called|mein name ist|ich heiße|je m'appelle|me llamo)) {_NAME}(?: {_NAME})*"
)
_CALLED_TWICE = re.compile(rf"\b(I am|I'm|I’m) {_NAME} {_NAME}")
_TITLED = re.compile(rf"\b(?:Mrs?|Ms|Miss|Dr|Prof|Herrn?|Frau|Mme|Sra?)\b\.? {_NAME}(?: {_NAME})?")

People = Mapping[str, str]  # a name as it may be written → the role


def people_of(authors: Iterable[tuple[str, bool]], spoken_of: Set[str]) -> People:
    """`authors` with whether they ask. Words that the company itself is called by are no names: `spoken_of`."""
    found: dict[str, str] = {}
    for author, asks in authors:
        role = CUSTOMER if asks else COLLEAGUE
        parts = [] if is_role(author) else _PART.findall(author.partition("@")[0].replace(".", " "))
        own = [part for part in parts if part.lower() not in spoken_of | SHAPING and not is_role(part)]
        if len(own) > 1 and len(own) == len(parts):
            found[" ".join(own)] = role
        found |= {part[0].upper() + part[1:]: role for part in own if len(part) >= _LEAST}
    return found


def in_roles(text: str, people: People) -> str:
    """The text in nobody's name. The longest name is looked for first."""
    text = masked(text)
    for name in sorted(people, key=len, reverse=True):
        text = re.sub(rf"(?<![\w\[]){re.escape(name)}(?!\w)", people[name], text)
    text = _INTRODUCES.sub(rf"\1 {PERSON}", text)
    text = _CALLED_TWICE.sub(rf"\1 {PERSON}", text)
    return _TITLED.sub(PERSON, text)
