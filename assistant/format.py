"""The one format that training, decoding, examination and chat share.

Sources:
[1] {title} › {heading path} ({date or version})
{text}

Question: {question}
→
Cited:1
Answer: {a span of that source}
or
Cited:none
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from retrieval import Passage

FORMAT_VERSION = 1
MOST_SOURCES = 9  # one digit, one token
CITED = "Cited:"
ANSWER = "Answer:"
NONE = "none"
TASK = (
    "You answer questions from the numbered sources alone. First say which source holds the answer, as"
    " `Cited:` and its number, or `Cited:none` when no source answers the question. Then write `Answer:` and"
    " the answer in the very words of that source."
)
Message = dict[str, str]

# What only the frame may say. A source's own wording of it is changed letter for letter, so offsets stay.
_MARK = re.compile(r"\[(\d+)\]")
_FRAME = re.compile(r"\b(Sources|Cited|Quote|Answer|Question):", re.IGNORECASE)
_CONTROL = re.compile(r"<\|([^<>|]*)\|>")


@dataclass(frozen=True, slots=True)
class Parsed:
    """A whole output in the format; `cited` counts from 0 and is None for `Cited:none`."""

    cited: int | None
    answer: str


def labels(sources: int) -> list[str]:
    """What may follow `Cited:`; the last one abstains."""
    return [*(str(number + 1) for number in range(sources)), NONE]


def render(question: str, passages: Sequence[Passage], who: str) -> list[Message]:
    sources = "\n\n".join(f"[{number}] {_source(passage)}" for number, passage in enumerate(passages, 1))
    user = f"Sources:\n{sources}\n\nQuestion: {neutralise(question)}"
    return [{"role": "system", "content": f"{who} {TASK}".strip()}, {"role": "user", "content": user}]


def _source(passage: Passage) -> str:
    dated = passage.date or passage.version
    place = " › ".join((passage.title, *passage.heading)) + (f" ({dated})" if dated else "")
    return f"{neutralise(' '.join(place.split()))}\n{neutralise(passage.text)}"


def neutralise(text: str) -> str:
    """The text with every forgery of the frame defused. As long as before, character by character."""
    text = _MARK.sub(r"(\1)", text)
    text = _FRAME.sub(r"\1;", text)
    return _CONTROL.sub(r"(|\1|)", text)


def parse(output: str, sources: int) -> Parsed | None:
    """The output as the format reads it, or None where it breaks the frame in any way."""
    lines = output.strip("\n").split("\n")
    label = lines[0].removeprefix(CITED)
    if label == lines[0] or label not in labels(sources):
        return None
    if label == NONE:
        return Parsed(None, "") if len(lines) == 1 else None
    if len(lines) != 2 or not lines[1].startswith(ANSWER + " ") or not lines[1][len(ANSWER) :].strip():
        return None
    return Parsed(int(label) - 1, lines[1][len(ANSWER) :].strip())


def complete(parsed: Parsed) -> str:
    """The output that `parse` reads back: what training rows teach."""
    if parsed.cited is None:
        return CITED + NONE
    return f"{CITED}{parsed.cited + 1}\n{ANSWER} {parsed.answer}"
