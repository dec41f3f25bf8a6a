"""Presentations: what stands on a slide, in which order, and what only decorates it."""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.opc.package import Part
from pptx.opc.packuri import PackURI
from pptx.oxml import parse_xml
from pptx.util import Inches

from retrieval.errors import ReadError
from retrieval.nouns import Document
from retrieval.readers import slides as reader
from retrieval.readers.slidexml import DIAGRAM, A
from retrieval.readers.source import Source
from tests.retrieval.formats import saved
from tests.retrieval.test_readers import check

RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
TITLE_SLIDE, CONTENT, SECTION, ONLY_TITLE, BLANK = 0, 1, 2, 5, 6


@pytest.fixture
def deck() -> Any:
    return Presentation()


def read(deck: Any) -> Document:
    document = reader.read(Source("a.pptx", Path("a.pptx"), saved(deck)))
    check(document)
    return document


def blocks(deck: Any) -> list[tuple[str, str]]:
    document = read(deck)
    return [(f"{b.kind}{b.level or ''}", document.text[b.start : b.end]) for b in document.blocks]


def add(deck: Any, layout: int, title: str = "", *lines: str) -> Any:
    slide = deck.slides.add_slide(deck.slide_layouts[layout])
    if title:
        slide.shapes.title.text = title
    if lines:
        slide.placeholders[1].text_frame.text = "\n".join(lines)
    return slide


def bullet(paragraph: Any, xml: str) -> None:
    paragraph._p.get_or_add_pPr().append(parse_xml(f'<a:{xml} xmlns:a="{A[1:-1]}"/>'))


def test_titles_sections_and_slides_have_levels_of_their_own(deck: Any) -> None:
    add(deck, TITLE_SLIDE, "Handbook", "For everyone")
    add(deck, SECTION, "Leave")
    add(deck, CONTENT, "Holidays", "25 days")
    assert blocks(deck) == [
        ("heading1", "Handbook"),
        ("paragraph", "For everyone"),
        ("heading2", "Leave"),
        ("heading3", "Holidays"),
        ("item", "25 days"),
    ]


def test_a_slide_without_a_title_is_known_by_its_number(deck: Any) -> None:
    box = add(deck, BLANK).shapes.add_textbox(0, 0, Inches(2), Inches(1))
    box.text_frame.text = "Only a\vbox."
    add(deck, BLANK)
    document = read(deck)
    assert document.text == "Slide 1\n\nOnly a box."
    assert document.title == "A"
    assert {block.page for block in document.blocks} == {1}


def test_bullets_come_from_the_master_unless_a_paragraph_says_otherwise(deck: Any) -> None:
    slide = add(deck, CONTENT, "Care", "bulleted", "plain", "first", "second", "b", "third", "last")
    paragraphs = slide.placeholders[1].text_frame.paragraphs
    bullet(paragraphs[1], "buNone")
    bullet(paragraphs[2], 'buAutoNum type="arabicPeriod"')
    bullet(paragraphs[3], 'buAutoNum type="arabicPeriod"')
    paragraphs[4].level = 1
    bullet(paragraphs[4], 'buAutoNum type="alphaLcParenBoth" startAt="2"')
    bullet(paragraphs[5], 'buAutoNum type="arabicPeriod"')
    bullet(paragraphs[6], 'buAutoNum type="romanUcParenR"')
    assert blocks(deck)[1:] == [
        ("item", "bulleted"),
        ("paragraph", "plain"),
        ("item", "1. first"),
        ("item", "2. second"),
        ("item", "(b) b"),
        ("item", "3. third"),
        ("item", "IV) last"),
    ]


def test_notes_belong_to_their_slide_and_groups_are_opened(deck: Any) -> None:
    slide = add(deck, ONLY_TITLE, "Care")
    group = slide.shapes.add_group_shape()
    group.shapes.add_textbox(0, 0, Inches(1), Inches(1)).text_frame.text = "Descale monthly."
    slide.notes_slide.notes_text_frame.text = "Ask for the kit.\nIt is free."
    document = read(deck)
    assert document.text == "Care\n\nDescale monthly.\n\nAsk for the kit.\n\nIt is free."
    assert {block.page for block in document.blocks} == {1}


def test_hidden_slides_are_left_out_and_pages_count_on(deck: Any) -> None:
    add(deck, CONTENT, "Old prices", "80 EUR")._element.set("show", "0")
    add(deck, CONTENT, "Prices", "120 EUR")
    document = read(deck)
    assert "Old" not in document.text
    assert {block.page for block in document.blocks} == {2}


def test_footers_are_left_out_but_tell_the_version(deck: Any) -> None:
    slide = add(deck, CONTENT, "Care", "Descale monthly.")
    footer = next(p for p in deck.slide_layouts[CONTENT].placeholders if p.placeholder_format.idx == 11)
    slide.shapes._spTree.append(deepcopy(footer._element))
    slide.placeholders[11].text_frame.text = "Handbook, version 4.1"
    document = read(deck)
    assert "Handbook" not in document.text
    assert document.version == "4.1"


def table(slide: Any, rows: Sequence[tuple[str, ...]]) -> Any:
    made = slide.shapes.add_table(len(rows), len(rows[0]), 0, 0, Inches(4), Inches(2)).table
    for row, texts in zip(made.rows, rows, strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    return made


def test_merged_headers_are_joined(deck: Any) -> None:
    rows = [("Part", "Price", ""), ("", "net", "gross"), ("Boiler", "120", "140"), ("", "130", "150")]
    made = table(add(deck, ONLY_TITLE, "Prices"), rows)
    made.cell(0, 1).merge(made.cell(0, 2))
    made.cell(0, 0).merge(made.cell(1, 0))
    made.cell(2, 0).merge(made.cell(3, 0))
    assert [text for kind, text in blocks(deck) if kind == "row"] == [
        "Part: Boiler; Price net: 120; Price gross: 140",
        "Part: Boiler; Price net: 130; Price gross: 150",
    ]


def test_a_table_that_says_it_has_no_header_has_none(deck: Any) -> None:
    made = table(add(deck, ONLY_TITLE, "Prices"), [("a", "b"), ("c", "d")])
    made.first_row = False
    assert [text for kind, text in blocks(deck) if kind == "row"] == ["a; b", "c; d"]


def test_the_numbers_of_a_chart_are_rows(deck: Any) -> None:
    data = CategoryChartData()
    data.categories = ["Q1", "Q2"]
    data.add_series("Sales", (1.1, 4.3))
    data.add_series("Costs", (2, None))
    slide = add(deck, ONLY_TITLE, "Year")
    chart = slide.shapes.add_chart(XL_CHART_TYPE.COLUMN_CLUSTERED, 0, 0, Inches(4), Inches(3), data).chart
    chart.has_title = True
    chart.chart_title.text_frame.text = "In millions"
    assert blocks(deck)[1:] == [
        ("paragraph", "In millions"),
        ("row", "Q1; Sales: 1.1; Costs: 2"),
        ("row", "Q2; Sales: 4.3"),
    ]


def diagram(slide: Any, xml: str) -> None:
    """A SmartArt diagram: a frame that names the part in which its words are."""
    part = Part(PackURI("/ppt/diagrams/data1.xml"), "application/xml", slide.part.package, xml.encode())
    link = slide.part.relate_to(part, f"{RELATIONS}/diagramData")
    frame = slide.shapes.add_table(1, 1, 0, 0, Inches(1), Inches(1))._element
    data = frame.find(f".//{A}graphicData")
    data.set("uri", DIAGRAM[1:-1])
    data.remove(data[0])
    spaces = f'xmlns:d="{DIAGRAM[1:-1]}" xmlns:r="{RELATIONS}"'
    data.append(parse_xml(f'<d:relIds {spaces} r:dm="{link}"/>'))


def test_the_boxes_of_a_diagram_are_items(deck: Any) -> None:
    words = "".join(f"<d:pt><d:t><a:p><a:r><a:t>{word}</a:t></a:r></a:p></d:t></d:pt>" for word in ("Plan", "Build"))
    diagram(add(deck, ONLY_TITLE, "Steps"), f'<d:m xmlns:d="{DIAGRAM[1:-1]}" xmlns:a="{A[1:-1]}">{words}</d:m>')
    assert blocks(deck)[1:] == [("item", "Plan"), ("item", "Build")]


def test_a_deck_of_pictures_holds_no_text(deck: Any) -> None:
    add(deck, BLANK)
    with pytest.raises(ReadError, match="holds no text"):
        read(deck)


def test_facts_come_from_properties_and_the_words_themselves(deck: Any) -> None:
    deck.core_properties.title = "PowerPoint Presentation"
    slide = add(deck, BLANK)
    box = slide.shapes.add_textbox(0, 0, Inches(2), Inches(1)).text_frame
    box.text = "Gültig ab 1. März 2026."
    box.paragraphs[0].runs[0]._r.get_or_add_rPr().set("lang", "de-DE")
    document = read(deck)
    assert (document.title, document.language) == ("A", "de-DE")
    assert document.date == "2026-03-01"
