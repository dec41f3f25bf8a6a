"""Numbers in a text, in figures or words (English), brought to one form. Only what can be read one way is changed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

NUMBER = re.compile(r"(?:(?<![^\s(])[-−])?[0-9]+(?:[.,:/'’\u00a0\u202f\u2009][0-9]+)*")
_GROUPED = re.compile(
    r"[1-9][0-9]{0,2}(?:(?:,[0-9]{3})+|(?:['’][0-9]{3})+|(?:[\u00a0\u202f\u2009][0-9]{3})+)(?:\.[0-9]+)?"
    r"|[1-9][0-9]?(?:,[0-9]{2})+,[0-9]{3}(?:\.[0-9]+)?"
)
_DOTTED = re.compile(r"[1-9][0-9]{0,2}(?:(?:\.[0-9]{3}){2,}(?:,[0-9]+)?|\.[0-9]{3},[0-9]{1,2})")
_SEPARATOR = re.compile(r"[,'’\u00a0\u202f\u2009]")
_TO_NINETEEN = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen"
    " eighteen nineteen"
)
_BY_TEN = "twenty thirty forty fifty sixty seventy eighty ninety"
_SMALL = {word: number for number, word in enumerate(_TO_NINETEEN.split())}
_TENS = {word: 10 * number for number, word in enumerate(_BY_TEN.split(), 2)}
_SCALES = {"thousand": 10**3, "million": 10**6, "billion": 10**9, "bn": 10**9, "trillion": 10**12}
_ODD = {"first": 1, "third": 3, "fifth": 5, "eighth": 8, "ninth": 9, "twelfth": 12}
_ORDINALS = (
    {f"{word}th": number for word, number in _SMALL.items()}
    | {f"{word[:-1]}ieth": number for word, number in _TENS.items()}
    | _ODD
)
_SECOND = {"second": 2}  # alone it may be a unit of time


def plain(number: str) -> str:
    """`1200` for `1,200`, `1'200`, `1.200.000` likewise; `24` for `24.00`. `1.200`, `2.10` and `3,4` stay."""
    sign = "-" if number[0] in "-−" else ""
    digits = number.lstrip("-−")
    if _GROUPED.fullmatch(digits):
        digits = _SEPARATOR.sub("", digits)
    elif _DOTTED.fullmatch(digits):
        digits = digits.replace(".", "").replace(",", ".")
    elif re.fullmatch(r"[1-9][0-9]{0,2}\.000", digits):
        return sign + digits
    return sign + re.sub(r"^([0-9]+)\.0+$", r"\1", digits)


def spoken(words: Sequence[str]) -> list[str]:
    """The words with numbers that are spelled out in figures, and `2 million` as one."""
    return list(_spoken(words))


def _spoken(words: Sequence[str]) -> Iterator[str]:
    place = 0
    while place < len(words):
        number, after = _read(words, place)
        if after == place:
            number, after = _scaled(words, place)
        yield "second" if number == "2nd" else number
        place = after


def _scaled(words: Sequence[str], place: int) -> tuple[str, int]:
    scale = _SCALES.get(words[place + 1]) if place + 1 < len(words) else None
    if scale is None or not re.fullmatch(r"-?[0-9]+(?:\.[0-9]+)?", words[place]):
        return words[place], place + 1
    return plain(format(Decimal(words[place]) * scale, "f")), place + 2


def _read(words: Sequence[str], start: int) -> tuple[str, int]:
    """The number that is spelled out from here, and the place behind it; the same place where there is none."""
    total, current, least = 0, -1, 10**15  # current is -1 between two scales, and before the first word
    place = start
    while place < len(words):
        word = words[place]
        if word in _SMALL and _fits(current, _SMALL[word]):
            current = max(current, 0) + _SMALL[word]
        elif word in _TENS and (current < 0 or (current and current % 100 == 0)):
            current = max(current, 0) + _TENS[word]
        elif word == "hundred" and 0 < current < 100:
            current *= 100
        elif _SCALES.get(word, least) < least and current > 0:
            total, current, least = total + current * _SCALES[word], -1, _SCALES[word]
        elif not (word == "and" and _goes_on(words, place, total, current)):
            break
        place += 1
    return _closed(words, start, place, total, current)


def _fits(current: int, small: int) -> bool:
    """Behind nothing, behind hundreds, or one to nine behind tens."""
    behind_tens = current % 100 >= 20 and current % 10 == 0 < small < 10
    return current < 0 or (current > 0 and current % 100 == 0) or behind_tens


def _goes_on(words: Sequence[str], place: int, total: int, current: int) -> bool:
    following = words[place + 1] if place + 1 < len(words) else ""
    hundreds = (current > 0 and current % 100 == 0) or (current < 0 < total)
    return hundreds and (following in _SMALL or following in _TENS)


def _closed(words: Sequence[str], start: int, place: int, total: int, current: int) -> tuple[str, int]:
    last = words[place] if place < len(words) else ""
    ordinal = (_ORDINALS | (_SECOND if place > start else {})).get(last)
    if ordinal is not None and (ordinal < 20 or current < 0) and _fits(current, ordinal):
        return _ordinal(total + max(current, 0) + ordinal), place + 1
    return str(total + max(current, 0)), place


def _ordinal(number: int) -> str:
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"
