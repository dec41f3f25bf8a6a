from __future__ import annotations

import io
import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from docx import Document as new_word
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn

from retrieval.errors import ReadError
from retrieval.nouns import Document
from retrieval.readers import word as reader
from retrieval.readers.source import Source
from tests.retrieval.test_readers import check

W = nsdecls("w")


def saved(word: Any) -> bytes:
    file = io.BytesIO()
    word.save(file)
    return file.getvalue()


def read(data: bytes) -> Document:
    document = reader.read(Source("a.docx", Path("a.docx"), data))
    check(document)
    return document


def blocks(word: Any) -> list[tuple[str, str]]:
    document = read(saved(word))
    return [(f"{b.kind}{b.level or ''}", document.text[b.start : b.end]) for b in document.blocks]


def append(word: Any, xml: str) -> None:
    word.element.body.insert(len(word.element.body) - 1, parse_xml(xml))


def run(text: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def test_the_body_is_read_in_order() -> None:
    word = new_word()
    word.add_heading("Handbook", 0)
    word.add_heading("Leave", 1)
    word.add_paragraph("Before.")
    table = word.add_table(rows=2, cols=2)
    for cell, text in zip([c for r in table.rows for c in r.cells], ("Years", "Days", "0-2", "25"), strict=True):
        cell.text = text
    word.add_paragraph("After.")
    assert blocks(word) == [
        ("heading1", "Handbook"),
        ("heading1", "Leave"),
        ("paragraph", "Before."),
        ("row", "Years: 0-2; Days: 25"),
        ("paragraph", "After."),
    ]


def test_links_insertions_and_fields_are_kept_and_deletions_left_out() -> None:
    word = new_word()
    link = f'<w:hyperlink r:id="rId99">{run("the rules")}</w:hyperlink>'
    tracked = f"""<w:ins w:id="1" w:author="a">{run(" now")}</w:ins>
        <w:del w:id="2" w:author="a"><w:r><w:delText>gone</w:delText></w:r></w:del>
        <w:moveFrom w:id="3" w:author="a">{run("moved")}</w:moveFrom>"""
    field = f'<w:fldSimple w:instr="DATE">{run(" today")}</w:fldSimple>'
    hidden = run("hidden", "<w:vanish/>")
    signs = "<w:r><w:tab/><w:t>a</w:t><w:br/><w:t>b</w:t><w:noBreakHyphen/><w:t>c</w:t></w:r>"
    append(word, f"<w:p {W} {nsdecls('r')}>{run('See ')}{link}{tracked}{field}{hidden}{signs}</w:p>")
    assert blocks(word) == [("paragraph", "See the rules now today a b-c")]


def test_content_controls_are_read_and_tables_of_contents_left_out() -> None:
    word = new_word()
    append(word, f"<w:sdt {W}><w:sdtContent><w:p>{run('Inside.')}</w:p></w:sdtContent></w:sdt>")
    gallery = '<w:sdtPr><w:docPartObj><w:docPartGallery w:val="Table of Contents"/></w:docPartObj></w:sdtPr>'
    append(word, f"<w:sdt {W}>{gallery}<w:sdtContent><w:p>{run('Leave 3')}</w:p></w:sdtContent></w:sdt>")
    assert blocks(word) == [("paragraph", "Inside.")]


def test_lists_are_counted_as_word_counts_them() -> None:
    word = new_word()
    for text in ("one", "two"):
        word.add_paragraph(text, "List Number")
    word.add_paragraph("Between.")
    word.add_paragraph("three", "List Number")
    word.add_paragraph("bullet", "List Bullet")
    assert blocks(word) == [
        ("item", "1. one"),
        ("item", "2. two"),
        ("paragraph", "Between."),
        ("item", "3. three"),
        ("item", "bullet"),
    ]


def test_levels_letters_and_roman_numbers() -> None:
    word = new_word()
    levels = "".join(
        f'<w:lvl w:ilvl="{n}"><w:start w:val="1"/><w:numFmt w:val="{form}"/><w:lvlText w:val="{text}"/></w:lvl>'
        for n, (form, text) in enumerate(
            (("decimal", "%1."), ("decimal", "%1.%2"), ("lowerLetter", "%3)"), ("upperRoman", "(%4)"))
        )
    )
    numbering = word.part.numbering_part.element
    numbering.insert(0, parse_xml(f'<w:abstractNum {W} w:abstractNumId="90">{levels}</w:abstractNum>'))
    numbering.append(parse_xml(f'<w:num {W} w:numId="91"><w:abstractNumId w:val="90"/></w:num>'))
    for level in (0, 1, 1, 2, 3, 3, 0, 1):
        properties = f'<w:pPr><w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="91"/></w:numPr></w:pPr>'
        append(word, f"<w:p {W}>{properties}{run('x')}</w:p>")
    labels = [text.removesuffix(" x") for _, text in blocks(word)]
    assert labels == ["1.", "1.1", "1.2", "a)", "(I)", "(II)", "2.", "2.1"]


def test_an_outline_level_makes_a_heading() -> None:
    word = new_word()
    append(word, f'<w:p {W}><w:pPr><w:outlineLvl w:val="1"/></w:pPr>{run("Scope")}</w:p>')
    word.add_paragraph("Text.")
    assert blocks(word)[0] == ("heading2", "Scope")


def test_merged_cells_are_repeated_downwards() -> None:
    word = new_word()
    table = word.add_table(rows=3, cols=2)
    for row, texts in zip(table.rows, (("Site", "Room"), ("Leeds", "1"), ("", "2")), strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    table.cell(1, 0).merge(table.cell(2, 0))
    assert [text for _, text in blocks(word)] == ["Site: Leeds; Room: 1", "Site: Leeds; Room: 2"]


def test_a_table_that_says_it_has_no_header_has_none() -> None:
    word = new_word()
    table = word.add_table(rows=2, cols=2)
    for cell, text in zip([c for r in table.rows for c in r.cells], ("a", "b", "c", "d"), strict=True):
        cell.text = text
    look = OxmlElement("w:tblLook")
    look.set(qn("w:firstRow"), "0")
    for old in table._tbl.tblPr.findall(qn("w:tblLook")):
        table._tbl.tblPr.remove(old)
    table._tbl.tblPr.append(look)
    assert [text for _, text in blocks(word)] == ["a; b", "c; d"]


def test_a_frame_of_one_cell_is_text() -> None:
    word = new_word()
    word.add_table(rows=1, cols=1).cell(0, 0).text = "Note: unplug it first."
    assert blocks(word) == [("paragraph", "Note: unplug it first.")]


def test_facts_come_from_properties_where_the_text_has_none() -> None:
    word = new_word()
    properties = word.core_properties
    properties.title, properties.version, properties.language = "Handbook", "7", "en-GB"
    properties.modified = datetime(2026, 1, 2)
    word.add_paragraph("Some text.")
    document = read(saved(word))
    assert (document.title, document.version, document.language, document.date) == (
        "Handbook",
        "7",
        "en-GB",
        "2026-01-02",
    )
    word.add_paragraph("Version 8, 3 February 2026")
    document = read(saved(word))
    assert (document.version, document.date) == ("8", "2026-02-03")


def test_the_date_of_the_template_is_no_date() -> None:
    word = new_word()
    word.add_paragraph("Some text.")
    assert read(saved(word)).date is None


def rewritten(data: bytes, name: str, content: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.namelist():
            new.writestr(member, content if member == name else old.read(member))
    return file.getvalue()


def test_a_bomb_is_not_unpacked() -> None:
    word = new_word()
    word.add_paragraph("x")
    bomb = rewritten(saved(word), "docProps/thumbnail.jpeg", b"\0" * 30_000_000)
    with pytest.raises(ReadError, match=r"unpacks to 30,\d+,\d+ bytes; the limits are 268,435,456"):
        read(bomb)


def test_entities_are_refused() -> None:
    word = new_word()
    xml = b'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><w:document/>'
    with pytest.raises(ReadError, match="declares XML entities"):
        read(rewritten(saved(word), "word/document.xml", xml))


@pytest.mark.parametrize("part", ["word/document.xml", "[Content_Types].xml", "word/styles.xml"])
def test_damaged_parts_are_told(part: str) -> None:
    word = new_word()
    word.add_paragraph("x")
    with pytest.raises(ReadError, match=r"a\.docx is damaged"):
        read(rewritten(saved(word), part, b"<w:document"))


def test_bad_compression_is_told() -> None:
    word = new_word()
    word.add_paragraph("x")
    data = bytearray(saved(word))
    data[60:120] = bytes(range(60))
    with pytest.raises(ReadError, match=r"a\.docx is damaged"):
        read(bytes(data))


def test_a_file_cut_short_is_told() -> None:
    word = new_word()
    word.add_paragraph("x")
    data = saved(word)
    with pytest.raises(ReadError, match=r"a\.docx is damaged"):
        read(data[: len(data) // 2])
