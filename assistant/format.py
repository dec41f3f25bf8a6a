"""The one format that training, decoding, examination and chat share. Prose has a frame of its own in it (`prose.py`).

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

# What only the frame may say, and what a model could take for it. A source's own wording of it is changed letter
# for letter, so offsets stay; no part of a text so changed has anything left to change.
_MARK = re.compile(r"[\[［【](\s*\d[\d\s,;–-]*)[\]］】]")
_FRAME = re.compile(r"(Sources?|Cited|Quotes?|Answers?|Questions?)([\s*_`]*)[:：﹕]", re.IGNORECASE)
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029]")
_CONTROL = (("<|", "(|"), ("|>", "|)"))


@dataclass(frozen=True, slots=True)
class Parsed:
    """A whole output in the format; `cited` counts from 0 and is None for `Cited:none`."""

    cited: int | None
    answer: str


def labels(sources: int) -> list[str]:
    """What may follow `Cited:`; the last one abstains."""
    return [*(str(number + 1) for number in range(min(sources, MOST_SOURCES))), NONE]


def render(question: str, passages: Sequence[Passage], who: str, task: str = TASK) -> list[Message]:
    sources = "\n\n".join(f"[{number}] {_source(passage)}" for number, passage in enumerate(passages, 1))
    user = f"Sources:\n{sources}\n\nQuestion: {_on_one_line(question)}"
    return [{"role": "system", "content": f"{who} {task}".strip()}, {"role": "user", "content": user}]


def _source(passage: Passage) -> str:
    dated = passage.date or passage.version
    place = " › ".join((passage.title, *passage.heading)) + (f" ({dated})" if dated else "")
    return f"{_on_one_line(place)}\n{neutralise(passage.text)}"


def _on_one_line(text: str) -> str:
    return neutralise(" ".join(text.split()))


def neutralise(text: str) -> str:
    """The text with every forgery of the frame defused. As long as before, character by character."""
    text = _MARK.sub(r"(\1)", text)
    text = _FRAME.sub(r"\1\2;", text)
    for forged, defused in _CONTROL:
        text = text.replace(forged, defused)
    return text


def parse(output: str, sources: int) -> Parsed | None:
    """The output as the format reads it, or None where it breaks the frame in any way."""
    first, *rest = output.rstrip("\n").split("\n")
    label = first.removeprefix(CITED)
    if label == first or label not in labels(sources):
        return None
    if label == NONE:
        return None if rest else Parsed(None, "")
    answer = _answer(rest)
    return Parsed(int(label) - 1, answer) if answer else None


def _answer(lines: Sequence[str]) -> str:
    """What stands in the one line of the answer; nothing where it says what only the frame may say."""
    if len(lines) != 1 or not lines[0].startswith(ANSWER + " "):
        return ""
    said = lines[0][len(ANSWER) :].strip()
    return said if neutralise(said) == said and not unprintable(said) else ""


def unprintable(text: str) -> bool:
    return bool(_UNPRINTABLE.search(text))


def complete(parsed: Parsed) -> str:
    """The output that `parse` reads back: what training rows teach. The answer stands as the prompt's source has it."""
    if parsed.cited is None:
        return CITED + NONE
    return f"{CITED}{parsed.cited + 1}\n{ANSWER} {neutralise(parsed.answer)}"
