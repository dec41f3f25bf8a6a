"""Documents that look as if a later one had taken their place. They are suggested, and nothing is done to them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from posixpath import dirname

from retrieval.access import may_read
from retrieval.catalogue import LIVE, Catalogue
from retrieval.nouns import Principal
from retrieval.rows import read

_MONTHS = (
    "january|february|march|april|may|june|july|august|september|october|november|december"
    "|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec|januar|februar|märz|mai|juni|juli|oktober|dezember"
)
# What tells the versions of a document apart where its title does: dates, and words for a version with their number.
_TELLING = re.compile(
    r"\b(?:19|20)\d\d(?:[-./_]\d\d?){0,2}\b|\b\d\d?[./]\d\d?[./](?:19|20)\d\d\b"
    rf"|\b(?:\d\d?(?:st|nd|rd|th|\.)?\s+)?(?:{_MONTHS})\b(?:\s+\d\d?(?:st|nd|rd|th)?\b)?|\bq[1-4]\b"
    r"|\b(?:version|ver|v|revision|rev|edition|release|issue|draft|final|stand|fassung|ausgabe)\b\.?\s*\d*(?:\.\d+)*"
    r"|\bv\d+(?:\.\d+)*\b"
)


@dataclass(frozen=True)
class Dated:
    """A document that says when, or which version, it is."""

    id: str
    file: str
    title: str
    date: str | None
    version: str | None


@dataclass(frozen=True)
class Candidate:
    earlier: Dated
    later: Dated


def candidates(catalogue: Catalogue, principal: Principal) -> list[Candidate]:
    """Of each title in a folder, all that are earlier than the latest; where this principal may read both."""
    rows = catalogue.database.rows(
        f"SELECT id, file, title, date, version, audience FROM documents d WHERE {LIVE}"
        " AND (date IS NOT NULL OR version IS NOT NULL) ORDER BY id"
    )
    mine = [row for row in rows if may_read(principal, read(row["audience"]))]
    return looking_superseded(Dated(*(row[name] for name in Dated.__dataclass_fields__)) for row in mine)


def looking_superseded(documents: Iterable[Dated]) -> list[Candidate]:
    """Same folder, same title but for what tells versions apart, another file; one of them later than the others."""
    alike: dict[tuple[str, str], list[Dated]] = defaultdict(list)
    for each in documents:
        if title := bare(each.title):
            alike[dirname(each.file), title].append(each)
    return [candidate for group in alike.values() for candidate in _earlier_ones(group)]


def bare(title: str) -> str:
    """The title without years, dates and versions; nothing, where nothing else is in it."""
    return " ".join(re.findall(r"\w+", _TELLING.sub(" ", title.casefold().replace("_", " "))))


def _earlier_ones(group: list[Dated]) -> list[Candidate]:
    latest = group[0]
    for each in group[1:]:
        latest = each if _is_later(each, latest) else latest
    return [Candidate(each, latest) for each in group if each.file != latest.file and _is_later(latest, each)]


def _is_later(one: Dated, other: Dated) -> bool:
    """By date where both state one, else by the numbers of their versions."""
    if one.date and other.date:
        return one.date > other.date
    numbers = [[int(number) for number in re.findall(r"\d+", each.version or "")] for each in (one, other)]
    return all(numbers) and numbers[0] > numbers[1]
