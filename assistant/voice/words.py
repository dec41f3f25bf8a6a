"""The company's words in the place of others: in sentences that code writes, and nowhere else."""

from __future__ import annotations

import re
from collections.abc import Mapping


def reworded(text: str, words: Mapping[str, str]) -> str:
    """One pass over whole words, the longest first; a capital letter stays one. A word without another one stays."""
    instead = {avoided.casefold(): used for avoided, used in words.items() if used}
    if not instead:
        return text
    ways = "|".join(re.escape(word) for word in sorted(instead, key=len, reverse=True))
    return re.sub(rf"(?<!\w)(?:{ways})(?!\w)", lambda found: _alike(found[0], instead), text, flags=re.IGNORECASE)


def avoided(text: str, words: Mapping[str, str]) -> list[str]:
    """The words in it that are to be avoided, and for which there is no other."""
    return [word for word, used in words.items() if not used and has(text, word)]


def has(text: str, phrase: str) -> bool:
    """Whether a text has a word or phrase: from word to word, in any case, whatever white space is in it."""
    pattern = r"\s+".join(re.escape(word) for word in phrase.casefold().split())
    return bool(pattern) and re.search(rf"(?<!\w){pattern}(?!\w)", text.casefold()) is not None


def _alike(found: str, instead: Mapping[str, str]) -> str:
    used = instead.get(found.casefold(), found)  # a letter whose other case is two letters is left as it stands
    return used[:1].upper() + used[1:] if found[:1].isupper() else used
