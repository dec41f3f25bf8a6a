"""A table of contents leads a reader to pages; in an answer it would only be in the way."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from retrieval.readers.layout import Line

_LEADER = re.compile(r"(?:[.·…_]\s?){4,}\s*(\d{1,4}|[ivxlc]{1,7})$")
_TITLE = re.compile(r"(?:table of )?contents$|inhalt(?:sverzeichnis)?$", re.I)
_LEAST = 4  # entries


def without_contents(lines: Sequence[Line], last_page: int) -> list[Line]:
    """Lines without the entries, from the first to the last: what is between them wraps."""
    entries = [n for n, line in enumerate(lines) if _LEADER.search(line.text)]
    if len(entries) < _LEAST or not _leads_to_pages([lines[n].text for n in entries], last_page):
        return list(lines)
    start, end = entries[0], entries[-1]
    while start > 0 and _is_entry(lines[start - 1]):
        start -= 1
    while end + 1 < len(lines) and _is_entry(lines[end + 1]):
        end += 1
    return [line for n, line in enumerate(lines) if not (start <= n <= end or _TITLE.match(line.text))]


def _leads_to_pages(entries: list[str], last_page: int) -> bool:
    """Page numbers rise; prices with dots before them do not."""
    ends = (match[1] for text in entries if (match := _LEADER.search(text)))
    pages = [int(end) for end in ends if end.isdecimal()]
    rising = all(a <= b for a, b in pairwise(pages))
    return rising and (not pages or pages[-1] <= last_page + 50)


def _is_entry(line: Line) -> bool:
    """An entry whose dots fell victim to its length, or the title above them."""
    return bool(
        re.match(r"(?:\d+(?:\.\d+)*|chapter|appendix)\s.*\s\d{1,4}$", line.text, re.I) or _TITLE.match(line.text)
    )
