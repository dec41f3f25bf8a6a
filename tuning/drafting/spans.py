"""What kind of thing an answer is, where it stands behind the verb, and with which words one asks for it (English)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from assistant.support.wording import wordlist
from tuning.drafting.clauses import Clause
from tuning.drafting.nouns import Way
from tuning.drafting.verbs import BE

_WORDS = "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|half an?|an?"
_MORE = (
    r"(?:(?:about|around|approximately|roughly|nearly|almost|exactly|at least|at most|at the most|up to|over|under"
    r"|(?:no )?(?:more|less|fewer|later|longer|earlier) than|a maximum of|a minimum of) )?"
)
_FIGURE = r"\d+(?:[.,]\d+)*"
_NUMBER = rf"(?:{_FIGURE}|{_WORDS})(?:(?: to | or |-|–)(?:{_FIGURE}|{_WORDS}))?"
_UNIT = (
    r"(?:(?:working|business|calendar|full|consecutive) )?(?:second|minute|hour|day|night|week|month|quarter|year)s?\b"
)
_AT_MOST = r"(?:,? at (?:the )?(?:most|least|longest|latest|earliest))?"
_LENGTH = rf"{_MORE}{_NUMBER} {_UNIT}{_AT_MOST}"
_END = r"(?=$|[ ,.;:)])"
_MONTH = "(?:January|February|March|April|May|June|July|August|September|October|November|December)"
_WEEKDAY = "(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)days?"
_ORDINAL = r"\d{1,2}(?:st|nd|rd|th)"
_DAY = (
    rf"(?:\d{{1,2}}(?:st|nd|rd|th)? {_MONTH}(?: \d{{4}})?|{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?,? \d{{4}}|{_MONTH} \d{{4}}"
    rf"|(?:the )?{_ORDINAL}(?: day)? of (?:each|every|the|a) (?:month|quarter|year)"
    rf"|(?:the )?(?:first|second|third|last)(?: \w+)? (?:day|{_WEEKDAY}) of (?:each|every|the|a) \w+"
    rf"|(?:the )?(?:next|same|previous) (?:working )?day|\d{{4}}-\d\d-\d\d)"
)
_CLOCK = r"(?:\d{1,2}[.:]\d\d(?: ?[ap]\.?m\.?)?|\d{1,2} ?[ap]\.?m\.?|noon|midnight)"
_MONEY = (
    rf"{_MORE}(?:[£$€]{_FIGURE}|{_FIGURE} (?:pounds|pence|dollars|euros|cents|EUR|USD|GBP))"
    rf"(?: (?:an?|per|each) (?:\w+)(?! of))?{_AT_MOST}"
)
_PERCENT = rf"{_MORE}{_FIGURE} ?(?:percent\b|per cent\b|%)"
_MEASURE = (
    rf"{_MORE}{_FIGURE} ?(?:kg|g|mg|km|m|cm|mm|ml|l|litres?|liters?|metres?|meters?|miles?|inch(?:es)?|°C|°F|degrees|"
    r"bar|volts?|watts?|W|kW|kWh|V|A|GB|MB|KB|TB|bytes)"
)


@dataclass(frozen=True)
class Span:
    """`rest[cut_start:cut_end]` gives way to `asks` at the front; the answer is `rest[start:end]`."""

    way: Way
    asks: str
    cut_start: int
    cut_end: int
    start: int
    end: int


def _pattern(before: str, answer: str, behind: str = "") -> re.Pattern[str]:
    return re.compile(rf"(?:(?<=^)|(?<= )){before}(?P<answer>{answer}){_END}{behind}")


Asking = Callable[[re.Match[str], Clause], str | None]
_LASTING = wordlist("last take")
_HAVING = wordlist("have carry")
_PLACED = wordlist("kept stored found located installed held posted published placed")


def _asks(words: str) -> Asking:
    return lambda found, clause: words


def _many(words: str) -> Asking:
    """`within how many working days` for `within 15 working days`."""

    def ask(found: re.Match[str], clause: Clause) -> str:
        unit = re.search(_UNIT, found["answer"])
        assert unit is not None
        return words.format(unit[0] if unit[0].endswith("s") else unit[0] + "s", *found.groupdict().values())

    return ask


def _object(verbs: frozenset[str] | None, words: str) -> Asking:
    """Only right behind the verb, and only behind one of these."""
    return lambda found, clause: (
        words if found.start() == 0 and clause.verb and clause.verb in (verbs or [clause.verb]) else None
    )


def _direct(words: str) -> Asking:
    """Only as the object of the verb, or of the participle that goes before it."""

    def ask(found: re.Match[str], clause: Clause) -> str | None:
        before = found.string[: found.start()].split()
        plain = clause.verb and clause.verb != "have" and not before
        modal = clause.auxiliary in ("may", "must", "can", "should", "will", "shall", "could") and len(before) == 1
        return words if plain or (modal and not clause.verb) else None

    return ask


def _is(words: str) -> Asking:
    """Only right behind `is`: the subject is the size itself."""

    def ask(found: re.Match[str], clause: Clause) -> str | None:
        return words.format(found.groupdict().get("how")) if clause.auxiliary in BE and found.start() == 0 else None

    return ask


def _of(found: re.Match[str], clause: Clause) -> str | None:
    """`what inspection fee` for `an inspection fee of £41`."""
    return f"what {found['what']}" if found.start() == 0 and clause.verb and clause.verb not in _HAVING else None


def _counted(found: re.Match[str], clause: Clause) -> str | None:
    """`how many parcels` for `24 parcels`, as the object of a plain verb."""
    timed = clause.verb in _LASTING or re.fullmatch(_UNIT, found["what"])
    return f"how many {found['what']}" if clause.verb and not found.start() and not timed else None


def _where(found: re.Match[str], clause: Clause) -> str | None:
    before = found.string[: found.start()].split()
    kept = (
        len(before) <= 2
        and clause.auxiliary in ("is", "are", "must", "should", "may", "can")
        and before[-1:]
        and before[-1] in _PLACED
    )
    timed = re.search(r"\b(?:days?|weeks?|months?|years?|times?|advance|order|case|least|most)\b", found["answer"])
    return "where" if kept and not timed else None


_KINDS: tuple[tuple[Way, re.Pattern[str], Asking], ...] = (
    ("frequency", _pattern("", rf"(?:(?:at least |at most |up to )?(?:once|twice|{_NUMBER} times)) "
                               rf"(?:an?|per|every|each) {_UNIT}"), _asks("how often")),
    ("frequency", _pattern("", rf"(?:once )?every (?:{_NUMBER} )?{_UNIT}", "(?! [A-Z])"), _asks("how often")),
    ("duration", _pattern("within ", _LENGTH), _many("within how many {0}")),
    ("duration", _pattern("after ", _LENGTH), _many("after how many {0}")),
    ("duration", _pattern("for ", _LENGTH, "(?! of| ahead)"), _asks("how long")),
    ("duration", _pattern("", _LENGTH, r" (?P<far>ahead|in advance|beforehand)"), _many("how many {0} {2}")),
    ("duration", _pattern("", _LENGTH, r" (?P<far>before|after) (?=the (?:end|start|date)|delivery|purchase)"),
     _many("how many {0} {2}")),
    ("duration", _pattern("", _LENGTH, "(?! of)"), _object(_LASTING, "how long")),
    ("duration", _pattern("", _LENGTH, "(?! of)"), _is("how long")),
    ("date", _pattern("on ", _DAY), _asks("when")),
    ("date", _pattern("by ", rf"(?:{_CLOCK}(?: on {_DAY}| on {_WEEKDAY})?|{_DAY}|{_WEEKDAY}(?: \w+ing)?)"),
     _asks("by when")),
    ("date", _pattern("until ", rf"(?:{_CLOCK}|{_DAY})"), _asks("until when")),
    ("date", _pattern("(?:since|from) ", _DAY, "(?! to)"), _asks("since when")),
    ("date", _pattern("at ", rf"{_CLOCK}(?: on {_WEEKDAY})?"), _asks("at what time")),
    ("date", _pattern("in ", r"(?:19|20)\d\d"), _asks("in what year")),
    ("date", _pattern("", rf"between {_CLOCK} and {_CLOCK}|from {_CLOCK} to {_CLOCK}"), _asks("when")),
    ("date", _pattern("", rf"{_CLOCK} to {_CLOCK}|{_DAY}"), _is("what")),
    ("amount", _pattern("", _MONEY), _object(frozenset(["cost"]), "how much")),
    ("amount", _pattern("", _MONEY), _direct("how much")),
    ("amount", _pattern("", _MONEY), _is("what")),
    ("amount", _pattern("", _PERCENT), _direct("what percentage")),
    ("amount", _pattern("", _PERCENT), _is("what")),
    ("number", _pattern("", _MEASURE, r" (?P<how>thick|long|wide|high|deep|tall|heavy)"), _is("how {}")),
    ("number", _pattern("", _MEASURE, r"(?! (?:thick|long|wide|high|deep|tall|heavy|of)\b)"), _is("what")),
    ("number", _pattern("", _MEASURE), _object(frozenset(["weigh"]), "how much")),
    ("number", _pattern("an? (?P<what>[a-z][a-z-]+(?: [a-z-]+)?) of ", rf"{_LENGTH}|{_MONEY}|{_PERCENT}"), _of),
    ("number", _pattern("", rf"{_MORE}(?:{_FIGURE}|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)",
                        r" (?P<what>[a-z][a-z-]+s(?: of [a-z]+)?)(?=$| (?:an?|per|for|in|on|of|at|from|to)\b)"),
     _counted),
    ("place", _pattern("", r"(?:in|on|at|under|behind|beside|inside|below|above|next to) (?:the |a |an |your |our )?"
                           r"(?:[\w'’-]+ ){0,4}[\w'’-]+(?=$)"), _where),
)  # fmt: skip


def spans(clause: Clause) -> Iterator[Span]:
    """Every typed span behind the verb that one can ask for."""
    for way, pattern, asking in _KINDS:
        for found in pattern.finditer(clause.rest):
            words = asking(found, clause)
            if words and not _entangled(clause.rest, found):
                yield Span(way, words, found.start(), found.end(), found.start("answer"), found.end("answer"))


def _entangled(rest: str, found: re.Match[str]) -> bool:
    """Whether the span is one of several, or belongs to the word before it."""
    before = rest[: found.start()].rstrip().rpartition(" ")[2].lower()
    behind = rest[found.end() :].lstrip()
    alone = not re.match(r"(?:,? ?(?:and|or)\b|to\b|-|–|\()", behind)
    return not alone or before in (
        "and",
        "or",
        "of",
        "than",
        "to",
        "by",
        "the",
        "a",
        "least",
        "most",
        "about",
        "next",
        "once",
        "twice",
        "times",
    )
