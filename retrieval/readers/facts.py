"""What a document says about itself: title, date, version, language."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from retrieval.errors import ReadError
from retrieval.nouns import NO_METADATA, Document
from retrieval.readers.canvas import LONGEST_HEADING, Canvas, tidy
from retrieval.readers.language import MOST_LOOKED_AT, language_of
from retrieval.readers.source import Source

_OPENING = 12  # blocks in which a document introduces itself
_MONTH_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTHS = {name: number for number, name in enumerate(_MONTH_NAMES, start=1)}
_MONTHS |= {"mär": 3, "mrz": 3, "mai": 5, "okt": 10, "dez": 12}
_MONTH = r"(?P<month>jan|feb|mar|mär|mrz|apr|ma[yi]|jun|jul|aug|sep|o[ck]t|nov|de[cz])[a-zä]*\.?"
_YEAR = r"(?P<year>(?:19|20)\d\d)\b"
_DATES = tuple(
    re.compile(pattern, re.I)
    for pattern in (
        rf"\b{_YEAR}-(?P<number>\d\d?)-(?P<day>\d\d?)(?!\d)",
        rf"\b(?P<day>\d\d?)(?:st|nd|rd|th|\.)?\s+(?:of\s+)?{_MONTH},?\s+{_YEAR}",
        rf"\b{_MONTH}\s+(?P<day>\d\d?)(?:st|nd|rd|th)?,?\s+{_YEAR}",
        rf"\b(?P<day>\d\d?)\.\s?(?P<number>\d\d?)\.\s?{_YEAR}",
        rf"\b(?P<day>\d\d?)/(?P<number>\d\d?)/{_YEAR}",
    )
)
_DATED = re.compile(
    r"\b(?:effective|updated|revised|valid|published|issued|approved|in force|applies from|as of|dated?"
    r"|version|edition|revision|released?|changed|modified|stand|gültig|in kraft|aktualisiert)\b",
    re.I,
)
_REACH = 48  # characters from such a word to its date
_VERSION = re.compile(
    r"(?:^|[(,;|·•–—-]\s*)(?:(?:document|policy|manual|handbook|guide|price list|form)\s+)?"
    r"(?:version|edition|revision|rev\.|release|v\.?)\s*(?:no\.?|number)?\s*[:#]?\s*"
    r"(?P<version>\d[\w./-]*\w|\d)(?!\s+(?:of|or|and)\b)",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Facts:
    title: str | None = None
    date: str | None = None
    version: str | None = None
    language: str | None = None


def finish(
    source: Source,
    canvas: Canvas,
    media: str,
    stated: Facts,
    fallback: Facts | None = None,
    metadata: Mapping[str, str] = NO_METADATA,
    running: Sequence[str] = (),
) -> Document:
    """What the format states goes first, then what the opening says, then the file's properties."""
    if not canvas.blocks:
        raise ReadError(f"{source.id} holds no text.", "Put text into it, or delete it.")
    fallback = fallback or Facts()
    opening = [*opening_lines(canvas), *running]
    first = next((text for _, text in canvas.headings()), None)
    return Document(
        id=source.id,
        title=clipped(tidy(stated.title or "") or first or fallback.title or readable(source.path.stem, source.id)),
        text=canvas.text,
        blocks=canvas.blocks,
        media=media,
        date=iso_date(stated.date or "") or stated_date(opening) or iso_date(fallback.date or ""),
        version=tidy(stated.version or "") or stated_version(opening) or fallback.version,
        language=language_tag(stated.language) or _told(canvas, language_tag(fallback.language)),
        metadata=MappingProxyType(dict(metadata)),
    )


def clipped(title: str) -> str:
    """Every passage carries it."""
    return title if len(title) <= LONGEST_HEADING else f"{title[:LONGEST_HEADING].rsplit(' ', 1)[0]}…"


def _told(canvas: Canvas, properties: str | None) -> str | None:
    """A file's properties may be those of the program that wrote it: the words know better, where they are sure."""
    told = language_of(_prose(canvas))
    return properties if told is None or (properties or "").lower().split("-")[0] == told else told


def _prose(canvas: Canvas) -> str:
    """The beginning of what is said in sentences, if anything is."""
    text = canvas.text
    lines: list[str] = []
    long = 0
    for block in canvas.blocks:
        if block.kind != "code":
            lines.append(text[block.start : min(block.end, block.start + MOST_LOOKED_AT)])
            long += len(lines[-1])
        if long >= MOST_LOOKED_AT:
            break
    return "\n".join(lines)


def opening_lines(canvas: Canvas) -> list[str]:
    """Rows tell of other things, with dates of their own."""
    text = canvas.text
    opening = (block for block in canvas.blocks[:_OPENING] if block.kind not in ("row", "code"))
    return [text[block.start : block.end][:300] for block in opening]


def stated_date(lines: list[str]) -> str | None:
    """The first date that a word such as "effective" or "last updated" introduces, or that stands alone."""
    for line in lines:
        bare = iso_date(line) if len(line) <= 30 and not re.search(r"[a-z]{10}", line) else None
        near = (iso_date(line[word.start() : word.end() + _REACH]) for word in _DATED.finditer(line))
        if found := next((day for day in near if day), bare):
            return found
    return None


def stated_version(lines: list[str]) -> str | None:
    found = (_VERSION.search(line) for line in lines)
    return next((match["version"] for match in found if match), None)


def iso_date(text: str) -> str | None:
    """The first whole date in a text. 03/04/2026 is nobody's date: it is two."""
    matches = [match for pattern in _DATES if (match := pattern.search(text))]
    for match in sorted(matches, key=re.Match.start):
        if day := _day(match.groupdict(), "/" in match[0]):
            return day.isoformat()
    return None


def _day(parts: Mapping[str, str], slashed: bool) -> date | None:
    day = int(parts["day"])
    month = int(parts["number"]) if "number" in parts else _MONTHS[parts["month"].lower()]
    if slashed and day <= 12 and month <= 12 and day != month:
        return None
    if slashed and month > 12:
        day, month = month, day
    try:
        return date(int(parts["year"]), month, day)
    except ValueError:
        return None


def sensible_title(text: str | None) -> str | None:
    """A title from a file's properties, unless a program wrote it there."""
    title = tidy(text or "").removeprefix("Microsoft Word - ").removeprefix("Microsoft PowerPoint - ")
    is_file = re.search(r"\.(?:docx?|odt|pdf|rtf|txt|tex|indd|pptx?|xlsx?)$", title, re.I)
    is_filler = re.match(r"(?:untitled|unbenannt|unknown|document\d*|dokument\d*|\(?anonymous\)?)$", title, re.I)
    return None if is_file or is_filler or sum(c.isalpha() for c in title) < 3 else title


def language_tag(text: str | None) -> str | None:
    tag = (text or "").strip().replace("_", "-")
    return tag if re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*", tag) else None


def readable(stem: str, default: str) -> str:
    """`travel-policy_2026` → Travel policy 2026."""
    words = tidy(re.sub(r"[_\-]+", " ", stem)) or tidy(default) or "Untitled"
    return words[0].upper() + words[1:]
