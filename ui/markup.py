"""Documents' words as markup that cannot do anything: every letter escaped, and a mark around the quote."""

from __future__ import annotations

from html import escape

from assistant import Quote
from retrieval import Passage

MARK = "background: #ffe99a; color: #1a1a1a; border-radius: 3px"  # readable on a dark page as on a light one


def plain(text: str) -> str:
    return escape(text).replace("\n", "<br>")


def answered(text: str, number: int) -> str:
    return f"<p><strong>{plain(text)}</strong> [{number}]</p>"


def marked(passage: Passage, quote: Quote) -> str:
    """The passage with its quote marked."""
    start, end = quote.start - passage.start, quote.end - passage.start
    before, said, after = passage.text[:start], passage.text[start:end], passage.text[end:]
    return f'<p>{plain(before)}<mark style="{MARK}">{plain(said)}</mark>{plain(after)}</p>'
