"""What a statement says in numbers: durations, sums, shares, measures, dates and times of day, compared by meaning.

What can be read in two ways, or only names something, is compared to the letter: it contradicts nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from assistant.support.wording import Measure, Reading

Verdict = Literal["same", "other", "unclear"]
DATE, CLOCK, TIME = "date", "clock", "time"
COUNT, NAMED = "count", "named"  # a number without a unit; what is no number for certain: `1st`, `007`, `1.200`

# Units that can be brought to one another, with their size. Months and days cannot be, exactly: see `_days`.
_SIZES: Mapping[str, tuple[str, str, str]] = {
    "second": (TIME, "s", "1"), "minute": (TIME, "s", "60"), "hour": (TIME, "s", "3600"),
    "day": (TIME, "s", "86400"), "week": (TIME, "s", "604800"),
    "month": (TIME, "month", "1"), "year": (TIME, "month", "12"),
    "millimeter": ("length", "m", "0.001"), "centimeter": ("length", "m", "0.01"), "meter": ("length", "m", "1"),
    "kilometer": ("length", "m", "1000"),
    "gram": ("weight", "g", "1"), "kilogram": ("weight", "g", "1000"), "tonne": ("weight", "g", "1000000"),
    "milliliter": ("volume", "ml", "1"), "liter": ("volume", "ml", "1000"),
    "kilobyte": ("data", "kb", "1"), "megabyte": ("data", "kb", "1000"), "gigabyte": ("data", "kb", "1000000"),
    "terabyte": ("data", "kb", "1000000000"),
    "watt": ("power", "watt", "1"), "kw": ("power", "watt", "1000"),
}  # fmt: skip
_MONEY = ("dollar", "euro", "pound", "cent")
_READABLE = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]{1,2}|\.[0-9]{4,})?")  # `1.200` could be two numbers
_YEAR = re.compile(r"(?:19|20)[0-9]{2}")
_TIME_OF_DAY = re.compile(r"0?([0-9]{1,2})[:.]([0-5][0-9])")
_SECONDS_A_DAY = 86400


@dataclass(frozen=True)
class Value:
    kind: str  # what it can be compared with
    base: str  # unit that `amount` counts; of dates and times of day nothing
    amount: Decimal | frozenset[str] | str
    bound: str = ""


def values(said: Reading) -> tuple[Value, ...]:
    """All that it says in numbers."""
    return (*map(_value, said.measures), *(Value(DATE, "", date) for date in said.dates))


def compare(one: Iterable[Value], other: Iterable[Value]) -> Verdict:
    """Of one kind: whether both say the same, or each as much as the other and yet something else."""
    left, right = set(one), set(other)
    if all(_met(value, right) for value in left) and all(_met(value, left) for value in right):
        return "same"
    return "other" if len(left) == len(right) and _comparable(left | right) else "unclear"


def _value(measure: Measure) -> Value:
    if clock := _TIME_OF_DAY.fullmatch(measure.value) if ":" in measure.value else None:
        return Value(CLOCK, "", f"{int(clock[1])}:{clock[2]}", measure.bound)
    if not measure.unit and _YEAR.fullmatch(measure.value):
        return Value(DATE, "", frozenset({measure.value}))
    if not _READABLE.fullmatch(measure.value):
        return Value(NAMED, measure.unit, measure.value)
    kind, base, size = _SIZES.get(measure.unit, (_kind(measure.unit), measure.unit, "1"))
    return Value(kind, base, Decimal(measure.value) * Decimal(size), measure.bound)


def _kind(unit: str) -> str:
    return f"money {unit}" if unit in _MONEY else unit or COUNT


def _met(value: Value, others: Iterable[Value]) -> bool:
    return any(_agree(value, other) for other in others)


def _agree(one: Value, other: Value) -> bool:
    """Both can hold: what is exact keeps the other's bound, or they say the same."""
    if one.bound == other.bound:
        return _equal(one, other)
    exact, limit = (other, one) if one.bound else (one, other)
    return bool(exact.bound) or _equal(exact, limit) or _within(exact, limit)


def _equal(one: Value, other: Value) -> bool:
    if one.base == other.base:
        return one.amount == other.amount
    (least, most), (low, high) = _days(one), _days(other)
    return least <= high and low <= most


def _within(exact: Value, limit: Value) -> bool:
    (least, most), (low, high) = _days(exact), _days(limit)
    return least <= high if limit.bound in "≤<" else most >= low


def _days(value: Value) -> tuple[Decimal, Decimal]:
    """As few and as many days as it can be; of what is no time, the amount itself."""
    amount = value.amount if isinstance(value.amount, Decimal) else Decimal(0)
    if value.base == "month":
        return amount * 28, amount * 31
    days = amount / _SECONDS_A_DAY if value.base == "s" else amount
    return days, days


def _comparable(found: Iterable[Value]) -> bool:
    """Dates only where each names as much as the others."""
    return len({len(value.amount) for value in found if isinstance(value.amount, frozenset)}) <= 1
