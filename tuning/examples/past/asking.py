"""The questions in a message, each understood by itself as far as rules can do it, and its share of the reply."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.conversation.condense import Past, condense, leaning
from assistant.conversation.names import names
from assistant.conversation.small_talk import small_talk
from assistant.conversation.topic import content, topic
from retrieval import terms
from tuning.examples.past.written import statements, without_greeting

LONGEST = 40  # words of a question
NEAR = 2  # sentences before a question that may say what it is about
_LEADING = re.compile(r"^(?:(?:now|well|sorry|ok|okay|anyway|(?:my |quick )?question)\b[,:]?\s+)+", re.IGNORECASE)
_POLITE = re.compile(
    r"^(?:please |kindly )?(?:(?:can|could|would|will) (?:you|somebody|anyone|someone) (?:please |kindly )?"
    r"(?:tell|let|advise|confirm|explain|say)\b|(?:i|we)(?:['’]d| would) (?:also )?like to (?:know|ask)\b"
    r"|(?:i|we) (?:just )?(?:want|wanted|need) to (?:know|ask)\b|(?:i am|i'm|i’m|we are) (?:also )?wondering\b"
    r"|(?:tell|let) (?:me|us)\b|(?:do|would) you (?:happen to )?know\b)",
    re.IGNORECASE,
)
_HELPING = r"(?:is|are|was|were|do|does|did|can|could|may|must|shall|should|will|would|has|have|am)"
_BEGINS = re.compile(
    rf"^(?:(?:what|which|who|whom|whose|when|where|why|how)(?: \w+){{0,3}} {_HELPING}\b"
    rf"|{_HELPING} (?:i|we|you|it|they|he|she|there|the|this|that|these|those|my|your|our|an?)\b)",
    re.IGNORECASE,
)
_CLAUSE = re.compile(r"^(?:when|where|what|which|who)\b[^?]*,", re.IGNORECASE)  # `When I came home, it was there.`
_HELP = re.compile(
    r"^(?:please )?(?:can|could|would|will) (?:you|anyone|someone|somebody) (?:please |kindly )?"
    r"(?:help|assist|advise|look|check|send|call|reply|respond)\b"
    r"|^any (?:ideas?|advice|suggestions?|news|updates?|help)\b"
    r"|^what (?:can|should|could) (?:i|we|you) do(?: now| about (?:it|this|that))?\W*$",
    re.IGNORECASE,
)


def questions(text: str, before: Sequence[Past], subject: str = "") -> list[str]:
    """Stand-alone, in the order in which they are asked; pleas for help that ask for nothing in particular are none."""
    said = [without_greeting(one) for one in statements(text)]
    found: list[str] = []
    told = list[str]()  # since the last question
    for one in said:
        if asked := _question(one):
            past = [*before, *map(Past, found[-1:] or ([subject] if subject else []))]
            found.append(_alone(asked, told[-NEAR:], past))
            told.clear()
        else:
            told.append(one)
    return list(dict.fromkeys(one for one in found if content(one)))


def shares(asked: Sequence[str], reply: str) -> list[tuple[str, ...]]:
    """The reply's sentences by the question that they share most with; what tells none goes on with the one before."""
    found: list[list[str]] = [[] for _ in asked]
    at = 0
    for one in stated(reply):
        shared = [len(set(terms(question)) & set(terms(one))) for question in asked]
        if max(shared, default=0) and shared.count(max(shared)) == 1:
            at = shared.index(max(shared))
        found[at].append(one)
    return [tuple(one) for one in found]


def stated(reply: str) -> list[str]:
    """The sentences of a reply that ask nothing."""
    said = [without_greeting(one) for one in statements(reply)]
    return [one for one in said if one and not one.endswith("?")]


def _alone(asked: str, told: Sequence[str], past: Sequence[Past]) -> str:
    """With the sentences before it where it leans on them; else as the conversation is condensed."""
    about = " ".join(told[-1:] if told and _named(told[-1]) else told)
    weighty = {word.term for word in topic([Past(about)], NEAR)}
    how = leaning(asked, weighty)
    if about and (how not in ("alone", "opening") or (_named(about) and not _named(asked))):
        return f"{about[0].upper()}{about[1:]} {asked}"
    return condense(asked, past)


def _named(text: str) -> list[str]:
    """Names, days left out."""
    return [name for name in names(text) if not name.lower().endswith("day")]


def _question(sentence: str) -> str:
    """The sentence, if it asks for something, without what only leads up to it."""
    bare = _LEADING.sub("", sentence) or sentence
    begins = bool(_BEGINS.match(bare)) and not _CLAUSE.match(bare)
    if not (bare.endswith("?") or begins or _POLITE.match(bare)):
        return ""
    if small_talk(bare) is not None or _HELP.search(bare):
        return ""
    ending = "" if _POLITE.match(bare) and not bare.endswith("?") else "?"
    return bare[0].upper() + bare[1:].rstrip(" .!?") + (ending or ".")
