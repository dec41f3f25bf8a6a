"""What people's own wording tells of a person is masked, as in what the Home stores; documents stay as they are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from assistant.personal import masked
from tuning.nouns import Example

ABOUT_A_PERSON = "it asks about personal data"


def unnamed(example: Example) -> Example:
    """The row without what its question, history and messages tell of a person."""
    return replace(
        example,
        question=masked(example.question),
        history=tuple(_masked(turn) for turn in example.history),
        messages=tuple(_masked(message) if message["role"] == "user" else message for message in example.messages),
    )


def is_about_a_person(example: Example) -> bool:
    """What the question names stands in a source or the answer: masked, it would ask for something else."""
    found: dict[str, str] = {}
    masked(example.question, found)
    told = [example.answer, *(source.text for source in example.sources)]
    return _among(found, told)


def _among(found: Iterable[str], texts: Iterable[str]) -> bool:
    said = " ".join(texts)
    return any(one in said for one in found)


def _masked(message: Mapping[str, str]) -> Mapping[str, str]:
    return {**message, "content": masked(message["content"])}


FILTERS = ((ABOUT_A_PERSON, lambda example: not is_about_a_person(example)),)
