"""Which documents a search is about. A condition is a piece of SQL over the catalogue's documents, so it is exact."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from retrieval.errors import UsageError
from retrieval.readers.source import FAMILIES

Names = str | Collection[str]
Condition = tuple[str, str]  # SQL about a document `d`, and the value that it asks for

NAMES = ("folder", "media", "language", "since", "until", "documents")  # all else in a mapping is metadata
_OTHERWISE = {"mbox": "eml"}  # a family whose documents are of another type
_MEDIA = sorted({_OTHERWISE.get(family, family) for family in FAMILIES.values()} - {"zip"})
_DATE = re.compile(r"\d{4}(-\d\d(-\d\d)?)?")
_EARLIEST, _LATEST = "0001-01-01", "9999-12-31"

_AMONG = "d.{} IN (SELECT value FROM json_each(?))"
_BELOW = (
    "EXISTS (SELECT 1 FROM json_each(?) f WHERE f.value IN ('', d.file)"
    " OR substr(d.file, 1, length(f.value) + 1) = f.value || '/')"
)
_SPOKEN = (
    "EXISTS (SELECT 1 FROM json_each(?) l WHERE lower(d.language) = l.value"
    " OR substr(lower(d.language), 1, length(l.value) + 1) = l.value || '-')"
)
_SAYS = (
    "NOT EXISTS (SELECT 1 FROM json_each(?) w WHERE NOT EXISTS"
    " (SELECT 1 FROM json_each(d.metadata) m WHERE m.key = w.key AND m.value = w.value))"
)


@dataclass(frozen=True)
class Where:
    """All that is stated has to hold. Of several names one does, and none fits a list of none.

    A document that states no date lies in no span of days.
    """

    folder: Names | None = None  # below a source, as a file's name in the Home begins; or a file
    media: Names | None = None  # as `Document.media`, or a suffix
    language: Names | None = None  # "de" is also what "de-AT" is
    since: str | None = None  # a day, a month or a year, itself included
    until: str | None = None
    documents: Names | None = None  # their ids
    metadata: Mapping[str, str] = field(default_factory=dict)  # what it says under each of these names, to the letter

    def __post_init__(self) -> None:
        self._each("folder", _folders)
        self._each("media", _media)
        self._each("language", lambda tag: [tag.lower().replace("_", "-")])
        self._each("documents", lambda id: [id])
        object.__setattr__(self, "metadata", _texts(self.metadata))
        _check_day("since", self.since)
        _check_day("until", self.until)
        if self.since and self.until and self.since > _last(self.until):
            raise UsageError(f"since {self.since} is later than until {self.until}.", "Give the earlier day first.")

    def _each(self, name: str, read: Callable[[str], Iterable[str]]) -> None:
        """The names given, as they are compared."""
        given = getattr(self, name)
        if given is not None:
            names = (each for written in _names(name, given) for each in read(written))
            object.__setattr__(self, name, tuple(dict.fromkeys(names)))

    @property
    def conditions(self) -> list[Condition]:
        """None of them: every document is meant."""
        names = [(_BELOW, self.folder), (_AMONG.format("media"), self.media)]
        names += [(_SPOKEN, self.language), (_AMONG.format("id"), self.documents)]
        found = [(sql, json.dumps(values)) for sql, values in names if values is not None]
        found += [("d.date >= ?", self.since)] if self.since else []
        found += [("d.date <= ?", _last(self.until))] if self.until else []
        return found + ([(_SAYS, json.dumps(self.metadata))] if self.metadata else [])


def where_of(given: Where | Mapping[str, Any] | None) -> Where:
    """From a mapping: the names above are those of `Where`, every other one is metadata."""
    if given is None:
        return EVERYWHERE
    if isinstance(given, Where):
        return given
    if not isinstance(given, Mapping) or not all(isinstance(name, str) for name in given):
        raise UsageError(f"{given!r} is not a filter.", 'Give a Where, or {"folder": "policies", …}.')
    known = {name: value for name, value in given.items() if name in NAMES}
    return Where(**known, metadata={name: value for name, value in given.items() if name not in NAMES})


def _names(what: str, given: object) -> list[str]:
    names = [given] if isinstance(given, str) else list(given) if isinstance(given, Collection) else [None]
    if isinstance(given, Mapping | bytes) or not all(isinstance(name, str) for name in names):
        raise UsageError(f"{what} is {given!r}.", "Give a text, or a list of texts.")
    return [str(name) for name in names]


def _folders(written: str) -> list[str]:
    """A name may be written in two ways that look the same, and a file's is kept as the disk has it."""
    path = "/".join(part for part in written.replace("\\", "/").split("/") if part not in ("", "."))
    return [unicodedata.normalize(form, path) for form in ("NFC", "NFD")]


def _media(written: str) -> list[str]:
    name = written.lower().lstrip(".")
    family = FAMILIES.get(f".{name}", name)
    found = _OTHERWISE.get(family, family)
    if found not in _MEDIA:
        raise UsageError(f"There are no documents of the type {written!r}.", f"Known: {', '.join(_MEDIA)}.")
    return [found]


def _texts(metadata: object) -> dict[str, str]:
    """What is no text is written as the readers write it."""
    if not isinstance(metadata, Mapping):
        raise UsageError(f"metadata is {metadata!r}.", 'Give names with values: {"department": "HR"}.')
    try:
        return {
            name: value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
            for name, value in metadata.items()
        }
    except (TypeError, ValueError) as error:
        raise UsageError(f"A value of metadata cannot be compared: {error}.", "Give texts or numbers.") from error


def _check_day(what: str, given: object) -> None:
    if given is None:
        return
    with suppress(ValueError):
        if isinstance(given, str) and _DATE.fullmatch(given):
            date.fromisoformat(given + _EARLIEST[len(given) :])
            return
    raise UsageError(f"{what} is {given!r}.", "Give a day such as 2026-01-31, a month, or a year.")


def _last(until: str) -> str:
    """The last day of a month or a year, or one that no month has: days are compared as they are written."""
    return until + _LATEST[len(until) :]


EVERYWHERE = Where()
