"""Plain English sentences taken apart into subject, verb and rest, so that a question can be put together from them.

What is not plain, with a subject of several clauses or a verb that isn't known, is left alone: None is a good answer.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from assistant.support.wording import wordlist
from tuning.drafting.verbs import BASES, BE, DO, HAVE, MODAL, PAST, THIRD, is_participle

WORD = re.compile(r"[^\s]+")
LONGEST_SUBJECT = 9  # words
AUXILIARY = BE | MODAL | HAVE | DO
_PERSONS = frozenset(("you", "we", "i"))
# A sentence that begins so has its subject elsewhere, or says something of what isn't.
_NO_SUBJECT = wordlist(
    "it they he she this that these those there here such so then thus also otherwise afterwards however but and or"
    " nor if when whenever whether while where once after before during until since because although though unless"
    " in on at by for from with without within to of as about above below between under over per via like inside"
    " outside up instead besides even only just no nobody nothing none anyone anybody someone somebody neither"
    " either both few some many most other others another who whoever what whatever which whose how why now today"
    " usually often always never please note see its their his her one ones yes newest oldest first second third"
    " finally next last more less much further furthermore moreover therefore hence similarly likewise thereafter"
    " additionally alternatively currently typically normally generally again unfortunately sometimes rarely e.g."
    " i.e. whichever except not mostly formerly"
)
_INSIDE = wordlist(
    "it they he she this that these those who whom which whose what if when where while because but i there whether"
    " as than not you we after so"
)
_ADVERBS = wordlist("only also then always never just still already even often now here there")
_STATES = wordlist(
    "be have do note last need own suit fit cost exist expect belong happen remain lie vary expire know fail become"
    " fall grow sit consist depend lower separate open"
)
_DETERMINERS = wordlist("a an the your our my every each all any this its their")
_PREPOSITIONS = wordlist("of for in with from to on at by without above below between under and or into")
_VERBAL = BASES | THIRD.keys() | PAST.keys()


@dataclass(frozen=True)
class Clause:
    """`The pump | is | tested every year`: what a question is made of. `auxiliary` is empty before a plain verb."""

    subject: str
    auxiliary: str
    verb: str  # in its base form, behind `do`, `does`, `did`; empty behind an auxiliary
    rest: str
    offset: int  # of the rest, in the sentence
    negative: bool = False
    imperative: bool = False

    def asked(self, rest: str) -> str:
        """The clause turned round as a question has it, with another rest: `is the pump tested`."""
        deny = "not" if self.negative else ""
        return " ".join(part for part in (self.auxiliary, self.subject, deny, self.verb, rest) if part)


def parse(sentence: str) -> Clause | None:
    words = list(WORD.finditer(sentence))
    if len(words) < 3:
        return None
    return _imperative(sentence, words) or _statement(sentence, words)


def _imperative(sentence: str, words: list[re.Match[str]]) -> Clause | None:
    """`Keep the carton for a year`: what one should do."""
    said = [word[0].lower() for word in words]
    at = 1 if said[0] == "please" else 0
    negative = said[at] == "never" or said[at : at + 2] == ["do", "not"]
    at += {"never": 1, "do": 2}.get(said[at], 0) if negative else said[at] == "always"
    capital = words[0][0][0].isupper()
    if at + 1 >= len(said) or said[at] not in BASES - _STATES or not (capital or at):
        return None
    following = words[at + 1][0]
    if not negative and (_names(said[at + 1 :]) or (following in BASES and following.islower())):
        return None
    offset = _behind(words, at)
    return Clause("I", "should", said[at], sentence[offset:].strip(), offset, negative, imperative=True)


def _names(behind: list[str]) -> bool:
    """Whether the word before is a name after all: `Return is free`, `Change of address`, `Express parcels arrive`."""
    first, second = [*behind, "", ""][:2]
    noun = first.endswith("s") and second in BASES
    return first in AUXILIARY | {"of"} or first in THIRD or second in AUXILIARY or noun


def _statement(sentence: str, words: list[re.Match[str]]) -> Clause | None:
    at = _verb(words)
    if at is None or not _is_subject([word[0] for word in words[:at]]):
        return None
    subject = sentence[: words[at].start()].strip()
    word = words[at][0].lower()
    following = words[at + 1][0].lower().strip(",.") if at + 1 < len(words) else ""
    if word == "cannot":
        return _clause(sentence, words, at, subject, "can", negative=True)
    if word in HAVE and not is_participle(following):
        return _plain(sentence, words, at, subject, "have", {"has": "does", "have": "do", "had": "did"}[word])
    if word in AUXILIARY:
        negative = following == "not"
        clause = _clause(sentence, words, at + negative, subject, word, negative)
        if word in DO:  # the verb itself goes on behind it, as it is
            return clause if negative else None
        return clause
    base = THIRD.get(word) or (word if word in BASES else PAST[word])
    helper = "does" if word in THIRD else "do" if word in BASES else "did"
    return _plain(sentence, words, at, subject, base, helper)


def _clause(
    sentence: str, words: list[re.Match[str]], at: int, subject: str, auxiliary: str, negative: bool
) -> Clause | None:
    if at + 1 >= len(words):
        return None
    offset = _behind(words, at)
    return Clause(subject, auxiliary, "", sentence[offset:].strip(), offset, negative)


def _plain(sentence: str, words: list[re.Match[str]], at: int, subject: str, base: str, helper: str) -> Clause | None:
    if at + 1 >= len(words):
        return None
    offset = _behind(words, at)
    rest = sentence[offset:].strip()
    return None if rest.startswith("not ") else Clause(subject, helper, base, rest, offset)


def _behind(words: list[re.Match[str]], at: int) -> int:
    return words[at + 1].start() if at + 1 < len(words) else words[at].end()


def _verb(words: list[re.Match[str]]) -> int | None:
    """The first finite verb: an auxiliary where there is one near, else what can hardly be a noun."""
    limit = min(len(words), LONGEST_SUBJECT + 1)
    said = [word[0] if word[0] == "May" else word[0].lower() for word in words[: limit + 3]]  # May is a month
    plain: int | None = None
    for at in range(1, len(said)):
        if said[at] in AUXILIARY or said[at] == "cannot":
            return at if plain is None or at - plain <= 3 else plain
        if plain is None and at < limit and _finite(said, at):
            plain = at
        if said[at - 1].endswith((",", ";", ":")):
            break
    return plain


def _finite(said: list[str], at: int) -> bool:
    word, before = said[at], said[at - 1]
    if before in _DETERMINERS | _PREPOSITIONS or before.endswith((",", "'s", "’s")):
        return False
    if before in _PERSONS:
        return word in BASES or word in PAST
    plural = before.endswith("s") and not before.endswith(("ss", "us", "is"))
    if word in THIRD:
        return not plural and not _many(said[:at]) and not (said[at + 1 : at + 2] and said[at + 1] in _VERBAL)
    return word in BASES and plural and before not in THIRD


def _many(subject: list[str]) -> bool:
    """Whether the word that a subject is about is one of many: `the rules for uploads`."""
    head = next((at for at, word in enumerate(subject) if word in _PREPOSITIONS), len(subject))
    return bool(head) and subject[head - 1].endswith("s") and not subject[head - 1].endswith(("ss", "us", "is"))


def _is_subject(words: list[str]) -> bool:
    said = [word.lower() for word in words]
    if not said or len(said) > LONGEST_SUBJECT or any(word.endswith((",", ";", ":", ".")) for word in said):
        return False
    if any(mark in word for word in words for mark in '()"“”[]/<>'):
        return False
    if said[0] in _PERSONS:
        return len(said) == 1 and said[0] != "i"
    verbal = any(word in AUXILIARY for word in said)
    numbered = said[0].isdigit() and len(words) > 1 and words[1][0].isupper()  # a footnote's number
    if numbered or set(said) & {"-", "–", "—"}:
        return False
    adverb = said[-1] in _ADVERBS | _PREPOSITIONS or (said[-1].endswith("ly") and len(said) > 1)
    return said[0] not in _NO_SUBJECT and not verbal and not adverb and not _INSIDE & set(said[1:])


def without_end(clause: Clause) -> Clause | None:
    """The clause without its full stop; None where a second verb goes on from the same subject."""
    second = re.search(r"\b(?:and|or|but) (\w+)", clause.rest)
    if clause.verb and not clause.imperative and second and second[1] in THIRD.keys() | PAST.keys() | AUXILIARY:
        return None
    return replace(clause, rest=clause.rest.rstrip(" .!"))
