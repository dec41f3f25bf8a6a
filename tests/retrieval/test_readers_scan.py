"""Pages that are pictures: read by OCR where the machine has it, named where not. And where on a page a quote is."""

from __future__ import annotations

import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

import pypdfium2
import pytest

from retrieval.errors import ReadError
from retrieval.nouns import Document
from retrieval.readers import hocr, read_with_problems, scan
from retrieval.readers.highlights import Box, highlights
from retrieval.readers.source import Source
from tests.retrieval.pages import Mark, Stroke, Text, grid, paragraph, pdf
from tests.retrieval.test_readers import check

DOTS = 150  # an inch


@dataclass(frozen=True)
class Picture(Text):
    """Grey values over the whole page."""

    width: int = 2
    height: int = 2
    grey: bytes = b"\x00\xff\xff\x00"

    def drawn(self) -> str:
        size = f"/W {self.width} /H {self.height} /BPC 8 /CS /G /F /AHx"
        return f"q 595 0 0 842 0 0 cm BI {size} ID {self.grey.hex()}> EI Q"


def scanned(*marks: Mark) -> Picture:
    """A page as a scanner sees it."""
    page = pypdfium2.PdfDocument(pdf([marks]))[0]
    bitmap = page.render(scale=DOTS / 72, grayscale=True)
    rows = bytes(bitmap.buffer)
    grey = b"".join(rows[y * bitmap.stride : y * bitmap.stride + bitmap.width] for y in range(bitmap.height))
    return Picture(0, 0, "", width=bitmap.width, height=bitmap.height, grey=grey)


PICTURE = Picture(0, 0, "")
TEXT: list[Mark] = paragraph(700, "Words that are there already.")


def read(folder: Path, *pages: list[Mark]) -> tuple[list[Document], list[str]]:
    path = folder / "a.pdf"
    path.write_bytes(pdf(pages))
    documents, problems = read_with_problems(path, path.name)
    for document in documents:
        check(document)
    return documents, [str(problem) for problem in problems]


def line(text: str, top: int, size: float = 40, left: int = 300, sure: int = 95) -> str:
    """As tesseract writes it, at 300 dots an inch."""
    words, at = [], left
    for word in text.split():
        box = f"bbox {at} {top} {at + 20 * len(word)} {top + 40}"
        words.append(f"<span class='ocrx_word' title='{box}; x_wconf {sure}'>{word}</span>")
        at += 20 * len(word) + 10
    title = f"bbox {left} {top} {at} {top + 40}; baseline 0 0; x_size {size}"
    return f'<span class="ocr_line" title="{title}">{"".join(words)}</span>'


def page_of(*blocks: list[str]) -> str:
    areas = "".join(f"<div class='ocr_carea'><p>{''.join(lines)}</p></div>" for lines in blocks)
    head = '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" "http://www.w3.org/TR/xhtml1.dtd">'
    return f'<?xml version="1.0"?>{head}<html xmlns="http://www.w3.org/1999/xhtml"><body>{areas}</body></html>'


def install(folder: Path, monkeypatch: pytest.MonkeyPatch, body: str) -> None:
    """A tesseract of our own, whose body is Python."""
    program = folder / "bin" / "tesseract"
    program.parent.mkdir()
    languages = "if '--list-langs' in sys.argv: print('Languages:\\nosd\\neng\\ndeu\\nfra\\nspa'); sys.exit()"
    program.write_text(f"#!{sys.executable} -IS\nimport sys, time\n{languages}\n{body}\n", encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:/usr/bin:/bin")


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A machine without OCR."""
    monkeypatch.setenv("PATH", str(tmp_path))


# ------------------------------------------------------------------------------------ without OCR


@pytest.mark.usefixtures("bare")
def test_pictures_among_pages_are_named(tmp_path: Path) -> None:
    documents, problems = read(tmp_path, TEXT, [PICTURE], [], [PICTURE], [PICTURE])
    assert documents[0].text == "Words that are there already."
    assert problems == [
        "a.pdf: pages 2, 4-5 are pictures without a text layer. "
        "Run OCR on it (for example ocrmypdf), or install tesseract, and sync again."
    ]
    assert "a.pdf: page 1 is a picture without" in read(tmp_path, [PICTURE], TEXT)[1][0]


@pytest.mark.usefixtures("bare")
def test_a_file_of_pictures_alone_cannot_be_read(tmp_path: Path) -> None:
    documents, problems = read(tmp_path, [PICTURE], [PICTURE])
    assert not documents
    assert "a.pdf has 2 pages and no text layer. Run OCR on it" in problems[0]


@pytest.mark.usefixtures("bare")
def test_letters_drawn_as_paths_are_a_picture_too_and_a_few_lines_are_none(tmp_path: Path) -> None:
    outlines: list[Mark] = [Stroke(70 + n % 20, 600, 70 + n % 20, 601 + n) for n in range(220)]
    assert "page 2 is a picture" in read(tmp_path, TEXT, outlines)[1][0]
    assert read(tmp_path, TEXT, outlines[:5])[1] == []


# --------------------------------------------------------------------------------------- with OCR


def test_what_is_seen_becomes_headings_paragraphs_and_items(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = [line("The warranty lasts 24 months.", 500), line("¢ Boiler", 620), line("¢ Pump", 690)]
    seen = page_of([line("Duration", 300, size=62)], text, [line("~ .", 2000, sure=8)])
    install(tmp_path, monkeypatch, f"sys.stdin.buffer.read(); print({seen!r})")
    (document,), problems = read(tmp_path, TEXT, [PICTURE])
    assert not problems
    assert [(f"{b.kind}{b.level or ''}", document.text[b.start : b.end]) for b in document.blocks[1:]] == [
        ("heading1", "Duration"),
        ("paragraph", "The warranty lasts 24 months."),
        ("item", "Boiler"),
        ("item", "Pump"),
    ]
    assert [block.page for block in document.blocks] == [1, 2, 2, 2, 2]


def test_columns_of_a_table_are_read_across_and_columns_of_prose_down() -> None:
    def words(*blocks: list[str]) -> str:
        found = hocr.words_in(Source("a", Path("a"), b"x"), page_of(*blocks).encode(), 300 / 72)
        return " ".join(word.text for word in found)

    left = [line(text, 500 + 70 * n) for n, text in enumerate(("Part", "Boiler", "A pump of the larger kind"))]
    right = [line(text, 502 + 70 * n, left=1200) for n, text in enumerate(("Price", "120", "40"))]
    assert words(left, right) == "Part Price Boiler 120 A pump of the larger kind 40"
    prose = ["These lines fill their column", "as lines of prose always do,", "so they are read downwards."]
    columns = [[line(text, 500 + 70 * n, left=at) for n, text in enumerate(prose)] for at in (300, 1200)]
    assert words(*columns) == " ".join([*prose, *prose])


@pytest.mark.parametrize(("language", "asked"), [("de-DE", "deu"), (None, "deu+fra+spa"), ("ja", "deu+fra+spa")])
def test_the_languages_that_are_installed_are_asked_for(
    language: str | None, asked: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    echo = "data = sys.stdin.buffer.read()\nassert data.startswith(b'P5')\n"
    seen = page_of([line("LANGUAGE", 500)])
    install(tmp_path, monkeypatch, f"{echo}print({seen!r}.replace('LANGUAGE', sys.argv[sys.argv.index('-l') + 1]))")
    picture = scan.Picture(2, 2, bytes(4), 1.0)
    found = scan.words_on(Source("a", Path("a"), b"x"), picture, scan.engine() or "", language)
    assert [word.text for word in found] == [asked]


@pytest.mark.parametrize(("body", "seconds", "told"), [
    ("sys.exit('no such language')", 60, "(exit 1: no such language). Try it"),
    ("sys.stdin.buffer.read(); print('<html')", 60, "a.pdf is not well-formed XML"),
    ("time.sleep(60)", 0.5, "(it took longer than 0.5 s)"),
])  # fmt: skip
def test_a_page_on_which_it_fails_is_named(
    body: str, seconds: float, told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scan, "MAX_SECONDS", seconds)
    install(tmp_path, monkeypatch, body)
    documents, problems = read(tmp_path, TEXT, [PICTURE])
    assert len(documents) == 1
    assert problems[0].startswith("a.pdf, page 2: tesseract failed (")
    assert told in problems[0]


def test_more_pictures_than_the_limit_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scan, "MAX_PAGES", 1)
    install(tmp_path, monkeypatch, f"sys.stdin.buffer.read(); print({page_of([line('Seen.', 500)])!r})")
    documents, problems = read(tmp_path, [PICTURE], [PICTURE])
    assert documents[0].text == "Seen."
    assert problems[0].startswith("a.pdf: page 2 is a picture without a text layer; the limit is 1 a file.")


@pytest.mark.skipif(shutil.which("tesseract") is None, reason="tesseract is not installed")
def test_a_scanned_page_is_read(tmp_path: Path) -> None:
    marks: list[Mark] = [Text(70, 700, "Warranty", 22), *paragraph(650, "The boiler is covered for 24 months.")]
    (document,), problems = read(tmp_path, [scanned(*marks)])
    assert not problems
    assert document.title == "Warranty"
    assert "The boiler is covered for 24 months." in document.text


# ------------------------------------------------------------------------------------- highlights


def found(quote: str, *pages: list[Mark], page: int = 1) -> list[Box]:
    return highlights(Source("a.pdf", Path("a.pdf"), pdf(pages)), page, quote)


def test_a_quote_is_found_line_by_line_though_it_was_joined() -> None:
    marks = paragraph(700, "The boiler is covered by a war-", "ranty of 24 months. Not more.")
    first, second = found("covered by a warranty of 24 months.", marks)
    assert (first.page, second.page) == (1, 1)
    assert first.left > 0.2 > 0.12 > second.left
    assert first.top < first.bottom <= second.top < second.bottom
    assert 0.15 < first.top < 0.18
    assert found("covered by a guarantee", marks) == []
    assert found("", marks) == found("Words", marks, page=9) == []


def test_a_quote_goes_on_over_the_page() -> None:
    first, second = paragraph(80, "It begins at the end of a page"), paragraph(780, "and ends on the next.")
    boxes = found("It begins at the end of a page and ends on the next.", first, second)
    assert [box.page for box in boxes] == [1, 2]


def test_the_cells_of_a_row_are_found_in_their_row() -> None:
    marks = grid((70, 200, 330), (640, 620, 600, 580))
    for y, row in zip((626, 606, 586), (("Part", "Price"), ("Boiler", "120 EUR"), ("Pump", "120 EUR")), strict=True):
        marks += [Text(75, y, row[0]), Text(205, y, row[1])]
    boxes = found("Part: Pump; Price: 120 EUR", marks)
    assert len(boxes) == 2
    assert boxes[0].left < boxes[1].left
    assert abs(boxes[0].top - boxes[1].top) < 0.005
    assert boxes[0].top > (842 - 600) / 842


def test_a_page_that_cannot_be_opened_is_told() -> None:
    with pytest.raises(ReadError, match="is damaged"):
        highlights(Source("a.pdf", Path("a.pdf"), b"%PDF-1.4 no"), 1, "quote")
