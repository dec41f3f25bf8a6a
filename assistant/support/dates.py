"""Dates in a text, however they are written (English), brought to ISO: `2026-03-01`, `2026-03`, `--03-01`."""

from __future__ import annotations

import re
from datetime import date

DATE = re.compile(r"(?<![\w-])(?:[12][0-9]{3}-[01][0-9](?:-[0-3][0-9])?|--[01][0-9]-[0-3][0-9])(?![\w-])")
_ALL = "january february march april may june july august september october november december"
_NAMES = tuple(_ALL.split())
_MONTH = rf"(?P<month>{'|'.join(f'{name[:3]}(?:{name[3:]})?' for name in _NAMES)}|sept)\b\.?"
_DAY = r"(?P<day>[0-3]?[0-9])(?:st|nd|rd|th)?"
_OF = r"(?:\s+day)?(?:\s+of)?"
_YEAR = r"(?P<year>[12][0-9]{3})"
_NO_MORE = r"(?![\w-]|[.,/][0-9])"
_NO_LESS = r"(?<![\w/-])(?<![0-9][.,])"
_WRITTEN = tuple(
    re.compile(_NO_LESS + pattern + _NO_MORE, re.IGNORECASE)
    for pattern in (
        rf"{_YEAR}(?P<sep>[-/.])(?P<month>[01]?[0-9])(?P=sep)(?P<day>[0-3]?[0-9])",
        rf"{_DAY}{_OF},?\s+{_MONTH},?(?:\s+of)?\s+{_YEAR}",
        rf"{_MONTH}\s+(?:the\s+)?{_DAY},?\s+{_YEAR}",
        rf"{_MONTH},?(?:\s+of)?\s+{_YEAR}",
    )
)
_NUMERIC = re.compile(rf"{_NO_LESS}([0-3]?[0-9])([-/.])([0-3]?[0-9])\2{_YEAR}{_NO_MORE}")
# Without a year the month needs its capital: `party 1 may terminate` names no day.
_CAPITAL = _MONTH.replace("(?P<month>", "(?P<month>(?=[A-Z])(?i:").replace(r")\b\.?", r"))\b\.?")
_YEARLESS = tuple(
    re.compile(_NO_LESS + pattern + _NO_MORE)
    for pattern in (rf"{_DAY}{_OF}\s+{_CAPITAL}", rf"{_CAPITAL}\s+(?:the\s+)?{_DAY}")
)


def dated(text: str, day_first: bool = False) -> str:
    """The text with its dates in ISO form. What could be two dates is read month first, unless asked otherwise."""
    for pattern in _WRITTEN:
        text = pattern.sub(_named, text)
    text = _NUMERIC.sub(lambda match: _numeric(match, day_first), text)
    for pattern in _YEARLESS:
        text = pattern.sub(_named, text)
    return text


def _named(match: re.Match[str]) -> str:
    found = match.groupdict()
    name = found["month"].lower()
    month = int(name) if name.isdigit() else 1 + next(n for n, full in enumerate(_NAMES) if full[:3] == name[:3])
    day, year = found.get("day"), found.get("year")
    return _iso(year, month, int(day) if day else None) or match[0]


def _numeric(match: re.Match[str], day_first: bool) -> str:
    first, second, year = int(match[1]), int(match[3]), match["year"]
    by_day = day_first or match[2] == "." or first > 12
    day, month = (first, second) if by_day else (second, first)
    return _iso(year, month, day) or _iso(year, day, month) or match[0]


def _iso(year: str | None, month: int, day: int | None) -> str | None:
    """None where there is no such day."""
    try:
        date(int(year or 2000), month, day or 1)
    except ValueError:
        return None
    return f"{year or '-'}-{month:02}" + (f"-{day:02}" if day else "")
