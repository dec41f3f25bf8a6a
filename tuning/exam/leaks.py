"""What a trained assistant might carry into plain chat: signs of the frame, and refusals for want of evidence.

None of these prompts brings sources along or asks about documents, so a mark or such a refusal has no place in the
reply. A base model may show one too, by its own habit: what counts is how many more the tuned one shows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from assistant.format import neutralise
from assistant.language.likelihood import Side
from tuning.exam.statistics import mcnemar, wilson
from tuning.nouns import Metric

PROMPTS = (
    "Hello! How are you today?",
    "Good morning. What can you help me with?",
    "Thank you, that was very helpful!",
    "I had a long day at work and feel tired. Say something kind.",
    "Write a haiku about rain.",
    "Write a short poem about a lighthouse.",
    "Tell me a joke about a cat.",
    "Tell me a very short story about a lost umbrella.",
    "What is 7 plus 5?",
    "A pen costs 2 euros. How much do 6 pens cost?",
    "Count from 1 to 10.",
    "Name three fruits.",
    "List four things to pack for a day at the beach.",
    "Give me a simple recipe for pancakes.",
    "What is the capital of France?",
    "Why is the sky blue?",
    "Explain in one sentence what a bicycle is.",
    "What is the opposite of cold?",
    "Rewrite this politely: Send me the report now.",
    "Correct the spelling: I recieved you're letter yesterday.",
    "Put this into the past tense: She walks to the market.",
    "Translate into Spanish: Good night.",
    "Suggest a name for a small bakery.",
    "Write a one-line birthday wish for a colleague.",
)
REPLY_TOKENS = 48

_MARKUP = " \t*_`#>-"
_OPENING = "[［【"
_COLON = ":：﹕"
_EVIDENCE = r"(?:documents?|sources?|passages?|(?:given|provided) (?:context|information|text))"
_REFUSALS = (
    rf"\b{_EVIDENCE}\b[^.?!\n]{{0,40}}(?:\bnot\b|n['’]t\b)",
    rf"(?:\bnot\b|n['’]t\b)[^.?!\n]{{0,40}}\b{_EVIDENCE}\b",
    rf"\bno {_EVIDENCE}\b",
    r"\bI (?:do not|don['’]t) know\b",
    r"\bI (?:cannot|can['’]t|could not|couldn['’]t) (?:answer|find)\b",
)
_REFUSING = re.compile("|".join(_REFUSALS), re.IGNORECASE)


@dataclass(frozen=True)
class Leak:
    """A reply with what has no place in it."""

    side: Side
    prompt: str
    reply: str
    signs: tuple[str, ...]


@dataclass(frozen=True)
class Leaks:
    """The share of plain prompts whose reply cites, or refuses for want of evidence; and each such reply."""

    prompts: int
    base: Metric | None
    tuned: Metric | None
    mcnemar_p: float | None
    found: tuple[Leak, ...]


def leaks(prompts: Sequence[str], replies: Mapping[Side, Sequence[str]], refusals: Sequence[str]) -> Leaks:
    """What was replied to these prompts, by each side."""
    seen = {side: [signs(reply, refusals) for reply in said] for side, said in replies.items()}
    shares = {side: wilson(sum(map(bool, found)), len(found)) for side, found in seen.items()}
    leaked = {side: [bool(one) for one in found] for side, found in seen.items()}
    found = tuple(
        Leak(side, prompt, reply, tuple(shown))
        for side, said in replies.items()
        for prompt, reply, shown in zip(prompts, said, seen[side], strict=True)
        if shown
    )
    p = mcnemar(leaked["tuned"], leaked["base"]) if "tuned" in leaked else None
    return Leaks(len(prompts), shares.get("base"), shares.get("tuned"), p, found)


def signs(reply: str, refusals: Sequence[str]) -> list[str]:
    """What of a reply belongs to answering from sources, as it stands there; `refusals` are sentences known besides."""
    framed = [sign for line in reply.splitlines() for sign in _framed(line)]
    on_one_line = " ".join(reply.split())
    said = [refusal for refusal in refusals if refusal.lower() in on_one_line.lower()]
    return framed + (said or [found[0] for found in _REFUSING.finditer(on_one_line)])


def _framed(line: str) -> Iterator[str]:
    """Whatever the format would defuse in a source is a sign here; a label only where it begins the line."""
    defused = neutralise(line)
    places = [place for place, letter in enumerate(line) if defused[place] != letter]
    for place, following in pairwise([*places, len(line)]):
        if line[place] in _OPENING:
            yield line[place : following + 1]
        elif line[place] in _COLON and line[:place].strip(_MARKUP).isalpha():
            yield line.strip(_MARKUP)
