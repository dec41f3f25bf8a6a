"""A table of contents leads a reader to pages; in an answer it would only be in the way."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise

from retrieval.readers.layout import Line

Chunk = list[str]  # lines

_LEADER = re.compile(r"(?:[.·…_]\s?){4,}\s*(\d{1,4}|[ivxlc]{1,7})$")
_TITLE = re.compile(r"(?:table of )?contents$|inhalt(?:sverzeichnis)?$", re.I)
_LEAST = 4  # entries
_LEAST_TITLED = 2  # below a line that says what they are
_ENTRY = re.compile(
    r"\s*(?:[*•-]\s+)?(?:(?:chapter|section|part|appendix)\s+)?(?:\d{1,3}(?:\.\d{1,3})*|[A-Z](?:\.\d{1,3})*)\.?\s+\S",
    re.I,
)
_LABEL = re.compile(r"[*•-]\s+|(?:chapter|section|part|appendix)\s+", re.I)
_FOUND_AGAIN = 0.6  # of the entries, for titles are often shortened


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


def without_list_of_headings(chunks: Sequence[Chunk]) -> tuple[list[Chunk], set[str]]:
    """Chunks of lines without numbered lists whose entries come again further on; and those, for they are headings."""
    last = {heading_key(chunk): number for number, chunk in enumerate(chunks)}
    kept: list[Chunk] = []
    listed: set[str] = set()
    at = 0
    while at < len(chunks):
        end = _end_of_list(chunks, at, last)
        titled = bool(kept) and bool(_TITLE.match(_joined(kept[-1])))
        entries = [_key(entry) for chunk in chunks[at:end] for entry in _entries(chunk)]
        again = {entry for entry in entries if last.get(entry, 0) >= end}
        if len(entries) >= (_LEAST_TITLED if titled else _LEAST) and len(again) >= _FOUND_AGAIN * len(entries):
            listed |= again
            del kept[len(kept) - titled :]
        else:
            end = max(end, at + 1)
            kept += chunks[at:end]
        at = end
    return kept, listed


def _end_of_list(chunks: Sequence[Chunk], start: int, last: Mapping[str, int]) -> int:
    """What follows directly and does not come again is a heading itself."""
    end = start
    while end < len(chunks) and _ENTRY.match(chunks[end][0]):
        end += 1
    while end > start and len(_entries(chunks[end - 1])) == 1 and last[heading_key(chunks[end - 1])] == end - 1:
        end -= 1
    return end


def heading_key(chunk: Chunk) -> str:
    """By which a heading and its entry in a list are the same."""
    return _key(_joined(chunk))


def _entries(chunk: Chunk) -> list[str]:
    """One of several lines goes on until the next begins."""
    found: list[str] = []
    for line in chunk:
        if _ENTRY.match(line) or not found:
            found.append(line)
        else:
            found[-1] += f" {line}"
    return found


def _joined(chunk: Chunk) -> str:
    """An underline says nothing."""
    return " ".join(line.strip() for line in chunk if line.strip(" *=-~_"))


def _key(text: str) -> str:
    words = " ".join(text.split())
    while label := _LABEL.match(words):
        words = words[label.end() :]
    return words.casefold().rstrip(".:")
