"""Whether two statements of different documents speak of the same: the same thing, on the same conditions (English).

It rests on words. What one says and the other doesn't may be another thing, another case or a narrower one; so nothing
may be left over on either side but words that change neither.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import pairwise

from assistant.support.wording import Reading, contents, read, wordlist
from retrieval import Passage, Unit, terms

ENOUGH = 2  # words that both say of the thing itself, where their headings may differ

# Verbs and such that say of a value that it holds.
_LIGHT = (
    "last lasts run runs take takes taken carry carries come comes get give given hold holds apply applies amount cost"
    " costs charge charged pay pays paid grant granted offer offered provide provided receive received reimburse"
    " reimbursed refund refunded valid require required need needed allow allowed permit permitted entitle entitled"
    " please note currently current now always total within up maximum minimum period per every set fixed due date"
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
_OURS, _YOURS = wordlist("we our us"), wordlist("you your")
# Days from which a period runs, close to one another: `from delivery`, `of the date of purchase`.
_BEGINNING = re.compile(
    r"\b(?:from|of|after|since|following)\s+(?:(?:the|your|its)\s+)?(?:(?:date|day|time)\s+of\s+(?:the\s+|your\s+)?)?"
    r"(?:delivery|purchase|receipt|invoice|order|sale)\b",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"[A-Za-z]*[0-9][\w.-]*")
_YEAR = re.compile(r"(?:19|20)[0-9]{2}")


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
        return read(self.text)

    @cached_property
    def own(self) -> frozenset[str]:
        """What it speaks of, in its own words: units and light words left out."""
        measured = {stem for measure in self.said.measures for stem in terms(measure.unit)}
        return read(_BEGINNING.sub("", self.text)).terms - measured - _stems(_LIGHT)

    @cached_property
    def title(self) -> frozenset[str]:
        return _named(self.passage.title)

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
        """Of its title and headings: years apart, they tell one thing from another."""
        return _numbers(" ".join((self.passage.title, *self.passage.heading)))


def alike(one: Statement, other: Statement, question: str) -> bool:
    asked = read(question).terms - _stems(_LIGHT)
    return (
        asked & one.all <= other.all
        and _numbers(question) & (one.numbers | _numbers(one.text)) <= other.numbers | _numbers(other.text)
        and not one.own - other.all
        and not other.own - one.all
        and _cases(one) == _cases(other)
        and _speakers(one) | _speakers(other) != {"we", "you"}
        and _placed_alike(one, other)
    )


def _placed_alike(one: Statement, other: Statement) -> bool:
    """Title and headings name no other thing, and no narrower one."""
    if one.numbers != other.numbers:
        return False
    left, right = one.around - other.all, other.around - one.all
    both = len(one.own & other.own)
    if not both or (left | right) & _stems(_NARROWING) or (one.heading & left and other.heading & right):
        return False
    return not (left or right) if both < ENOUGH else _titled_alike(one, other)


def _titled_alike(one: Statement, other: Statement) -> bool:
    """What only one title names is what its document is about, unless it is one about many things."""
    return all(
        not mine.title - its.all or _is_general(mine.passage.title) for mine, its in ((one, other), (other, one))
    )


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
    said = read(" ".join(texts).replace("_", " "))
    return said.terms - _stems(_GENERAL) - _stems(_LIGHT)


def _is_general(title: str) -> bool:
    return bool(read(title).terms & _stems(_GENERAL))


def _numbers(text: str) -> frozenset[str]:
    return frozenset(found.lower() for found in _NUMBER.findall(text) if not _YEAR.fullmatch(found))


@cache
def _stems(words: str) -> frozenset[str]:
    return frozenset(contents(words.split()))
