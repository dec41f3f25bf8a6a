"""Documents' words as markup that cannot do anything: every letter escaped, and a mark around the quote."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from assistant import Quote, Said
from retrieval import Passage

MARK = "background: #ffe99a; color: #1a1a1a; border-radius: 3px"  # readable on a dark page as on a light one


def plain(text: str) -> str:
    return escape(text).replace("\n", "<br>")


def answered(said: Sequence[Said]) -> str:
    return f"<p>{' '.join(map(_spoken, said))}</p>"


def _spoken(said: Said) -> str:
    """The source's own words stand out from what the voice says around them."""
    before, words, after = map(plain, said.parts)
    return f"{before}<strong>{words}</strong>{after} {said.marks}"


def marked(passage: Passage, quote: Quote) -> str:
    """The passage with its quote marked."""
    start, end = quote.start - passage.start, quote.end - passage.start
    before, said, after = passage.text[:start], passage.text[start:end], passage.text[end:]
    return f'<p>{plain(before)}<mark style="{MARK}">{plain(said)}</mark>{plain(after)}</p>'
