"""The canonical text, written block after block by every reader.

Text is NFC, one line a block (code keeps its lines), without control characters. Rows of one table and
items of one list are a newline apart, other blocks an empty line. A table row reads `Header: value;
Header: value`; an item keeps its number but not its bullet.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from itertools import zip_longest

from retrieval.nouns import Block, BlockKind

# Not seen but read: controls, halves of surrogates, soft hyphens, zero-width spaces, marks that turn the
# direction of writing, tags. What a person cannot see must not reach a model either.
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u200b\u2060\u202a-\u202e\u2066-\u2069\ufeff\U000e0000-\U000e007f]"
)
_HALF = re.compile("[\ud800-\udfff]")
_LINE_END = re.compile("\r\n|[\r\x0b\x0c\x1c-\x1f\x85\u2028\u2029]")
_OTHER_SPACE = re.compile(r"[^\S\n\t ]")


LONGEST_HEADING = 500  # characters


def clean(text: str) -> str:
    """NFC with plain line ends, and nothing that cannot be seen."""
    plain = _UNSEEN.sub("", _LINE_END.sub("\n", text))
    return unicodedata.normalize("NFC", _HALF.sub("\ufffd", plain))


def tidy(text: str) -> str:
    """One line: every run of white space is a space."""
    return " ".join(clean(text).split())


def tidy_code(text: str) -> str:
    """White space kept, but for line ends and empty lines around it."""
    lines = [line.rstrip() for line in _OTHER_SPACE.sub(" ", clean(text)).split("\n")]
    return "\n".join(lines).strip("\n")


class Canvas:
    """Takes blocks in order; `text[block.start:block.end]` is exactly the block."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._blocks: list[Block] = []
        self._length = 0
        self._apart = False

    def add(self, kind: BlockKind, text: str, level: int = 0, page: int | None = None) -> None:
        body = tidy_code(text) if kind == "code" else tidy(text)
        if not body.strip():
            return
        if kind == "heading" and len(body) > LONGEST_HEADING:
            kind, level = "paragraph", 0  # every passage below it would carry it, and none quote it
        if self._blocks:
            self._write("\n" if self._follows(kind) else "\n\n")
        start = self._length
        self._write(body)
        self._blocks.append(Block(kind, start, self._length, level, page))
        self._apart = False

    def heading(self, text: str, level: int, page: int | None = None) -> None:
        self.add("heading", text, max(1, level), page)

    def row(self, header: Sequence[str], cells: Sequence[str], page: int | None = None) -> None:
        self.add("row", row_text(header, cells), page=page)

    def pour(self, other: Canvas, deeper: int = 0) -> None:
        """All that another canvas holds, its headings so many levels deeper."""
        text, at = other.text, 0
        for block in other._blocks:
            if block.start - at > 1:  # an empty line
                self.apart()
            level = block.level + deeper if block.kind == "heading" else 0
            self.add(block.kind, text[block.start : block.end], level, block.page)
            at = block.end
        self.apart()

    def apart(self) -> None:
        """What comes next belongs to another list or table."""
        self._apart = True

    @property
    def text(self) -> str:
        return "".join(self._pieces)

    @property
    def blocks(self) -> tuple[Block, ...]:
        """Headings without anything under them are all there is to read: they become paragraphs."""
        if all(block.kind == "heading" for block in self._blocks):
            return tuple(Block("paragraph", b.start, b.end, 0, b.page) for b in self._blocks)
        return tuple(self._blocks)

    def headings(self) -> Iterable[tuple[int, str]]:
        text = self.text
        return ((b.level, text[b.start : b.end]) for b in self._blocks if b.kind == "heading")

    def _follows(self, kind: BlockKind) -> bool:
        return kind in ("row", "item") and self._blocks[-1].kind == kind and not self._apart

    def _write(self, piece: str) -> None:
        self._pieces.append(piece)
        self._length += len(piece)


def row_text(header: Sequence[str], cells: Sequence[str]) -> str:
    """`Header: value; Header: value`, empty cells left out."""
    pairs = ((tidy(name), tidy(cell)) for name, cell in zip_longest(header, cells, fillvalue=""))
    return "; ".join(_cell_text(name, cell) for name, cell in pairs if cell)


def _cell_text(name: str, cell: str) -> str:
    name = name.removesuffix(":").rstrip()
    return f"{name}: {cell}" if name else cell
