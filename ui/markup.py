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


def spoken(text: str, words: str) -> str:
    """The same of a stored answer, as far as its words stand in what was said to the letter."""
    before, found, after = text.partition(words) if words else (text, "", "")
    return f"<p>{plain(before)}<strong>{plain(found)}</strong>{plain(after)}</p>"


def quoted(text: str) -> str:
    return f'<mark style="{MARK}">{plain(text)}</mark>'


def small(text: str) -> str:
    return f"<small>{plain(text)}</small>"


def label(text: str) -> str:
    """A label is Markdown whatever we do: letters that mean something there lose their meaning."""
    return "".join(f"\\{letter}" if letter in r"\`*_{}[]()#+-!<>|~:$" else letter for letter in text)


def marked(passage: Passage, quote: Quote) -> str:
    """The passage with its quote marked."""
    start, end = quote.start - passage.start, quote.end - passage.start
    before, said, after = passage.text[:start], passage.text[start:end], passage.text[end:]
    return f"<p>{plain(before)}{quoted(said)}{plain(after)}</p>"
