"""Gate 2: nothing is shown that its quote does not carry, and no quote that its document does not say."""

from __future__ import annotations

import re
from collections.abc import Sequence
from unicodedata import category

from assistant.borders import NUMBER, ends, starts
from assistant.nouns import Finding, Quote
from retrieval import Passage

# What a screen could take for more than words: tags, links, and their Markdown.
_ACTIVE = re.compile(r"<[^<>]*>|\w+://\S*|\bwww\.\S+|!?\]\([^)]*\)?|&#?\w+;|[<>`|{}\\]")


def outlandish(text: str, named: Sequence[Passage]) -> bool:
    """It has links, markup or signs that no passage it names has, or what steers a screen."""
    sources = [passage.text for passage in named]
    odd = {letter for letter in text if not letter.isascii() and category(letter)[0] in "SM"}
    foreign = [*_ACTIVE.findall(text), *odd]
    steering = any(category(letter) in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp") for letter in text)
    return steering or not all(any(part in source for source in sources) for part in foreign)


def verbatim(quote: Quote, document_text: str) -> bool:
    return bool(quote.text) and quote.start >= 0 and document_text[quote.start : quote.end] == quote.text


def numbers(text: str, start: int = 0, end: int | None = None) -> set[str]:
    """The numbers between two places of a text, as they stand in it: in `2020-2024` there is none below zero.

    Grouping commas are left out: `1,200` is `1200`.
    """
    found = NUMBER.finditer(text, start, len(text) if end is None else end)
    return {re.sub(r",(?=\d{3}\b)", "", match[0]).replace("−", "-") for match in found}


def supported(finding: Finding, passage: Passage, quote: Quote) -> bool:
    """The answer's words stand in the quote, to the letter and whole, and with them every number it names."""
    if not 0 <= finding.start < finding.end <= len(passage.text):
        return False
    said = passage.text[finding.start : finding.end].strip()
    named = numbers(passage.text, finding.start, finding.end)
    return said in quote.text and whole(finding, passage) and named <= numbers(quote.text)


def whole(finding: Finding, passage: Passage) -> bool:
    """From word to word: `refundable` is not what `nonrefundable` says. A unit may end where it was cut."""
    text = passage.text[finding.start : finding.end]
    start = finding.start + len(text) - len(text.lstrip())
    end = finding.start + len(text.rstrip())
    begins = {*starts(passage.text), *(unit.start - passage.start for unit in passage.units)}
    stops = {*ends(passage.text), *(unit.end - passage.start for unit in passage.units)}
    return start < end and start in begins and end in stops
