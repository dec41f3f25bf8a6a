"""A number or a moment as its cell shows it, as far as the number format says.

A format does not say the reader's country: numbers are written 1,234.5, and a date whose order would be a guess
(03/04/2026) is written 2026-04-03.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

_PARTS = re.compile(
    r"\"(?P<quoted>[^\"]*)\"|\\(?P<escaped>.)|[_*].|\[\$(?P<currency>[^\]-]*)[^\]]*\]|\[[^\]]*\]"
    r"|(?P<digits>[#0?][#0?,]*(?:\.[#0?]*)?(?P<power>E[+-]0+)?|\.[#0?]+)|(?P<sign>.)",
    re.I,
)
_SECTION = re.compile(r"(?:\"[^\"]*\"|\\.|\[[^\]]*\]|[^;])*")
_DATE_PARTS = re.compile(r"\"([^\"]*)\"|\\(.)|\[[^\]]*\]|(am/pm|a/p)|(y+|m+|d+|h+|s+(?:\.0+)?)|(.)", re.I)
_PLAIN = ("", "general", "@")
_LONGEST = 255  # characters of a format, as in Excel
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True)
class _Form:
    """What a section of a format does with a number."""

    before: str
    after: str
    scale: int  # powers of ten: two for each percent sign, less three for each comma at the end
    grouped: bool
    least: int  # digits before the point
    fixed: int  # decimals that always stand
    most: int  # decimals at most


def shown(value: object, form: str) -> str:
    form = form if len(form) <= _LONGEST else ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, int | float):
        return _number(value, form)
    if isinstance(value, datetime | date | time | timedelta):
        return _moment(value, form)
    return str(value)


def _number(value: int | float, form: str) -> str:
    sections = _sections(form)
    if not any(sections) and len(sections) > 1:  # three semicolons hide what is in a cell
        return ""
    chosen = 1 if value < 0 and len(sections) > 1 else 2 if value == 0 and len(sections) > 2 else 0
    layout = _form(sections[chosen])
    if layout is None or not math.isfinite(value):
        return sections[chosen].strip('"') if chosen and sections[chosen].startswith('"') else plain(value)
    number = Decimal(repr(value)).scaleb(layout.scale)
    try:
        digits = abs(number).quantize(Decimal(1).scaleb(-layout.most), ROUND_HALF_UP)
    except ArithmeticError:  # more digits than a person would read
        return plain(value)
    minus = "-" if number < 0 and chosen == 0 and digits else ""
    return f"{minus}{layout.before}{_digits(digits, layout)}{layout.after}".strip()


def plain(value: int | float) -> str:
    """As a cell without a format shows it: eleven digits, 0.3 and not 0.30000000000000004."""
    return str(value) if isinstance(value, int) or abs(value) >= 1e15 else format(value, ".11g")


@lru_cache(maxsize=512)
def _sections(form: str) -> list[str]:
    found: list[str] = []
    at = -1
    while at < len(form) and (match := _SECTION.match(form, at + 1)):
        found.append(match[0])
        at = match.end()
    return found


@lru_cache(maxsize=512)
def _form(section: str) -> _Form | None:
    """None: the number is shown plainly, for nothing says how, or this cannot."""
    if section.strip().lower() in _PLAIN:
        return None
    found = list(_PARTS.finditer(section))
    places = [n for n, part in enumerate(found) if part["digits"]]
    if len(places) != 1 or found[places[0]]["power"]:
        return None
    digits = found[places[0]]["digits"]
    whole, _, decimals = digits.partition(".")
    commas = len(whole) - len(whole.rstrip(","))
    return _Form(
        before="".join(_literal(part) for part in found[: places[0]]),
        after="".join(_literal(part) for part in found[places[0] + 1 :]),
        scale=2 * sum(part["sign"] == "%" for part in found) - 3 * commas,
        grouped="," in whole.rstrip(","),
        least=whole.count("0"),
        fixed=decimals.count("0"),
        most=len(decimals),
    )


def _literal(part: re.Match[str]) -> str:
    return next((part[name] for name in ("quoted", "escaped", "currency", "sign") if part[name]), "")


def _digits(number: Decimal, layout: _Form) -> str:
    whole, _, decimals = format(number, "f").partition(".")
    whole = whole.lstrip("0").rjust(layout.least, "0")
    if layout.grouped and whole:
        whole = f"{int(whole):,}".rjust(layout.least, "0")
    kept = decimals[: layout.fixed] + decimals[layout.fixed :].rstrip("0")
    return f"{whole}.{kept}" if kept else whole


def _moment(value: datetime | date | time | timedelta, form: str) -> str:
    if isinstance(value, timedelta):
        minutes, seconds = divmod(round(value.total_seconds()), 60)
        return f"{minutes // 60}:{minutes % 60:02}" + (f":{seconds:02}" if seconds else "")
    if isinstance(value, time):
        return value.isoformat("seconds" if value.second else "minutes")
    section = _sections(form)[0]
    names = {(part[4] or "")[:1].lower() for part in _DATE_PARTS.finditer(section)} - {""}
    ordered = "mmm" in section.lower() or re.search(r"[dmy]\.\s?[dmy]", section, re.I) or not {"d", "m"} <= names
    return _written(value, section) if ordered and names and form.lower() not in _PLAIN else _iso(value)


def _iso(value: datetime | date) -> str:
    if not isinstance(value, datetime) or value.time() == time():
        return value.isoformat()[:10]
    return value.isoformat(" ", "seconds" if value.second else "minutes")


def _written(value: datetime | date, section: str) -> str:
    """With month names or in the order of 31.12.2026, which nobody reads otherwise."""
    moment = value if isinstance(value, datetime) else datetime(value.year, value.month, value.day)
    parts = list(_DATE_PARTS.finditer(section))
    names = [(part[4] or "").lower() for part in parts]
    twelve = any(part[3] for part in parts)
    written = []
    for number, part in enumerate(parts):
        near = (
            next((name for name in reversed(names[:number]) if name), ""),
            next(filter(None, names[number + 1 :]), ""),
        )
        minutes = names[number].startswith("m") and (near[0].startswith("h") or near[1].startswith("s"))
        if names[number]:
            written.append(_date_part(moment, "n" * len(names[number]) if minutes else names[number], twelve))
        else:
            written.append((moment.strftime("%p") if part[3] else "") or part[1] or part[2] or part[5] or "")
    return "".join(written).strip()


def _date_part(moment: datetime, name: str, twelve: bool) -> str:
    wide = len(name) > 1
    match name[0]:
        case "y":
            return f"{moment.year:04}" if len(name) > 2 else f"{moment.year % 100:02}"
        case "m" if len(name) > 2:
            return _MONTHS[moment.month - 1] if len(name) == 4 else _MONTHS[moment.month - 1][:3]
        case "d" if len(name) > 2:
            return _DAYS[moment.weekday()] if len(name) == 4 else _DAYS[moment.weekday()][:3]
    hour = (moment.hour + 11) % 12 + 1 if twelve else moment.hour
    number = {"m": moment.month, "d": moment.day, "h": hour, "n": moment.minute, "s": moment.second}[name[0]]
    return f"{number:02}" if wide else str(number)
