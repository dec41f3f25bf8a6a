"""Which questions fit the confidence, and which set its threshold: never two about one document on different sides."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

from assistant.calibration.nouns import Case

FITTING = 1 / 3  # of the questions; the threshold needs more of them


def sides(cases: Sequence[Case]) -> tuple[list[Case], list[Case]]:
    """Those to fit on and those to walk on, group by group in an order that only their names decide."""
    fitting: list[Case] = []
    walking: list[Case] = []
    for group in sorted(grouped(cases), key=lambda group: _drawn(min(case.id for case in group))):
        behind = len(fitting) * (1 - FITTING) < len(walking) * FITTING
        (fitting if behind else walking).extend(group)
    return fitting, walking


def grouped(cases: Sequence[Case]) -> list[list[Case]]:
    """Cases that share a document, a twin, or a case that does."""
    above: dict[str, str] = {}

    def top(name: str) -> str:
        while above.setdefault(name, name) != name:
            name = above[name]
        return name

    for case in cases:
        for name in case.documents:
            above[top(f"document {name}")] = top(f"pair {case.pair}")
    groups: dict[str, list[Case]] = {}
    for case in cases:
        groups.setdefault(top(f"pair {case.pair}"), []).append(case)
    return list(groups.values())


def one_of_each(cases: Iterable[Case], unanswerable: float) -> list[Case]:
    """Of a question and its twins one, the unanswerable one in the stated share of families.

    A question that is answered wrongly has a twin that is answered wrongly too, and a bound counts on strangers.
    """
    families: dict[str, list[Case]] = {}
    for case in sorted(cases, key=lambda case: _drawn(case.id)):
        families.setdefault(case.pair, []).append(case)
    return [_one(pair, family, unanswerable) for pair, family in families.items()]


def _one(pair: str, family: list[Case], unanswerable: float) -> Case:
    wanted = _drawn(f"pair {pair}") >= unanswerable
    return next((case for case in family if case.answerable == wanted), family[0])


def _drawn(name: str) -> float:
    """0 to 1, as if by chance, and the same every time."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big") / 2**64
