"""Whether two statements of different documents speak of the same: the same thing, on the same conditions (English).

It rests on words. What one says and the other doesn't may be another thing, another case or a narrower one; so nothing
may be left over on either side but words that change neither.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import pairwise

from assistant.support.dates import dated
from assistant.support.wording import Reading, contents, read, wordlist
from retrieval import Passage, Unit, terms

ENOUGH = 2  # words that both say of the thing itself, where their headings may differ

# Verbs and such that say of a value that it holds.
_LIGHT = (
    "last lasts run runs take takes taken carry carries come comes get give given hold holds apply applies amount cost"
    " costs charge charged pay pays paid grant granted offer offered provide provided receive received reimburse"
    " reimbursed refund refunded valid require required need needed allow allowed permit permitted entitle entitled"
    " prohibited forbidden banned allowance please note"
    " currently current now always total within up maximum minimum period per every set fixed due date"
)
_GENERAL = (
    "policy policies handbook faq faqs question questions rule rules term terms condition conditions regulation"
    " regulations agreement overview notice announcement newsletter memo intranet page information info summary"
    " introduction company staff employee employees general duration period time times limit limits deadline deadlines"
    " version edition update updated new old draft us our ours"
)
_NARROWING = (
    "dealer dealers reseller resellers partner partners supplier suppliers wholesale retail business private consumer"
    " consumers corporate enterprise student students contractor contractors intern interns visitor visitors temporary"
    " apprentice apprentices trainee trainees manager managers director directors guest guests member members premium"
    " express standard basic plus professional international domestic abroad overseas weekend weekends night holiday"
    " holidays summer winter emergency exception exceptions special optional extended economy senior junior child"
    " children trial used refurbished"
)
_CASES = wordlist("if when where while without unless except only until otherwise instead")
_SIDES = wordlist("after over under before above below beyond until by")
_PAST = wordlist("was were had rose fell grew report reported results figures revenue")
_OURS, _YOURS = wordlist("we our us"), wordlist("you your")
# Days from which a period runs, close to one another: `from delivery`, `of the date of purchase`.
_BEGINNING = re.compile(
    r"\b(?:from|of|after|since|following)\s+(?:(?:the|your|its)\s+)?(?:(?:date|day|time)\s+of\s+(?:the\s+|your\s+)?)?"
    r"(?:delivery|purchase|receipt|invoice|order|sale)\b",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"[A-Za-z]*[0-9][\w.-]*")
_YEARS = re.compile(r"\b(?:19|20)[0-9]{2}\b")
_VERSION = re.compile(
    rf"\b(?:v|version|rev\.?|revision|edition)\s*[0-9]+(?:\.[0-9]+)*\b|{_YEARS.pattern}(?:-[0-9]{{2}}){{0,2}}",
    re.IGNORECASE,
)
_COUNTED = re.compile(r"^\s*(?:§\s*)?[0-9]+(?:\.[0-9]+)*[.)]?\s+")
_HALF_DAYS = re.compile(r"\b(1[0-2]|[1-9])(?:[:.]([0-5][0-9]))?\s?([AaPp])\.?[Mm]\b\.?(?=\s|[,;.)]|$)")


@dataclass(frozen=True)
class Statement:
    """A unit of a passage, read in its place."""

    passage: Passage
    unit: Unit

    @cached_property
    def text(self) -> str:
        return self.passage.quote(self.unit)

    @cached_property
    def said(self) -> Reading:
        return read(clocked(self.text))

    @cached_property
    def own(self) -> frozenset[str]:
        """What it speaks of, in its own words: units and light words left out."""
        measured = {stem for measure in self.said.measures for stem in terms(measure.unit)}
        return read(_BEGINNING.sub("", clocked(self.text))).terms - measured - _stems(_LIGHT)

    @cached_property
    def heading(self) -> frozenset[str]:
        return _named(*self.passage.heading[-1:])

    @cached_property
    def around(self) -> frozenset[str]:
        return _named(self.passage.title, *self.passage.heading)

    @cached_property
    def all(self) -> frozenset[str]:
        return self.own | self.around

    @cached_property
    def numbers(self) -> frozenset[str]:
        """Of its title and headings, by which one thing is told from another; years, versions and counts are none."""
        return _numbers(" ".join((self.passage.title, *(_COUNTED.sub("", each) for each in self.passage.heading))))

    @cached_property
    def years(self) -> frozenset[str]:
        return frozenset(_YEARS.findall(" ".join((self.passage.title, *self.passage.heading))))


def clocked(text: str) -> str:
    """The text with its times of day by 24 hours."""
    return _HALF_DAYS.sub(_on_the_clock, text)


def alike(one: Statement, other: Statement, question: str) -> bool:
    asked = read(question)
    named = _numbers(question) - {measure.value for measure in asked.measures if measure.unit}
    return (
        (asked.terms - _stems(_LIGHT)) & one.all <= other.all
        and named & (one.numbers | _numbers(one.text)) <= other.numbers | _numbers(other.text)
        and not one.own - other.all
        and not other.own - one.all
        and _cases(one) == _cases(other)
        and _speakers(one) | _speakers(other) != {"we", "you"}
        and _placed_alike(one, other)
    )


def _placed_alike(one: Statement, other: Statement) -> bool:
    """Title and headings name no other thing, and no narrower one."""
    if one.numbers != other.numbers or (one.years != other.years and (_tells(one) or _tells(other))):
        return False
    left, right = one.around - other.all, other.around - one.all
    both = len(one.own & other.own)
    if not both or (left | right) & _stems(_NARROWING) or (one.heading & left and other.heading & right):
        return False
    return not (left or right) if both < ENOUGH else _titled_alike(one, other)


def _titled_alike(one: Statement, other: Statement) -> bool:
    """What one title names and the other document doesn't is what it is about, unless it is one about many things."""
    mine, its = _named(one.passage.title) - other.all, _named(other.passage.title) - one.all
    named = [statement for statement, left in ((one, mine), (other, its)) if left]
    return len(named) < 2 and all(_is_general(statement.passage.title) for statement in named)


def _tells(statement: Statement) -> bool:
    """Of what was: each year has facts of its own."""
    return bool(statement.said.words & _PAST)


def _cases(statement: Statement) -> frozenset[str]:
    """Words that say when it holds, and on which side of a number."""
    sided = {before for before, after in pairwise(statement.text.lower().split()) if after[0].isdigit()}
    return (statement.said.words & _CASES) | (sided & _SIDES)


def _speakers(statement: Statement) -> set[str]:
    """Who is meant, where one of the two is and not the other: `you pay` is not `we pay`."""
    words = statement.said.words
    found = {who for who, said in (("we", words & _OURS), ("you", words & _YOURS)) if said}
    return found if len(found) == 1 else set()


def _named(*texts: str) -> frozenset[str]:
    said = read(_VERSION.sub("", " ".join(texts).replace("_", " ")))
    return said.terms - _stems(_GENERAL) - _stems(_LIGHT)


def _is_general(title: str) -> bool:
    return bool(read(title).terms & _stems(_GENERAL))


def _numbers(text: str) -> frozenset[str]:
    return frozenset(found.lower() for found in _NUMBER.findall(_VERSION.sub("", dated(text))))


def _on_the_clock(found: re.Match[str]) -> str:
    """`8:00` for `8 am`, `20:30` for `8.30 p.m.`"""
    hour = int(found[1]) % 12 + (12 if found[3] in "pP" else 0)
    return f"{hour}:{found[2] or '00'}"


@cache
def _stems(words: str) -> frozenset[str]:
    return frozenset(contents(words.split()))
