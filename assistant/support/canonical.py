"""Numbers, dates and units of a text in one canonical form (English), so that what says the same is worded the same."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from assistant.support.dates import DATE, dated
from assistant.support.numbers import NUMBER, plain, spoken

ARTICLES = ("a", "an", "the")

# `Unit` is worded in the singular; abbreviations are units only behind a number.

_CURRENCY = {"$": "dollar", "usd": "dollar", "€": "euro", "eur": "euro", "£": "pound", "gbp": "pound"}
_NAMED = {
    **{f"{unit}s": unit for unit in ("second", "minute", "hour", "day", "week", "month", "year")},
    **{f"{unit}s": unit for unit in ("dollar", "euro", "pound", "cent", "gram", "kilogram", "tonne", "watt", "volt")},
    **{f"{size}{unit}{s}": f"{size}meter" for size in ("", "kilo", "centi", "milli") for unit in ("metre", "meter")
       for s in ("", "s")},
    **{f"{size}{unit}{s}": f"{size}liter" for size in ("", "milli") for unit in ("litre", "liter") for s in ("", "s")},
    **{f"{size}byte{s}": f"{size}byte" for size in ("kilo", "mega", "giga", "tera") for s in ("", "s")},
}  # fmt: skip
_SHORT = {
    "sec": "second", "secs": "second", "min": "minute", "mins": "minute", "h": "hour", "hr": "hour", "hrs": "hour",
    "wk": "week", "wks": "week", "yr": "year", "yrs": "year", "km": "kilometer", "cm": "centimeter",
    "mm": "millimeter", "kg": "kilogram", "ml": "milliliter", "kb": "kilobyte", "mb": "megabyte", "gb": "gigabyte",
    "tb": "terabyte", "kw": "kw", "kwh": "kwh",
}  # fmt: skip
_WORDED = (
    (re.compile(r"\b(?:per\s*cent|pct)\b"), "%"),
    (re.compile(r"°\s*c\b|\bdegrees? (?:celsius|centigrade)\b"), " celsius "),
    (re.compile(r"°\s*f\b|\bdegrees? fahrenheit\b"), " fahrenheit "),
    (re.compile(r"(?<=[a-z])[-‐‑](?=[a-z])|(?<=[0-9])[-‐‑](?=[a-z])"), " "),
)
_UNITS = "|".join(sorted({*_SHORT, *_NAMED, *_NAMED.values()}, key=len, reverse=True))
_TOKEN = re.compile(
    rf"{DATE.pattern}|(?>{NUMBER.pattern})(?:(?![^\W_])|(?=(?:{_UNITS})\b))|[%$€£]|(?:[^\W\d_]\.){{2,}}"
    r"|[^\W_]+(?:['’][^\W_]+|\.[0-9][^\W_]*)*|[^\w\s]|_"
)
_LEFT_OUT = re.compile(r"[^\w%$€£]|_")


def canonical(text: str, day_first: bool = False) -> str:
    """One wording for what says the same: `24 month` for `twenty-four (24) months`, `2026-03-01` for `March 1, 2026`.

    `5/12/2003` is read as in America, or with the day first where asked; `1.200` could be two numbers and stays.
    """
    words = spoken(_tokens(dated(text, day_first)))
    words = [word for word in words if word in "()" or not _LEFT_OUT.fullmatch(word)]
    words = _said_once(_priced(list(_measured(words))))
    return " ".join(word for word in words if word not in ("(", ")", *ARTICLES))


def compared(text: str, day_first: bool = False) -> list[str]:
    """The words of the canonical form, dates in their parts: `2026 03m 01d` holds `March 2026`."""
    return [part for word in canonical(text, day_first).split() for part in _parts(word)]


def quantities(text: str, day_first: bool = False) -> list[str]:
    """Numbers and dates, canonical."""
    return [word for word in canonical(text, day_first).split() if word.lstrip("-")[:1].isdigit()]


def agree(left: str, right: str) -> bool:
    """Whether two quantities can be the same: what both say of a date is equal, and something is said by both."""
    known, other = dict(_fields(left)), dict(_fields(right))
    both = known.keys() & other.keys()
    return bool(both) and all(known[field] == other[field] for field in both)


def _tokens(text: str) -> list[str]:
    text = text.lower()
    for wording, sign in _WORDED:
        text = wording.sub(sign, text)
    return [_word(match[0]) for match in _TOKEN.finditer(text)]


def _word(token: str) -> str:
    if DATE.fullmatch(token):
        return token
    if NUMBER.fullmatch(token):
        return plain(token)
    return token if len(token) == 1 else re.sub(r"['’]|\.(?![0-9])", "", token)


def _is_number(word: str) -> bool:
    return NUMBER.fullmatch(word) is not None


def _measured(words: Sequence[str]) -> Iterator[str]:
    for before, word in zip(("", *words), words, strict=False):
        unit = _CURRENCY.get(word) or _NAMED.get(word, word)
        yield _SHORT.get(unit, unit) if _is_number(before) else unit


def _priced(words: list[str]) -> list[str]:
    """The currency behind its number."""
    for place in range(len(words) - 1):
        price = words[place] in _CURRENCY.values() and _is_number(words[place + 1])
        if price and not (place and _is_number(words[place - 1])):
            words[place : place + 2] = words[place + 1], words[place]
    return words


def _said_once(words: Sequence[str]) -> list[str]:
    """`24 (24)` is 24, and `10 % (10 %)` is 10 %."""
    said: list[str] = []
    place = 0
    while place < len(words):
        closing = next((n for n in (1, 2) if _repeats(words, place, n, said)), 0)
        if closing:
            place += closing + 2
        else:
            said.append(words[place])
            place += 1
    return said


def _repeats(words: Sequence[str], place: int, length: int, said: Sequence[str]) -> bool:
    inside = list(words[place + 1 : place + 1 + length])
    closed = words[place] == "(" and words[place + 1 + length : place + 2 + length] == [")"]
    return closed and _is_number(inside[0]) and list(said[-length:]) == inside


def _parts(word: str) -> list[str]:
    if not DATE.fullmatch(word):
        return [word]
    return [value + {"year": "", "month": "m", "day": "d"}[field] for field, value in _fields(word)]


def _fields(quantity: str) -> Iterator[tuple[str, str]]:
    if DATE.fullmatch(quantity):
        pairs = zip(("year", "month", "day"), quantity.replace("--", "-").split("-"), strict=False)
        yield from (pair for pair in pairs if pair[1])
    else:
        yield "year", quantity
