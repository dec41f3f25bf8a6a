"""What tesseract saw on a page, in the order in which it is read and in the sizes that a person would tell apart."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean, median
from xml.etree.ElementTree import Element

from retrieval.readers.layout import Word
from retrieval.readers.source import Source
from retrieval.readers.xmltree import parse

_BOX = re.compile(r"bbox (-?\d+) (-?\d+) (-?\d+) (-?\d+)")
_SIZE = re.compile(r"x_size ([\d.]+)")
_SURE = re.compile(r"x_wconf ([\d.]+)")
_LINES = ("ocr_line", "ocr_header", "ocr_caption", "ocr_textfloat")
_BULLETS = frozenset("¢©®«»°*")  # what a dot before an item is taken for
_LEAST_SURE = 40  # per cent, over a line: below, it is a drawing and not writing
_STEPS = 4  # to the size of the text: what differs by less than a quarter is one size, seen badly
_TEXT = 10.0  # points that the text of every page counts as, so that headings are alike on all of them
_ALIGNED = 0.7  # of the lines of two blocks, in a table
_FILLED = 0.75  # of the width of its block that a line takes; in prose it takes more


@dataclass(frozen=True)
class _Line:
    words: tuple[tuple[str, float, float], ...]  # text, left, right
    left: float
    top: float
    right: float
    bottom: float
    size: float

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2


_Block = list[_Line]


def words_in(source: Source, page: bytes, scale: float) -> tuple[Word, ...]:
    """From the page of hOCR that tesseract wrote; `scale` is how many of its dots make a point."""
    areas = (area for area in parse(source, page).iter() if area.get("class") == "ocr_carea")
    blocks = [block for area in areas if (block := [line for each in area.iter() if (line := _line(each, scale))])]
    lines = [line for block in _tables_joined(blocks) for line in block]
    usual = _usual(lines)
    return tuple(word for line in lines for word in _placed(line, usual))


def _line(element: Element, scale: float) -> _Line | None:
    """None: no line, or a drawing."""
    if element.get("class") not in _LINES:
        return None
    title = element.get("title", "")
    left, top, right, bottom = _box(title, scale)
    size = _SIZE.search(title)
    words = [word for word in element.iter() if word.get("class") == "ocrx_word" and "".join(word.itertext()).strip()]
    if not words or fmean(_sure(word) for word in words) < _LEAST_SURE:
        return None
    placed = [("".join(word.itertext()).strip(), *_box(word.get("title", ""), scale)[::2]) for word in words]
    if placed[0][0] in _BULLETS:
        placed[0] = ("•", *placed[0][1:])
    return _Line(tuple(placed), left, top, right, bottom, float(size[1]) / scale if size else bottom - top)


def _box(title: str, scale: float) -> tuple[float, float, float, float]:
    found = _BOX.search(title)
    left, top, right, bottom = (int(number) / scale for number in found.groups()) if found else (0.0, 0.0, 0.0, 0.0)
    return left, top, right, bottom


def _sure(word: Element) -> float:
    found = _SURE.search(word.get("title", ""))
    return float(found[1]) if found else 0.0


def _tables_joined(blocks: Sequence[_Block]) -> list[_Block]:
    """The columns of a table are read across, though each was seen as a block; columns of prose are read down."""
    groups: list[_Block] = []
    for block in blocks:
        beside = next((group for group in groups if _are_columns(group, block)), None)
        if beside is None:
            groups.append(list(block))
        else:
            beside += block
            beside.sort(key=lambda line: line.middle)
    return groups


def _are_columns(left: _Block, right: _Block) -> bool:
    near = [line for line in left if right[0].top - 1 < line.middle < right[-1].bottom + 1]
    if not near or min(line.left for line in right) < max(line.right for line in near):
        return False
    width = max(line.right for line in near) - min(line.left for line in near)
    filled = median([(line.right - line.left) / max(width, 1.0) for line in near])
    aligned = sum(any(abs(a.middle - b.middle) < 0.3 * a.size for a in near) for b in right)
    return aligned >= _ALIGNED * min(len(near), len(right)) and (filled < _FILLED or len(near) == 1)


def _usual(lines: Sequence[_Line]) -> float:
    """The size of most of the text."""
    letters = [line.size for line in lines for text, _, _ in line.words for _ in text]
    return median(letters) if letters else 1.0


def _placed(line: _Line, usual: float) -> list[Word]:
    """All words of a line get its height and size, so that the letters in one do not make it a heading."""
    size = _TEXT * max(1, round(line.size / usual * _STEPS)) / _STEPS
    return [Word(text, left, right, line.top, line.bottom, size) for text, left, right in line.words]
