"""A question and a passage as one row of tokens: the question, then title and headings, then the text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from retrieval.nouns import Passage
from retrieval.split import header

LONGEST = 384  # tokens of both
LONGEST_QUESTION = 64
PASSAGE = 1  # the second of the two sequences


@dataclass(frozen=True)
class Pair:
    ids: tuple[int, ...]
    kinds: tuple[int, ...]  # 0 for the question, 1 for the passage
    first: int  # the token with which the text begins
    places: tuple[tuple[int, int], ...]  # in Passage.text, of the tokens from there on

    @property
    def width(self) -> int:
        return len(self.ids)


class Pairing:
    def __init__(self, folder: Path) -> None:
        from tokenizers import Tokenizer

        self._pairs: Any = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._pairs.no_padding()
        self._pairs.enable_truncation(LONGEST, strategy="only_second")
        self._alone: Any = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._alone.no_padding()
        self._alone.enable_truncation(LONGEST_QUESTION)

    def pairs(self, question: str, passages: Sequence[Passage]) -> list[Pair]:
        asked = self._fitting(question)
        heads = [f"{header(passage)}\n" for passage in passages]
        rows = [(asked, head + passage.text) for head, passage in zip(heads, passages, strict=True)]
        found = self._pairs.encode_batch(rows)
        return [_pair(one, len(head)) for one, head in zip(found, heads, strict=True)]

    def _fitting(self, question: str) -> str:
        """Of a very long question the beginning: a passage must have room beside it."""
        places = self._alone.encode(question).offsets
        return question[: max((end for _, end in places), default=0)]


def _pair(encoding: Any, skipped: int) -> Pair:
    ours = [
        place
        for place, (kind, (start, end)) in enumerate(zip(encoding.sequence_ids, encoding.offsets, strict=True))
        if kind == PASSAGE and start >= skipped and end > start
    ]
    first = ours[0] if ours else len(encoding.ids) - 1
    places = tuple((encoding.offsets[place][0] - skipped, encoding.offsets[place][1] - skipped) for place in ours)
    return Pair(tuple(encoding.ids), tuple(encoding.type_ids), first, places)
