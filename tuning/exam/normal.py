"""Texts made comparable as SQuAD does it."""

from __future__ import annotations

import re
import string
from collections import Counter
from collections.abc import Sequence

from assistant.support.canonical import ARTICLES

MARK = re.compile(r"\s*\[\d{1,2}(?:\s*[,;]\s*\d{1,2})*\]")
_ARTICLE = re.compile(rf"\b({'|'.join(ARTICLES)})\b")
_PUNCTUATION = str.maketrans("", "", string.punctuation)


def unmarked(text: str) -> str:
    """The text without its citation marks: `[1]`, `[1, 2]`."""
    return MARK.sub("", text).strip()


def normalise(text: str) -> str:
    """As SQuAD: lower case, no punctuation, no articles, single spaces."""
    return " ".join(_ARTICLE.sub(" ", text.lower().translate(_PUNCTUATION)).split())


def f1(said: str, answers: Sequence[str]) -> float:
    """Token F1 against the closest answer. No answer is an empty one, and only nothing is equal to nothing."""
    words = normalise(unmarked(said)).split()
    return max(overlap(words, normalise(answer).split()) for answer in answers or ("",))


def exact(said: str, answers: Sequence[str]) -> bool:
    return normalise(unmarked(said)) in {normalise(answer) for answer in answers or ("",)}


def contains(said: str, answers: Sequence[str]) -> bool:
    """Whether an answer stands in what is said, from word to word: `4` is not in `24`."""
    words = normalise(unmarked(said)).split()
    return any(runs_through(words, normalise(answer).split()) for answer in answers)


def overlap(left: Sequence[str], right: Sequence[str]) -> float:
    if not left or not right:
        return float(list(left) == list(right))
    return 2 * sum((Counter(left) & Counter(right)).values()) / (len(left) + len(right))


def runs_through(words: Sequence[str], part: Sequence[str]) -> bool:
    """Whether `part` is a run of `words`. Nothing is a run of nothing only."""
    if not part:
        return not words
    return f" {' '.join(part)} " in f" {' '.join(words)} "
