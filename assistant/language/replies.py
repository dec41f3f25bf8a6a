"""What a chat model replied, read as the format has it: the label that it decided for, and how likely each was."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from assistant.format import NONE
from assistant.language import Constraint

_SPACED = re.compile(r"^(\w+:)[ \t]+")
_SLACK = "\"'“”‘’`*.,;:!?… \t"  # what a chat model adds around a span


@dataclass(frozen=True)
class Token:
    """A token as it was written, and the likeliest ones in its place with their log-probabilities."""

    text: str
    top: tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class Reply:
    text: str
    tokens: tuple[Token, ...] = ()  # none where the model tells no probabilities


def tokens_of(logprobs: object) -> tuple[Token, ...]:
    """As OpenAI's protocol has them; none where anything about them is odd."""
    content = logprobs.get("content") if isinstance(logprobs, Mapping) else None
    try:
        return tuple(_token(row) for row in content or ())
    except (AttributeError, KeyError, TypeError, ValueError):
        return ()


def _token(row: Mapping[str, Any]) -> Token:
    top = tuple((str(one["token"]), float(one["logprob"])) for one in row["top_logprobs"])
    if not top or any(math.isnan(value) or value > 1e-3 for _, value in top):
        raise ValueError("no log-probabilities")
    return Token(str(row["token"]), top)


def weights_of(reply: Reply, begun: str, labels: Sequence[str], continued: bool) -> list[float] | None:
    """Log-probability of each label, normalised over them; None where the reply doesn't tell.

    A server lists the likeliest tokens only. A source that isn't among them counts as impossible, and `none` as no less
    likely than the last one listed: so what is then said of confidence is a lower bound.
    """
    token = _deciding(reply, begun, continued)
    if token is None:
        return None
    found = {label: _log_sum(value for text, value in token.top if _means(text, label)) for label in labels}
    if all(value == -math.inf for value in found.values()):
        return None
    if found.get(NONE) == -math.inf:
        found[NONE] = min(value for _, value in token.top)
    total = _log_sum(found.values())
    return [value - total for value in found.values()]


def _deciding(reply: Reply, begun: str, continued: bool) -> Token | None:
    """The token in which the label begins: the first, or the one behind the beginning where that was written again."""
    written = ""
    again = after(reply.text, begun) is not None
    for token in reply.tokens if again or continued else ():
        if (not again or spaced(written.lstrip()) == begun) and token.text.strip():
            return token
        written += token.text
    return None


def _means(text: str, label: str) -> bool:
    """A token that begins the label, or ends it with the comma behind it. No two labels begin alike."""
    said = text.strip().removesuffix(",")
    return bool(said) and label.startswith(said)


def _log_sum(values: Iterable[float]) -> float:
    known = [value for value in values if value > -math.inf]
    top = max(known, default=-math.inf)
    return top + math.log(sum(math.exp(value - top) for value in known)) if known else -math.inf


def label_of(text: str, begun: str, labels: Sequence[str]) -> str:
    """The label that a reply says first, or nothing. Further sources may be named behind it."""
    rest = after(text, begun)
    line = (text if rest is None else rest).strip().split("\n")[0]
    label = line.split(",")[0].strip()
    return label if label in labels else ""


def within(constraint: Constraint, written: str) -> str:
    """As much of a line as the constraint lets end; nothing where more than punctuation would be lost."""
    line = " " + written.strip().split("\n")[0].strip()
    trimmed = " " + line.strip(_SLACK)
    for said in (line, trimmed):
        if constraint.may_end(said.encode(errors="replace")):
            return said
    return ""


def after(text: str, begun: str) -> str | None:
    """What follows the beginning of an answer, where a model wrote it again; else None."""
    said = spaced(text.lstrip())
    return said[len(begun) :] if said.startswith(begun) else None


def spaced(text: str) -> str:
    """`Cited: 2` as the format has it: a space there cannot mean anything."""
    return _SPACED.sub(r"\1", text)


def following(pieces: Iterable[str], begun: str, continued: bool) -> Iterator[str]:
    """What follows the beginning of an answer in pieces as they come. A model that continues it need not write it."""
    written, known = "", False
    for piece in pieces:
        if known:
            yield piece
            continue
        written += piece
        if len(spaced(written.lstrip())) < len(begun) + 2:
            continue
        known = True
        rest = after(written, begun)
        if rest is None and not continued:
            return
        yield written if rest is None else rest
    rest = after(written, begun) if not known else None
    if not known and (rest or (continued and written)):
        yield rest or written
