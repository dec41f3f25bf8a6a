"""Fakes with meaning: what they do can be predicted by eye. Only models are faked, never what is under test."""

from __future__ import annotations

import math
import zlib
from collections.abc import Iterator, Sequence

import numpy as np

from assistant.format import Message
from assistant.language import Constraint
from retrieval import Vectors, terms

DIMENSION = 512


class WordEncoder:
    """A text points where its words do, each word in a direction of its own: cosine is the share of common words."""

    identity = "words-1"
    dimension = DIMENSION
    limit = 256

    def measure(self, texts: Sequence[str]) -> list[int]:
        return [len(text.split()) + 2 for text in texts]

    def encode(self, texts: Sequence[str]) -> Vectors:
        vectors = np.zeros((len(texts), DIMENSION), dtype=np.float32)
        for row, text in enumerate(texts):
            for word in terms(text):
                vectors[row, zlib.crc32(word.encode()) % DIMENSION] += 1.0
            norm = float(np.linalg.norm(vectors[row]))
            vectors[row] /= norm or 1.0
        return vectors


class ScriptedModel:
    """A language model that prefers what it was told to prefer, as far as the constraint lets it."""

    name = "scripted"

    @property
    def identity(self) -> tuple[str, ...]:
        return (self.name, self.label, self.answer)

    def __init__(self, label: str = "1", answer: str = "") -> None:
        self.label = label
        self.answer = answer
        self.prompts: list[Sequence[Message]] = []

    def count(self, messages: Sequence[Message]) -> int:
        return sum(len(message["content"].split()) for message in messages)

    def weigh(self, messages: Sequence[Message], begun: str, labels: Sequence[str]) -> list[float]:
        self.prompts.append(messages)
        rest = 0.1 / max(len(labels) - 1, 1)
        return [math.log(0.9 if label == self.label else rest) for label in labels]

    def write(self, messages: Sequence[Message], begun: str, constraint: Constraint, most: int) -> Iterator[str]:
        """The scripted answer letter by letter; where it leaves the constraint, nothing more."""
        written = b""
        for letter in " " + self.answer:
            if not any(rest.startswith(letter.encode()) for rest in constraint.rests(written)):
                return
            written += letter.encode()
            yield letter
