"""PDF files: the words and rules of every page as pypdfium2 sees them; what they mean is found in `flow`.

A page that is only a picture is read by OCR where the machine has it, and named where not.
"""

from __future__ import annotations

import ctypes
import math
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from itertools import islice
from typing import Any

from retrieval.errors import ReadError
from retrieval.readers import scan
from retrieval.readers.canvas import Canvas
from retrieval.readers.facts import Facts, finish, sensible_title
from retrieval.readers.flow import write_pages
from retrieval.readers.furniture import without_furniture
from retrieval.readers.layout import Page, Rule, Word
from retrieval.readers.source import Reading, Source

_ONE_AT_A_TIME = threading.Lock()  # pdfium is not made for threads
_REPAIR = "Open it in a PDF viewer, print it to a new PDF and sync again."
_BOLD = re.compile(r"bold|black|heavy|demi|cmbx|-bd\b", re.I)
_MONO = re.compile(r"mono|courier|cursor|consol|typewriter|cmtt|txtt|menlo|nimbusmon", re.I)
_HYPHENS = (0x02, 0xAD, 0xFFFE)  # what pdfium gives for a hyphen at the end of a line
_NO_CLOCK = "20000101"  # what ReportLab writes for the time when asked for the same bytes every time
_MOST_RULES = 5_000  # of a page; more of them draw a picture, not a table
_LEAST_PICTURE = 0.05  # of a page
_OUTLINES = 200  # paths
_MOST_PIXELS = 25_000_000  # of the picture of a page: A4 has nine million
_THIN = 2.0  # points
_SPACING = 0.25  # of the size: a gap that no space fills, but that a reader sees as one


def read(source: Source) -> Reading:
    pages, facts, pictures = _extract(source)
    problems: list[ReadError] = []
    if pictures:
        picture = partial(_picture, source)
        pages, problems = scan.with_words(source, pages, pictures, facts.language, picture)
    if not any(page.words for page in pages):
        count = "1 page" if len(pages) == 1 else f"{len(pages)} pages"
        raise ReadError(f"{source.id} has {count} and no text layer.", scan.REMEDY)
    canvas = Canvas()
    bodies, running = without_furniture(pages)
    write_pages(canvas, bodies)
    stated = Facts(facts.title, language=facts.language)
    return [finish(source, canvas, "pdf", stated, facts, running=running)], problems


def _extract(source: Source) -> tuple[list[Page], Facts, list[int]]:
    """The pages, what the file says of itself, and the numbers of pages that are only a picture."""
    with _opened(source) as pdf:
        found = [_page(pdf, number) for number in range(len(pdf))]
        pictures = [page.number for page, is_picture in found if is_picture]
        return [page for page, _ in found], _facts(pdf), pictures


def page_of(source: Source, number: int) -> Page:
    """A page with its words where they stand; without any, where there is no such page."""
    with _opened(source) as pdf:
        return _page(pdf, number - 1)[0] if 0 < number <= len(pdf) else Page(number, 1.0, 1.0, ())


@contextmanager
def _opened(source: Source) -> Iterator[Any]:
    import pypdfium2

    with _ONE_AT_A_TIME:
        try:
            pdf = pypdfium2.PdfDocument(source.data)
        except pypdfium2.PdfiumError as problem:
            if pypdfium2.raw.FPDF_GetLastError() == pypdfium2.raw.FPDF_ERR_PASSWORD:
                remedy = "Save it without a password and sync again."
                raise ReadError(f"{source.id} is protected by a password.", remedy) from problem
            raise ReadError(f"{source.id} is damaged: {problem}", _REPAIR) from problem
        try:
            yield pdf
        except pypdfium2.PdfiumError as problem:
            raise ReadError(f"{source.id} is damaged: {problem}", _REPAIR) from problem
        finally:
            pdf.close()


def _picture(source: Source, number: int) -> scan.Picture:
    """A page as it looks, fine enough to be read, and no larger than fits."""
    with _opened(source) as pdf:
        page = pdf[number - 1]
        width, height = page.get_size()
        scale = min(scan.DOTS / 72, math.sqrt(_MOST_PIXELS / max(1.0, width * height)))
        bitmap = page.render(scale=scale, grayscale=True)
        rows, stride = bytes(bitmap.buffer), bitmap.stride
        grey = b"".join(rows[y * stride : y * stride + bitmap.width] for y in range(bitmap.height))
        found = scan.Picture(bitmap.width, bitmap.height, grey, scale)
        bitmap.close()
        page.close()
    return found


def _facts(pdf: Any) -> Facts:
    from pypdfium2 import raw

    metadata = pdf.get_metadata_dict()
    stamps = (metadata.get(key) or "" for key in ("ModDate", "CreationDate"))
    days = (match[1] for stamp in stamps if (match := re.match(r"(?:D:)?(\d{8})", stamp)))
    day = next((day for day in days if day != _NO_CLOCK), None)
    buffer = ctypes.create_string_buffer(64)
    size = raw.FPDFCatalog_GetLanguage(pdf, ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort)), 64)
    language = buffer.raw[: max(0, min(size, 64) - 2)].decode("utf-16-le", "ignore")
    date = f"{day[:4]}-{day[4:6]}-{day[6:]}" if day else None
    return Facts(sensible_title(metadata.get("Title")), date, language=language or None)


class _Turn:
    """From the page's coordinates, up from the bottom left, to what a reader sees, down from the top left."""

    def __init__(self, page: Any) -> None:
        self._left, self._bottom, self._right, self._top = page.get_cropbox()
        self.angle = page.get_rotation()

    @property
    def size(self) -> tuple[float, float]:
        width, height = self._right - self._left, self._top - self._bottom
        return (height, width) if self.angle in (90, 270) else (width, height)

    def box(self, left: float, bottom: float, right: float, top: float) -> tuple[float, float, float, float]:
        """x0, x1, top, bottom."""
        match self.angle:
            case 90:
                return bottom - self._bottom, top - self._bottom, left - self._left, right - self._left
            case 180:
                return self._right - right, self._right - left, bottom - self._bottom, top - self._bottom
            case 270:
                return self._top - top, self._top - bottom, self._right - right, self._right - left
            case _:
                return left - self._left, right - self._left, self._top - top, self._top - bottom


def _page(pdf: Any, number: int) -> tuple[Page, bool]:
    """And whether it is only a picture."""
    page = pdf[number]
    turn = _Turn(page)
    text = page.get_textpage()
    words = tuple(word for word in _words(text, turn) if word.text)
    rules = tuple(_rules(page, turn))
    is_picture = not words and _shows_picture(page, turn)
    text.close()
    page.close()
    return Page(number + 1, *turn.size, words, rules), is_picture


def _shows_picture(page: Any, turn: _Turn) -> bool:
    """A picture that is more than an ornament, or so many paths that they may be the outlines of letters."""
    from pypdfium2 import raw

    least = _LEAST_PICTURE * turn.size[0] * turn.size[1]
    boxes = [turn.box(*found.get_bounds()) for found in page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=3)]
    paths = islice(page.get_objects(filter=[raw.FPDF_PAGEOBJ_PATH], max_depth=3), _OUTLINES)
    large = any((x1 - x0) * (bottom - top) >= least for x0, x1, top, bottom in boxes)
    return large or sum(1 for _ in paths) == _OUTLINES


def _words(text: Any, turn: _Turn) -> Iterator[Word]:
    """Runs of letters without a space or a gap between them; what is written aslant is left out."""
    letters: list[str] = []
    first, right, box = 0, 0.0, (0.0, 0.0, 0.0, 0.0)
    for index, letter, place in _letters(text, turn):
        height = box[3] - box[2]
        near = place is not None and abs(place[3] - box[3]) < 0.5 * height
        joins = near and place is not None and -height < place[0] - right < _SPACING * height
        if letters and not joins:
            yield from _word(text, turn, "".join(letters), first, box)
            letters = []
        if place is None:
            continue
        if not letters:
            first, box = index, place
        letters.append(letter)
        right = place[1]
        box = (min(box[0], place[0]), max(box[1], place[1]), min(box[2], place[2]), max(box[3], place[3]))
    if letters:
        yield from _word(text, turn, "".join(letters), first, box)


def _letters(text: Any, turn: _Turn) -> Iterator[tuple[int, str, tuple[float, float, float, float] | None]]:
    """Every letter with its box; None: white space."""
    from pypdfium2 import raw

    box = raw.FS_RECTF()
    handle = text.raw
    for index in range(text.count_chars()):
        code = raw.FPDFText_GetUnicode(handle, index)
        letter = "-" if code in _HYPHENS else chr(code) if code < 0x110000 else "\ufffd"
        if code == 0 or letter.isspace() or not raw.FPDFText_GetLooseCharBox(handle, index, box):
            yield index, letter, None
        else:
            yield index, letter, turn.box(box.left, box.bottom, box.right, box.top)


def _word(text: Any, turn: _Turn, letters: str, index: int, box: tuple[float, float, float, float]) -> Iterator[Word]:
    from pypdfium2 import raw

    matrix, name, flags = raw.FS_MATRIX(), ctypes.create_string_buffer(128), ctypes.c_int()
    raw.FPDFText_GetMatrix(text.raw, index, matrix)
    angle = math.degrees(math.atan2(matrix.b, matrix.a)) - turn.angle
    if abs((angle + 180) % 360 - 180) > 10:
        return
    raw.FPDFText_GetFontInfo(text.raw, index, name, 128, flags)
    font = name.value.decode("utf-8", "replace")
    size = raw.FPDFText_GetFontSize(text.raw, index) * math.hypot(matrix.c, matrix.d)
    bold = bool(_BOLD.search(font)) or raw.FPDFText_GetFontWeight(text.raw, index) >= 600
    mono = bool(flags.value & 1) or bool(_MONO.search(font))
    yield Word(letters, *box, round(size, 1) or 1.0, bold, mono)


def _rules(page: Any, turn: _Turn) -> Iterator[Rule]:
    """Straight lines, thin boxes, and the sides of boxes."""
    from pypdfium2 import PdfiumError, raw

    for number, path in enumerate(page.get_objects(filter=[raw.FPDF_PAGEOBJ_PATH], max_depth=3)):
        if number >= _MOST_RULES:
            return
        try:
            x0, x1, top, bottom = turn.box(*path.get_bounds())
        except PdfiumError:  # a path without points has no bounds, and draws nothing
            continue
        if x1 - x0 <= _THIN or bottom - top <= _THIN:
            yield Rule(x0, x1, top, bottom)
        elif raw.FPDFPath_CountSegments(path) <= 6:
            yield from (Rule(x0, x1, top, top), Rule(x0, x1, bottom, bottom))
            yield from (Rule(x0, x0, top, bottom), Rule(x1, x1, top, bottom))
