"""Documents' words as markup that cannot do anything: every letter escaped, and a mark around the quote."""

from __future__ import annotations

from html import escape

from assistant import Quote
from retrieval import Passage


def plain(text: str) -> str:
    return escape(text).replace("\n", "<br>")


def answered(text: str, number: int) -> str:
    return f"<p><strong>{plain(text)}</strong> [{number}]</p>"


def marked(passage: Passage, quote: Quote) -> str:
    """The passage with its quote marked."""
    start, end = quote.start - passage.start, quote.end - passage.start
    before, after = passage.text[:start], passage.text[end:]
    return f"<p>{plain(before)}<mark>{plain(passage.text[start:end])}</mark>{plain(after)}</p>"
