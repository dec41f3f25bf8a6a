"""Presentations (.pptx): a slide is a page. Its title is a heading; under it its text, tables, charts and notes.

Hidden slides are left out, and so is what stands on every slide: footer, date, number.
"""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from retrieval.errors import ReadError
from retrieval.nouns import Document
from retrieval.readers.canvas import Canvas, tidy
from retrieval.readers.facts import Facts, finish, readable, sensible_title
from retrieval.readers.package import Package, damaged
from retrieval.readers.slidexml import A, Bullets, C, P, chart_rows, diagram_words
from retrieval.readers.source import Source
from retrieval.readers.table import Cell, lay_out, write_table

if TYPE_CHECKING:
    from pptx.presentation import Presentation

_TEMPLATE_YEAR = 2013  # python-pptx stamps what it makes with the date of its template
_TITLES = ("title", "ctrTitle")
_FURNITURE = ("ftr", "dt", "sldNum", "hdr")


def read(source: Source) -> Document:
    try:
        Package(source).check_xml()
        deck = _open(source)
        writer = _Writer(source)
        for number, slide in enumerate(deck.slides, start=1):
            if slide._element.get("show") not in ("0", "false"):
                writer.write(slide, number)
        facts = _properties(deck)
    except ReadError:
        raise
    except Exception as problem:  # a damaged part fails anywhere in zipfile, python-pptx or lxml
        raise damaged(source, problem) from problem
    title = writer.title or facts.title or readable(source.path.stem, source.id)
    stated = Facts(title, language=facts.language or writer.language())
    return finish(source, writer.canvas, "pptx", stated, facts, running=writer.running())


def _open(source: Source) -> Presentation:
    from pptx import Presentation as open_deck

    return open_deck(io.BytesIO(source.data))


def _properties(deck: Presentation) -> Facts:
    core = deck.core_properties
    stamp = core.modified or core.created
    date = stamp.date().isoformat() if stamp and stamp.year != _TEMPLATE_YEAR else None
    title = sensible_title(core.title)
    return Facts(None if title == "PowerPoint Presentation" else title, date, tidy(core.version) or None, core.language)


class _Writer:
    def __init__(self, source: Source) -> None:
        self.canvas = Canvas()
        self.title: str | None = None
        self._source = source
        self._slide = Canvas()  # what stands on the slide that is being read
        self._level = 2  # of the next slide
        self._page = 0
        self._languages: Counter[str] = Counter()
        self._running: Counter[str] = Counter()

    def write(self, slide: Any, page: int) -> None:
        self._page, self._slide = page, Canvas()
        heading = slide.shapes.title
        for shape in _shapes(slide.shapes):
            self._shape(shape, slide)
        if slide.has_notes_slide and slide.notes_slide.notes_text_frame is not None:
            self._notes(slide.notes_slide.notes_text_frame)
        self._heading(slide, tidy(heading.text_frame.text) if heading is not None else "")
        self.canvas.pour(self._slide)
        self._languages.update(run.get("lang") for run in slide._element.iter(f"{A}rPr") if run.get("lang"))

    def language(self) -> str | None:
        """Of most of what was written."""
        return max(self._languages, key=lambda tag: self._languages[tag], default=None)

    def running(self) -> list[str]:
        return list(self._running)[:8]

    def _heading(self, slide: Any, title: str) -> None:
        """The deck's own title, that of a section, or one below it; a slide without one is known by its number."""
        kinds = {place.get("type") for place in slide._element.iter(f"{P}ph")}
        opens = "ctrTitle" in kinds and self._page == 1
        section = slide.slide_layout._element.get("type") == "secHead"
        if title or self._slide.blocks:
            level = 1 if opens else 2 if section else self._level
            self.canvas.heading(title or f"Slide {self._page}", level, self._page)
        self._level = 3 if section else self._level
        self.title = self.title or (title if self._page == 1 else None)

    def _shape(self, shape: Any, slide: Any) -> None:
        kind = _kind(shape)
        if kind in _TITLES:
            return
        if kind in _FURNITURE:
            self._running.update([tidy(shape.text_frame.text)] if shape.has_text_frame else [])
        elif shape.has_text_frame:
            self._text(shape, slide)
        elif getattr(shape, "has_table", False):
            self._table(shape.table)
        elif getattr(shape, "has_chart", False):
            self._chart(shape.chart)
        else:
            self._slide.apart()
            for words in diagram_words(shape._element, slide, self._source):
                self._slide.add("item", words, page=self._page)

    def _text(self, shape: Any, slide: Any) -> None:
        bullets = Bullets(shape, slide)
        self._slide.apart()
        for paragraph in shape.text_frame.paragraphs:
            text = tidy(paragraph.text)
            before = bullets.before(paragraph._p) if text else None
            if before is None:
                self._slide.add("paragraph", text, page=self._page)
            else:
                self._slide.add("item", before + text, page=self._page)

    def _table(self, table: Any) -> None:
        top = max((cell.span_height for cell in table.rows[0].cells), default=1) if table.first_row else 0
        rows = [
            [
                Cell(tidy(cell.text_frame.text), number < top, cell.span_width, cell.span_height)
                for cell in row.cells
                if not cell.is_spanned
            ]
            for number, row in enumerate(table.rows)
        ]
        write_table(self._slide, lay_out(rows), self._page, headless=not top)

    def _chart(self, chart: Any) -> None:
        space = chart._chartSpace
        title = space.find(f"{C}chart/{C}title")
        if title is not None:
            self._slide.add("paragraph", "".join(text.text or "" for text in title.iter(f"{A}t")), page=self._page)
        header, rows = chart_rows(space)
        self._slide.apart()
        for row in rows:
            self._slide.row(header, row, self._page)

    def _notes(self, frame: Any) -> None:
        for paragraph in frame.paragraphs:
            self._slide.add("paragraph", paragraph.text, page=self._page)


def _shapes(shapes: Any) -> Iterator[Any]:
    """In reading order, those in groups too."""
    for shape in shapes:
        inner = getattr(shape, "shapes", None)
        if inner is None:
            yield shape
        else:
            yield from _shapes(inner)


def _kind(shape: Any) -> str | None:
    """Of a placeholder: what the layout keeps the place for."""
    place = shape._element.find(f".//{P}nvPr/{P}ph")
    return None if place is None else place.get("type", "obj")
