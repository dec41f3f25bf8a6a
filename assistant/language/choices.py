"""The constraint of a decision: one of a few labels and nothing else."""

from __future__ import annotations

from collections.abc import Sequence


class OneOf:
    def __init__(self, options: Sequence[str]) -> None:
        self.options = tuple(options)
        self._written = [option.encode() for option in options]

    def rests(self, written: bytes) -> list[bytes]:
        rests = (option[len(written) :] for option in self._written if option.startswith(written))
        return [rest for rest in rests if rest]

    def may_end(self, written: bytes) -> bool:
        return written in self._written
