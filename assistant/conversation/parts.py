"""A question that asks for several things becomes its parts, each a question of its own. A plain one stays whole.

Three shapes are known: things compared ("compare A and B", "the difference between A and B"), one thing asked of each
of several ("for each of A, B and C", "both A and B"), and several questions in one message. Better left whole than cut
wrongly: every shape has to be recognised entirely.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.conversation.condense import Past, condense

MOST = 4
LONGEST_ITEM = 6  # words


@dataclass(frozen=True, slots=True)
class Part:
    label: str
    question: str


@dataclass(frozen=True, slots=True)
class Parts:
    asked: tuple[Part, ...] = ()
    left: tuple[str, ...] = ()  # labels of those beyond the bound

    def __bool__(self) -> bool:
        return bool(self.asked)


WHOLE = Parts()  # a plain question has none

_COMPARE = re.compile(
    r"^(?:please |can you |could you )*compare (?:(?P<what>.+?) (?:of|for|between|in) )?"
    r"(?P<items>.+?(?: and | with | to | versus | vs\.? ).+?)"
    r"(?: (?:in terms of|regarding|by|as to|on|with regard to|with respect to) (?P<respect>.+?))?$",
    re.IGNORECASE,
)
_DIFFERENCE = re.compile(
    r"^(?:what(?:'s|’s| is| are)|tell me|explain) (?:the )?(?:main |key )?differences? "
    r"(?:in (?P<what>.+?) )?between (?P<items>.+? and .+?)"
    r"(?: (?:in terms of|regarding|as to|with regard to|with respect to) (?P<respect>.+?))?$",
    re.IGNORECASE,
)
_EACH = re.compile(r"^(?P<before>.+?) (?:each of|both)(?: of)? (?P<items>.+? and .+?)(?P<after>)$", re.IGNORECASE)
_ALSO = re.compile(r"[,;]? (?:and )?(?=(?:what|how) about )", re.IGNORECASE)
_SENTENCE = re.compile(r"(?<=[?])\s+(?=\S)")
_BEGINS = re.compile(
    r"^(?:(?:and|also|or|then|so),? )?(?:(?:for|of|on|with|in|at|the) |(?:what|how|who|when|where|which|why|is|are|was"
    r"|were|do|does|did|can|could|may|will|would|should|has|have)\b(?!'))",
    re.IGNORECASE,
)
_AND = re.compile(r"^(?:and|also),? ", re.IGNORECASE)  # joins sentences of one message, whatever they are about
_BETWEEN = re.compile(r",? (?:and|with|to|versus|vs\.?) |, ", re.IGNORECASE)
_ASKED = re.compile(
    r"\b(?:is|are|was|were|do|does|did|can|could|may|will|would|should|has|have|that|who|which|what|when|where|why|how"
    r"|because|if|it|they|them|its|their|each other|other|others)\b",
    re.IGNORECASE,
)
_ARTICLE = re.compile(r"^(?:the|a|an|our|your|my)\s+", re.IGNORECASE)


def parts(question: str) -> Parts:
    """The parts, or none where the question is a plain one."""
    whole = question.strip().rstrip("?!. ").strip()
    return _compared(whole) or _of_each(whole) or _several(question.strip())


def _compared(whole: str) -> Parts:
    """Without a word of what to compare them in, only names are asked for one by one: concepts have pages together."""
    found = _COMPARE.match(whole) or _DIFFERENCE.match(whole)
    if not found:
        return WHOLE
    items, respect = _items(found["items"]), found["what"] or found["respect"]
    if respect:
        return _bounded([Part(item, f"What is {_the(respect)} of {item}?") for item in items])
    return _bounded([Part(item, f"What is {item}?") for item in items]) if all(map(_is_name, items)) else WHOLE


def _of_each(whole: str) -> Parts:
    found = _EACH.match(whole)
    if not found:
        return WHOLE
    return _bounded([Part(item, f"{found['before']} {item}?") for item in _items(found["items"])])


def _several(question: str) -> Parts:
    """Questions that each end as one, and what is asked of another thing after "and what about"."""
    said = [one for sentence in _SENTENCE.split(question) for one in _ALSO.split(sentence)]
    if len(said) < 2 or not question.endswith("?") or not all(map(_BEGINS.match, said)):
        return WHOLE
    past: list[Past] = []
    for one in said:
        past.append(Past(condense(_AND.sub("", one), past)))
    return _bounded([Part(one.strip(" ?"), turn.question) for one, turn in zip(said, past, strict=True)])


def _the(respect: str) -> str:
    return respect if _ARTICLE.match(respect) else f"the {respect}"


def _stands(item: str) -> bool:
    """It is a thing by itself: "debit and credit cards" share a word that only the last one has."""
    last = item.split()[-1]
    return bool(_ARTICLE.match(item)) or last[0].isupper() or last[0].isdigit()


def _is_name(item: str) -> bool:
    return any(word[0].isupper() or word[0].isdigit() for word in _ARTICLE.sub("", item).split())


def _items(text: str) -> list[str]:
    """The things named, one by one; none where any of them is no plain name of a thing."""
    found = [item.strip() for item in _BETWEEN.split(text) if item.strip()]
    plain = all(len(item.split()) <= LONGEST_ITEM and not _ASKED.search(item) and _stands(item) for item in found)
    names = {_ARTICLE.sub("", item).casefold() for item in found}
    return found if plain and len(names) == len(found) else []


def _bounded(found: Sequence[Part]) -> Parts:
    if len(found) < 2:
        return WHOLE
    return Parts(tuple(found[:MOST]), tuple(part.label for part in found[MOST:]))
