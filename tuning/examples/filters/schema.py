"""Rows that the format can't say, or whose answer and evidence do not stand where they should."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache

from assistant.format import MOST_SOURCES, Parsed, complete, neutralise, parse
from assistant.quote import carrying, locate, quote
from retrieval import bring
from tuning.nouns import Example

VERDICTS = ("Yes", "No")


def is_prose(example: Example) -> bool:
    """Whether it teaches to write, rather than to point: `messages` are the whole exchange, the reply last."""
    return bool(example.messages)


def asks(example: Example) -> bool:
    return bool(example.question.strip())


def numbered(example: Example) -> bool:
    """As many sources as there are numbers, each with a text and an id of its own."""
    sources = example.sources
    ids = {source.id for source in sources}
    return len(ids) == len(sources) <= MOST_SOURCES and all(source.text.strip() for source in sources)


def agrees(example: Example) -> bool:
    """Gold, kind and answer say the same of whether it can be answered; a reply that is written is there."""
    if any(not 0 <= place < len(example.sources) for place in example.gold):
        return False
    if is_prose(example):
        return bool(example.answer.strip()) and example.messages[-1]["role"] == "assistant"
    answered = bool(example.gold)
    return answered == (example.kind == "answerable") == bool(example.answer.strip())


def stands(example: Example) -> bool:
    """The answer is Yes or No, or a span of its first gold source; and the format reads back what it says."""
    if is_prose(example) or not example.gold:
        return True
    said = Parsed(example.gold[0], neutralise(example.answer))
    return parse(complete(said), len(example.sources)) == said and (example.answer in VERDICTS or bool(span(example)))


def proven(example: Example) -> bool:
    """Each piece of evidence stands word for word in a gold source."""
    texts = [example.sources[place].text for place in example.gold]
    return all(part.strip() and any(part in text for text in texts) for part in example.evidence if texts)


def span(example: Example) -> tuple[int, int] | None:
    """Where the answer stands in its first gold source."""
    return _place(example.sources[example.gold[0]].text, example.answer, example.question)


def carrier(text: str, answer: str, question: str) -> str:
    """The units of a text that carry an answer, as one; nothing where it does not stand there."""
    place = _place(text, answer, question)
    passage = bring("", "", text)
    return quote(passage, carrying(passage, *place)).text if place else ""


@lru_cache(maxsize=8192)  # every filter that asks, asks of the same row
def _place(text: str, answer: str, question: str) -> tuple[int, int] | None:
    return locate(bring("", "", text), neutralise(answer), question)


FILTERS: Sequence[tuple[str, Callable[[Example], bool]]] = (
    ("its question is empty", asks),
    (f"its sources are not told apart, empty, or more than {MOST_SOURCES}", numbered),
    ("its gold, kind and answer contradict each other", agrees),
    ("its answer is neither Yes nor No nor a span of its gold source", stands),
    ("its evidence is not in its gold source", proven),
)
