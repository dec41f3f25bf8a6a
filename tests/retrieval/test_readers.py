"""What holds for every reader, whatever the format."""

from __future__ import annotations

import json
import os
import unicodedata
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from docx import Document as new_word

from retrieval.errors import ReadError
from retrieval.folder import read_folder
from retrieval.nouns import Document
from retrieval.readers import can_read, read, read_with_problems
from retrieval.readers.source import FAMILIES
from tests.retrieval.pages import Mark, Text, grid, paragraph, pdf

SENTENCE = "The warranty lasts 24 months from delivery, in Zürich too."
MARKDOWN = f"""# Warranty

## Duration

{SENTENCE}

- Boiler
- Pump

| Part | Price |
|---|---|
| Boiler | 120 EUR |
| Pump | 40 EUR |
"""
HTML = f"""<html><head><title>Warranty | Shop</title></head><body><h1>Warranty</h1><h2>Duration</h2><p>{SENTENCE}</p>
<ul><li>Boiler</li><li>Pump</li></ul><table><tr><th>Part</th><th>Price</th></tr>
<tr><td>Boiler</td><td>120 EUR</td></tr><tr><td>Pump</td><td>40 EUR</td></tr></table></body></html>"""
TEXT = (
    f"Warranty\n========\n\nDuration\n--------\n\n{SENTENCE.replace(' from', chr(10) + 'from')}\n\n* Boiler\n* Pump\n"
)
CSV = f"Part,Price,Note\nBoiler,120 EUR,{SENTENCE.replace(',', '')}\nPump,40 EUR,\n"
ROWS = ["Part: Boiler; Price: 120 EUR", "Part: Pump; Price: 40 EUR"]


def write_word(path: Path) -> None:
    word = new_word()
    word.add_heading("Warranty", 1)
    word.add_heading("Duration", 2)
    word.add_paragraph(SENTENCE)
    for item in ("Boiler", "Pump"):
        word.add_paragraph(item, "List Bullet")
    table = word.add_table(rows=3, cols=2)
    for row, texts in zip(table.rows, (("Part", "Price"), ("Boiler", "120 EUR"), ("Pump", "40 EUR")), strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    word.save(str(path))


def write_pdf(path: Path) -> None:
    marks: list[Mark] = [Text(70, 780, "Warranty", 20), Text(70, 740, "Duration", 14), *paragraph(710, SENTENCE)]
    marks += [Text(72, 680, "•"), Text(90, 680, "Boiler"), Text(72, 664, "•"), Text(90, 664, "Pump")]
    marks += grid((70, 200, 330), (640, 620, 600, 580))
    for y, row in zip((626, 606, 586), (("Part", "Price"), ("Boiler", "120 EUR"), ("Pump", "40 EUR")), strict=True):
        marks += [Text(75, y, row[0]), Text(205, y, row[1])]
    path.write_bytes(pdf([marks]))


def write_records(path: Path) -> None:
    record = {"id": "w-1", "title": "Warranty", "text": SENTENCE, "team": "service"}
    path.write_text(json.dumps(record) + "\n", encoding="utf-8")


def writer_of(text: str) -> Callable[[Path], None]:
    return lambda path: (path.write_text(text, encoding="utf-8"), None)[1]


WRITERS: dict[str, Callable[[Path], None]] = {
    ".md": writer_of(MARKDOWN),
    ".html": writer_of(HTML),
    ".txt": writer_of(TEXT),
    ".csv": writer_of(CSV),
    ".tsv": writer_of(CSV.replace(",", "\t")),
    ".jsonl": write_records,
    ".docx": write_word,
    ".pdf": write_pdf,
}
STRUCTURED = (".md", ".html", ".docx", ".pdf")


@pytest.fixture(params=WRITERS)
def document(request: pytest.FixtureRequest, tmp_path: Path) -> Document:
    path = tmp_path / f"warranty{request.param}"
    WRITERS[request.param](path)
    (document,) = read(path, f"shop/{path.name}")
    return document


def text_of(document: Document, kind: str) -> list[str]:
    return [document.text[b.start : b.end] for b in document.blocks if b.kind == kind]


def check(document: Document) -> None:
    """The contract: what every Document promises."""
    text = document.text
    assert document.title.strip()
    assert text == unicodedata.normalize("NFC", text)
    assert not [c for c in text if unicodedata.category(c) in ("Cc", "Cs") and c not in "\n\t"]
    at = 0
    for number, block in enumerate(document.blocks):
        assert text[block.start : block.end].strip()
        assert block.start < block.end
        between = text[at : block.start]
        assert between == "" if number == 0 else between in ("\n", "\n\n")
        assert block.kind == "code" or "\n" not in text[block.start : block.end]
        assert (block.level > 0) == (block.kind == "heading")
        at = block.end
    assert at == len(text)
    assert document.blocks


def test_every_reader_keeps_the_contract(document: Document) -> None:
    check(document)


def test_every_reader_finds_the_sentence(document: Document) -> None:
    words = SENTENCE.replace(",", "") if document.media == "csv" else SENTENCE
    assert words in document.text


def test_title_comes_from_the_document(document: Document) -> None:
    assert document.title == "Warranty"


def test_id_is_the_file_or_the_record(document: Document) -> None:
    assert document.id == ("w-1" if document.media == "jsonl" else f"shop/{document.id.split('/')[1]}")


@pytest.mark.parametrize("suffix", STRUCTURED)
def test_structure_is_the_same_in_every_format(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"warranty{suffix}"
    WRITERS[suffix](path)
    (document,) = read(path, path.name)
    assert [(b.kind, b.level) for b in document.blocks] == [
        ("heading", 1),
        ("heading", 2),
        ("paragraph", 0),
        ("item", 0),
        ("item", 0),
        ("row", 0),
        ("row", 0),
    ]
    assert text_of(document, "heading") == ["Warranty", "Duration"]
    assert text_of(document, "item") == ["Boiler", "Pump"]
    assert text_of(document, "row") == ROWS
    assert {b.page for b in document.blocks} == ({1} if suffix == ".pdf" else {None})


def test_can_read_goes_by_suffix() -> None:
    assert all(can_read(Path(f"a{suffix}")) for suffix in FAMILIES)
    assert can_read(Path("A.PDF"))
    assert not can_read(Path("a.xls"))


# ------------------------------------------------------------------------------ files that are off


@pytest.mark.parametrize("suffix", WRITERS)
def test_an_empty_file_is_named(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"a{suffix}"
    path.write_bytes(b" \n")
    with pytest.raises(ReadError, match=f"a{suffix} is empty"):
        read(path, path.name)


@pytest.mark.parametrize("suffix", WRITERS)
def test_a_large_file_is_refused_with_the_limit(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"a{suffix}"
    WRITERS[suffix](path)
    with pytest.raises(ReadError, match=r"bytes; the limit is 40\. Split"):
        read(path, path.name, max_bytes=40)


@pytest.mark.parametrize(
    ("name", "data", "problem"),
    [
        ("a.txt", b"%PDF-1.7\n%rest", "looks like PDF, not text. Rename it to a.pdf"),
        ("a.pdf", b"\x89PNG\r\n\x1a\n", "looks like a PNG picture, not PDF"),
        ("a.md", b"<!DOCTYPE html><p>Hello", "looks like HTML, not Markdown. Rename it to a.html"),
        ("a.csv", b"<html><p>Sign in", "looks like HTML, not a table"),
        ("a.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rest", "old or password-protected Office file"),
        ("a.pdf", b"just some words", "a.pdf is damaged, or not PDF"),
        ("a.docx", b"PK\x03\x04 cut short", "a.docx is damaged, or not Word"),
        ("a.html", b"\x1f\x8b\x08\x00", "a gzip archive"),
    ],
)
def test_a_suffix_that_lies_is_told(name: str, data: bytes, problem: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(ReadError) as raised:
        read(path, name)
    assert problem in str(raised.value)


def test_a_workbook_called_docx_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
    with pytest.raises(ReadError, match="looks like an Excel workbook, not Word"):
        read(path, "a.docx")


def test_html_in_a_text_file_is_text(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("<html> is where a page begins.", encoding="utf-8")
    assert "<html> is where" in read(path, "a.txt")[0].text


def test_missing_files_and_folders_are_told(tmp_path: Path) -> None:
    folder = tmp_path / "folder.md"
    folder.mkdir()
    assert "is a folder" in str(read_with_problems(folder, "folder.md")[1][0])
    assert "no longer there" in str(read_with_problems(tmp_path / "gone.md", "gone.md")[1][0])
    assert "no reader for .xyz" in str(read_with_problems(tmp_path / "a.xyz", "a.xyz")[1][0])


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.txt")
    with pytest.raises(ReadError, match="a device or a pipe"):
        read(tmp_path / "a.txt", "a.txt")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_forbidden_file_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("secret", encoding="utf-8")
    path.chmod(0)
    with pytest.raises(ReadError, match="may not be read"):
        read(path, "a.txt")


# ---------------------------------------------------------------------------------------- folders


def test_a_folder_is_read_in_order_and_problems_are_named(tmp_path: Path) -> None:
    outside = tmp_path / "outside.txt"
    outside.write_text("Not yours.", encoding="utf-8")
    folder = tmp_path / "documents"
    (folder / "b" / ".git").mkdir(parents=True)
    (folder / "b" / "two.md").write_text("# Two\n\nText.", encoding="utf-8")
    (folder / "b" / ".git" / "hidden.md").write_text("# Hidden", encoding="utf-8")
    (folder / "a.txt").write_text("One line of text.", encoding="utf-8")
    (folder / ".hidden.md").write_text("# Hidden", encoding="utf-8")
    (folder / "data.xyz").write_text("?", encoding="utf-8")
    (folder / "empty.md").write_text("", encoding="utf-8")
    (folder / "link.txt").symlink_to(outside)
    documents, problems = read_folder(folder)
    assert [d.id for d in documents] == ["a.txt", "b/two.md"]
    named = " ".join(str(problem) for problem in problems)
    assert len(problems) == 3
    assert "no reader for .xyz" in named
    assert "empty.md is empty" in named
    assert "link.txt leads out of the folder" in named


def test_an_id_that_is_taken_is_a_problem(tmp_path: Path) -> None:
    for name in ("a.jsonl", "b.jsonl"):
        (tmp_path / name).write_text('{"id": "one", "text": "Some text."}\n', encoding="utf-8")
    documents, problems = read_folder(tmp_path)
    assert len(documents) == 1
    assert 'b.jsonl: another file already has the id "one"' in str(problems[0])


def test_a_folder_that_is_gone_is_a_problem(tmp_path: Path) -> None:
    documents, problems = read_folder(tmp_path / "gone")
    assert not documents
    assert "cannot be listed" in str(problems[0])
