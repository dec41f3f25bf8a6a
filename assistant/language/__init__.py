"""Language models behind one face: weigh labels in one pass, write under a constraint, tell in prose."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from assistant.format import Message
from assistant.prose import Frame


class Constraint(Protocol):
    """What may be written, in bytes of decoded text and not in tokens, whose borders mean nothing."""

    def rests(self, written: bytes) -> list[bytes]:
        """What may still follow `written`, each as far as it goes."""
        ...

    def may_end(self, written: bytes) -> bool: ...


class LanguageModel(Protocol):
    @property
    def name(self) -> str: ...

    @property
    def identity(self) -> tuple[str, ...]:
        """All that its numbers depend on besides the prompt."""
        ...

    def count(self, messages: Sequence[Message]) -> int:
        """How many tokens the prompt has."""
        ...

    def weigh(self, messages: Sequence[Message], begun: str, labels: Sequence[str]) -> list[float] | None:
        """Log-probability of each label after the answer's beginning, whole labels, normalised over them.

        None where it tells no probabilities: then it is asked to write a label.
        """
        ...

    def write(self, messages: Sequence[Message], begun: str, constraint: Constraint, most: int) -> Iterator[str]:
        """The likeliest continuation within the constraint, token by token, until its line ends."""
        ...


class ProseModel(LanguageModel, Protocol):
    def tell(self, messages: Sequence[Message], begun: str, frame: Frame, most: int) -> Iterator[str]:
        """How the answer goes on after its beginning, as it comes, until the model ends it.

        Where it can hold the model to the frame it does; whoever reads it checks it all the same.
        """
        ...
