"""Names, as far as letters tell: words that begin with a capital or a digit, where no sentence begins."""

from __future__ import annotations

import re

from assistant.conversation.words import SHAPING

_RUN = re.compile(
    r"(?<!\w)(?:[^\W\d_a-zß-öø-ÿ]|\d)[\w/.-]*(?<![./-])(?:[ ](?:[^\W\d_a-zß-öø-ÿ]|\d)[\w/.-]*(?<![./-]))*"
)
_BEGINS = re.compile(r"(?:^|[.!?…]\s+)[\W_]*$")
_FEW = 2  # words that are no sentence


def names(text: str) -> list[str]:
    """The names in a text, words that stand together as one. A text of a word or two may be one altogether."""
    few = len(text.split()) <= _FEW
    found = []
    for run in _RUN.finditer(text):
        words = run[0].split()
        if _BEGINS.search(text[: run.start()]) and not few:
            words = words[1:]
        while words and words[0].casefold() in SHAPING:
            words = words[1:]
        found += [" ".join(words)] if words else []
    return found
