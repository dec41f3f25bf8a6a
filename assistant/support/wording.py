"""What a text says, as far as words tell it (English): content words, names, numbers, dates, and what it denies."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from unicodedata import combining, normalize

from assistant.support.canonical import canonical, compared
from assistant.support.dates import DATE
from retrieval import terms


def wordlist(text: str) -> frozenset[str]:
    return frozenset(text.split())


_DENYING = wordlist("not no nor never none nobody neither nothing nowhere without prohibited forbidden refrain")
_OF_ALL = wordlist("no nor none nobody neither nothing")  # with these the verb behind is denied too
_EMPTY = wordlist(
    "a about after again all also am an and any are as at be been being both but by can could did do does doing each"
    " either else for from had has have having he her here hers him his how however i if in into is it its itself just"
    " may me might mine more most much must my of on or other our out over own per shall she should since so some such"
    " than that the their them then there these they this those though through thus to too upon very was we were what"
    " when where whether which while who whom whose why will with would yes you your not no nor never none nobody"
    " neither nothing nowhere without"
)
_BOUNDING = wordlist("exceed exceeding")
_ENDING = wordlist(
    "that which who whom whose where when if because"
)  # behind these `or` adds nothing to what is denied
_REACH = 8  # words behind a `not` within which it does
_COMPARING = wordlist("more less later longer fewer greater higher lower earlier sooner")
_HELPING = wordlist("is are was were be been do does did can could may might must shall should will would has have had")
_BREAKING = wordlist("but however although though unless except whereas while")
_NO = ("no", "not")
_BOUNDS = {
    **dict.fromkeys((f"{no} {more} than" for no in _NO for more in ("more", "later", "longer", "greater")), "≤"),
    **dict.fromkeys((f"{no} {less} than" for no in _NO for less in ("less", "fewer", "earlier", "lower")), "≥"),
    **dict.fromkeys(("at most", "up to", "not exceeding", "maximum of"), "≤"),
    **dict.fromkeys(("at least", "minimum of"), "≥"),
    **dict.fromkeys(("less than", "fewer than", "lower than"), "<"),
    **dict.fromkeys(("more than", "greater than", "higher than", "longer than"), ">"),
}
_UNITS = wordlist(
    "second minute hour day week month year decade decades century centuries % dollar euro pound cent gram kilogram"
    " tonne ton tons watt volt kw kwh meter kilometer centimeter millimeter mile miles foot feet inch inches liter"
    " milliliter byte kilobyte megabyte gigabyte terabyte celsius fahrenheit degree degrees bc bce ad"
)
_COUNTING = wordlist("and or to business working calendar full consecutive further additional square cubic us")
_UNACCENTED = str.maketrans({"ł": "l", "ø": "o", "ß": "ss", "đ": "d", "æ": "ae", "œ": "oe"})
_MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_SENTENCE = re.compile(r"(?<=[.!?;:])(?<![\s.(][A-Z]\.)[\"'”’)\]]*\s+|\n+")
_WORD = re.compile(r"(?:[^\W\d_]\.){2,}|[^\W_]+(?:['’][^\W_]+|\.\d\w*)*")
_SPELT = (
    (re.compile(r"\b(?:ca|wo|sha)n['’]t\b|\bcannot\b", re.IGNORECASE), "will not"),
    (re.compile(r"n['’]t\b|\bby no means\b", re.IGNORECASE), " not"),
    (re.compile(r"\bnot (?:only|just|merely)\b", re.IGNORECASE), "notonly"),
    (re.compile(r"\bno\.\s*(?=\d)", re.IGNORECASE), "number "),
    (re.compile(r"\b([A-Z])\.(?=[A-Z]\b)"), r"\1"),  # U.S
)


@dataclass(frozen=True)
class Measure:
    value: str
    unit: str
    bound: str


@dataclass(frozen=True)
class Denial:
    """What a `not` denies: before all, in any case, and at most; and all words of its clause."""

    first: frozenset[str]
    heads: frozenset[str]
    reach: frozenset[str]
    clause: frozenset[str]


@dataclass(frozen=True)
class Sentence:
    terms: Counter[str]
    denials: tuple[Denial, ...]

    def denied(self, term: str) -> int:
        return sum(term in denial.heads for denial in self.denials)

    def affirmed(self, term: str) -> int:
        return self.terms[term] - self.denied(term)


@dataclass(frozen=True)
class Reading:
    sentences: tuple[Sentence, ...]
    terms: frozenset[str]
    names: frozenset[str]  # unstemmed
    measures: frozenset[Measure]
    dates: frozenset[frozenset[str]]  # year, month and day, as far as they are named
    words: frozenset[str]

    @property
    def months(self) -> frozenset[str]:
        return frozenset(_MONTHS[int(part[:2]) - 1] for date in self.dates for part in date if part.endswith("m"))

    @property
    def says(self) -> bool:
        return bool(self.terms or self.measures or self.dates)

    @property
    def whole(self) -> bool:
        """A sentence rather than a span."""
        return bool(self.words & _HELPING)


@lru_cache(maxsize=4096)
def read(text: str) -> Reading:
    for spelling, plain in _SPELT:
        text = spelling.sub(plain, text)
    parts = _SENTENCE.split(text)
    worded = [canonical(part).split() for part in parts]
    words = frozenset(word for sentence in worded for word in sentence)
    return Reading(
        sentences=tuple(Sentence(Counter(contents(sentence)), tuple(_denials(sentence))) for sentence in worded),
        terms=frozenset(contents(words)),
        names=frozenset(called(word) for part in parts for word in _capitalised(part, not words & _HELPING)),
        measures=frozenset(measure for sentence in worded for measure in _measures(sentence)),
        dates=frozenset(frozenset(compared(word)) for word in words if DATE.fullmatch(word)),
        words=words,
    )


@cache
def _stems(word: str) -> tuple[str, ...]:
    return tuple(terms(word))


@cache
def _empty() -> frozenset[str]:
    return frozenset(terms(" ".join(_EMPTY)))


def contents(words: Iterable[str]) -> Iterator[str]:
    """Stems of the words that say something. Numbers and dates are compared by themselves."""
    for word in words:
        if word not in _EMPTY and not word.lstrip("-")[:1].isdigit():
            yield from (stem for stem in _stems(word) if stem not in _empty())


def _capitalised(sentence: str, span: bool) -> Iterator[str]:
    """Names: capitalised, and not because a sentence begins."""
    for match in list(_WORD.finditer(sentence))[0 if span else 1 :]:
        if match[0][0].isupper() and sentence[match.start() - 1 : match.start()] != "°":
            yield from (word for word in canonical(match[0]).split() if list(contents([word])))


def called(word: str) -> str:
    """A name without accents, plural or genitive; stems would take `Islamist` for `Islamization`."""
    plain = normalize("NFKD", word).translate(_UNACCENTED)
    return "".join(one for one in plain if not combining(one)).removesuffix("s")


def _measures(words: Sequence[str]) -> Iterator[Measure]:
    for place, word in enumerate(words):
        if _is_number(word):
            before = (" ".join(words[max(0, place - length) : place]) for length in (3, 2))
            bound = next((_BOUNDS[said] for said in before if said in _BOUNDS), "")
            yield Measure(word, _unit(words, place + 1), bound)


def _is_number(word: str) -> bool:
    return word.lstrip("-")[:1].isdigit() and not DATE.fullmatch(word)


def _unit(words: Sequence[str], place: int) -> str:
    """The unit of the number before: behind a word or two that count it closer, or behind the end of a range."""
    for word in words[place : place + 4]:
        if word in _UNITS:
            return word
        if not (word in _COUNTING or _is_number(word)):
            break
    return ""


def _denials(words: Sequence[str]) -> Iterator[Denial]:
    for clause in _clauses(words):
        for place, word in enumerate(clause):
            first = [] if word not in _DENYING or _is_harmless(clause, place) else _first(clause[place + 1 :])
            if first:
                heads, whole = frozenset((*first, *_further(clause, place))), frozenset(contents(clause))
                yield Denial(frozenset(first), heads, whole if word in _OF_ALL else heads, whole)


def _clauses(words: Sequence[str]) -> Iterator[Sequence[str]]:
    start = 0
    for place, word in enumerate(words):
        if word in _BREAKING:
            yield words[start:place]
            start = place + 1
    yield words[start:]


def _is_harmless(clause: Sequence[str], place: int) -> bool:
    """`no later than`, `including but not limited to`, `or not`."""
    before = clause[place - 1] if place else ""
    following = clause[place + 1] if place + 1 < len(clause) else ""
    bound = following in _BOUNDING or (following in _COMPARING and clause[place + 2 : place + 3] == ["than"])
    open_list = following == "limited" and (not before or before.startswith("includ"))
    return bound or open_list or (before == "or" and clause[place] == "not")


def _further(clause: Sequence[str], place: int) -> Iterator[str]:
    """With `no party shall …` also the verb; and what `or` adds close by."""
    behind = range(place + 1, len(clause))
    helping = next((n for n in behind if clause[n] in _HELPING), None)
    if clause[place] in _OF_ALL and helping:
        yield from _first(clause[helping + 1 :])
    for n in behind[:_REACH]:
        if clause[n] in _ENDING:
            return
        if clause[n] in ("or", "nor"):
            yield from _first(clause[n + 1 :])


def _first(words: Sequence[str]) -> list[str]:
    return next((found for word in words if not word.endswith("ly") and (found := list(contents([word])))), [])
