"""What is quoted whole: sentences, list items, table rows, code blocks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from retrieval.nouns import Block, Document, Unit, UnitKind

Span = tuple[int, int]

LONG_ITEM = 400  # characters; a longer item is quoted by the sentence
LONG_SENTENCE = 600
LONG_CODE = 800
_TAIL = 40  # characters of a sentence that tell whether it is over
_PORTION = 2_000  # characters that sentencex gets at once: on odd text its time grows with their square
_MARKER = re.compile(r"\(?(?:\d{1,3}(?:\.\d{1,3})*|[A-Za-z]|[ivxIVX]{1,5})[.)]$")
_ABBREVIATED = re.compile(
    r"(?:^|[\s(\"'“])(?:approx|incl|excl|resp|max|min|no|nos|nr|art|sec|sect|par|fig|figs|vol|ch|chap|pp?|tel|ext|dept"
    r"|est|ca|cf|vs|viz|e\.g|i\.e|al|bzw|ggf|inkl|zzgl|abs|mind|evtl|z\.\s?B|d\.\s?h|u\.\s?a)\.$",
    re.I,
)
_FALLBACK = re.compile(r"(?<=[.!?…。！？])[\"'”’)\]]*\s+")
_CLAUSE = (re.compile(r";\s+"), re.compile(r"[,:–—]\s+"), re.compile(r"\s+"))


def units(document: Document) -> list[Unit]:
    """In order, without overlap; together they hold every word that is not in a heading."""
    return [unit for block in document.blocks for unit in block_units(document, block)]


def block_units(document: Document, block: Block) -> list[Unit]:
    text = document.text[block.start : block.end]
    language = (document.language or "en").split("-")[0].lower()
    return [
        Unit(kind, block.start + start, block.start + end)
        for kind, (start, end) in _parts(block, text, language)
        if start < end
    ]


def _parts(block: Block, text: str, language: str) -> Iterator[tuple[UnitKind, Span]]:
    match block.kind:
        case "paragraph":
            yield from (("sentence", span) for span in sentences(text, language))
        case "item" if len(text) > LONG_ITEM:
            yield from (("sentence", span) for span in sentences(text, language))
        case "item":
            yield "item", _stripped(text, (0, len(text)))
        case "row":
            yield "row", _stripped(text, (0, len(text)))
        case "code":
            yield from (("code", span) for span in _code_groups(text))
        case "heading":
            return


def sentences(text: str, language: str = "en") -> list[Span]:
    """Spans of the sentences; what is only a number or an abbreviation is no sentence."""
    spans: list[Span] = []
    for start, end in _segments(text, language):
        if spans and not _ends(text[max(spans[-1][0], spans[-1][1] - _TAIL) : spans[-1][1]], text[start:end]):
            spans[-1] = (spans[-1][0], end)
        else:
            spans.append((start, end))
    return [short for span in spans for short in _shortened(text, span)]


def _segments(text: str, language: str) -> Iterator[Span]:
    pieces = [piece for portion in _portions(text) for piece in _split(portion, language)]
    if "".join(pieces) != text:  # never seen; a citation must not depend on it
        pieces = _split_plainly(text)
    at = 0
    for piece in pieces:
        span = _stripped(text, (at, at + len(piece)))
        at += len(piece)
        if span[0] < span[1]:
            yield span


def _portions(text: str) -> Iterator[str]:
    start = 0
    while len(text) - start > _PORTION:
        space = text.rfind(" ", start, start + _PORTION)
        end = space + 1 if space > start else start + _PORTION
        yield text[start:end]
        start = end
    yield text[start:]


def _split(text: str, language: str) -> list[str]:
    from sentencex import segment

    try:
        pieces: list[str] = segment(language, text)
    except BaseException as problem:  # a panic of sentencex (seen: white space beyond ASCII) is no Exception
        if type(problem).__name__ != "PanicException":
            raise
        return _split_plainly(text)
    return pieces


def _split_plainly(text: str) -> list[str]:
    cuts = [0, *(match.end() for match in _FALLBACK.finditer(text)), len(text)]
    return [text[start:end] for start, end in pairwise(cuts)]


def _ends(sentence: str, following: str) -> bool:
    """Whether a sentence is over, seeing what follows."""
    first = following.lstrip("\"'“‘([")[:1]
    if _MARKER.match(sentence) or first.islower():
        return False
    goes_on = first.isdigit() or not following[:1].isupper() or len(sentence) < 8
    return not (goes_on and _ABBREVIATED.search(sentence))


def _shortened(text: str, span: Span) -> Iterator[Span]:
    """A sentence that runs on is cut at its clauses."""
    start, end = span
    while end - start > LONG_SENTENCE:
        cut = _cut(text, start, start + LONG_SENTENCE)
        yield _stripped(text, (start, cut))
        start = _first_letter(text, cut, end)
    if start < end:
        yield start, end


def _first_letter(text: str, start: int, end: int) -> int:
    """Where white space is over, found without a copy of the rest, which may be long."""
    while start < end and text[start].isspace():
        start += 1
    return start


def _cut(text: str, start: int, limit: int) -> int:
    """The last place before `limit` to stop at, not in the first third."""
    for pattern in _CLAUSE:
        ends = [match.end() for match in pattern.finditer(text, start + (limit - start) // 3, limit)]
        if ends:
            return ends[-1]
    return limit


def _code_groups(text: str) -> Iterator[Span]:
    """Whole where it is short, else groups of lines."""
    start = at = 0
    for line in text.splitlines(keepends=True):
        if at > start and at + len(line) - start > LONG_CODE:
            yield _stripped(text, (start, at))
            start = at
        at += len(line)
    yield _stripped(text, (start, at))


def _stripped(text: str, span: Span) -> Span:
    part = text[span[0] : span[1]]
    start = span[0] + len(part) - len(part.lstrip())
    return start, max(start, span[0] + len(part.rstrip()))
