"""Gate 2: nothing is shown that its quote does not carry, and no quote that its document does not say."""

from __future__ import annotations

import re

from assistant.nouns import Finding, Quote
from retrieval import Passage

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


def verbatim(quote: Quote, document_text: str) -> bool:
    return bool(quote.text) and document_text[quote.start : quote.end] == quote.text


def numbers(text: str) -> set[str]:
    """The numbers in a text, grouping commas left out: `1,200` is `1200`."""
    return {re.sub(r",(?=\d{3}\b)", "", found) for found in _NUMBER.findall(text)}


def supported(finding: Finding, passage: Passage, quote: Quote) -> bool:
    """The answer's words stand in the quote, to the letter, and with them every number it names."""
    said = passage.text[finding.start : finding.end].strip()
    return bool(said) and said in quote.text and numbers(said) <= numbers(quote.text)
