"""OpenDocument files: text, presentations and spreadsheets from one small reader of their XML."""

from __future__ import annotations

from pathlib import Path

import pytest

from retrieval.errors import ReadError
from retrieval.nouns import Document
from retrieval.readers import odf as reader
from retrieval.readers import odfsheet
from retrieval.readers.source import Source
from tests.retrieval.formats import odf, odf_box, odf_table
from tests.retrieval.test_readers import check


def p(text: str, style: str = "") -> str:
    return f'<text:p text:style-name="{style}">{text}</text:p>' if style else f"<text:p>{text}</text:p>"


def item(*inside: str, start: int | None = None) -> str:
    stated = f' text:start-value="{start}"' if start else ""
    return f"<text:list-item{stated}>{''.join(inside)}</text:list-item>"


def listed(*items: str, style: str = "") -> str:
    return f'<text:list text:style-name="{style}">{"".join(items)}</text:list>'


def numbers(name: str, *levels: tuple[str, str]) -> str:
    found = "".join(
        f'<text:list-level-style-number text:level="{n}" style:num-format="{form}" style:num-suffix="{after}"/>'
        for n, (form, after) in enumerate(levels, start=1)
    )
    return f'<text:list-style style:name="{name}">{found}</text:list-style>'


def read(body: str, styles: str = "", meta: str = "") -> Document:
    document = reader.read(Source("a.odt", Path("a.odt"), odf("text", body, styles, meta)))
    check(document)
    return document


def blocks_of(document: Document) -> list[tuple[str, str]]:
    return [(f"{b.kind}{b.level or ''}", document.text[b.start : b.end]) for b in document.blocks]


def blocks(body: str, styles: str = "") -> list[tuple[str, str]]:
    return blocks_of(read(body, styles))


def test_lists_are_numbered_as_their_style_says() -> None:
    style = numbers("L", ("1", "."), ("a", ")"))
    body = listed(item(p("one")), item(p("two"), p("more"), listed(item(p("in")), item(p("deeper")))), style="L")
    body += p("Between.") + listed(item(p("again")), item(p("ten"), start=10), item(p("next")), style="L")
    assert blocks(body, style) == [
        ("item", "1. one"),
        ("item", "2. two"),
        ("paragraph", "more"),
        ("item", "a) in"),
        ("item", "b) deeper"),
        ("paragraph", "Between."),
        ("item", "1. again"),
        ("item", "10. ten"),
        ("item", "11. next"),
    ]


def test_a_list_may_go_on_with_the_one_before() -> None:
    style = numbers("L", ("1", "."))
    more = listed(item(p("two")), style="L").replace("<text:list ", '<text:list text:continue-numbering="true" ')
    assert blocks(listed(item(p("one")), style="L") + p("Between.") + more, style)[-1] == ("item", "2. two")


def test_the_title_may_have_a_style_based_on_title() -> None:
    styles = '<style:style style:name="Title"/><style:style style:name="P1" style:parent-style-name="Title"/>'
    document = read(p("Handbook", "P1") + p("Text."), styles)
    assert document.title == "Handbook"
    assert blocks_of(document)[0] == ("heading1", "Handbook")


def test_what_was_deleted_or_only_noted_is_left_out_and_footnotes_are_kept() -> None:
    body = f"<text:tracked-changes><text:deletion>{p('gone')}</text:deletion></text:tracked-changes>"
    body += f"<text:table-of-content><text:index-body>{p('Leave 3')}</text:index-body></text:table-of-content>"
    sign = "<text:note-citation>1</text:note-citation>"
    note = f"<text:note>{sign}<text:note-body>{p('Or later.')}</text:note-body></text:note>"
    comment = f"<office:annotation>{p('Really?')}</office:annotation>"
    body += p(f"It lasts <text:span>24</text:span><text:s/>months{note}{comment}.<text:line-break/>Always.")
    assert blocks(body) == [("paragraph", "It lasts 24 months. Always."), ("paragraph", "Or later.")]


def test_boxes_and_sections_are_opened() -> None:
    frame = f"<draw:frame>{odf_box(p('In a box.'))}</draw:frame>"
    assert blocks(f"<text:section>{p('Text ' + frame + 'around.')}</text:section>") == [
        ("paragraph", "Text around."),
        ("paragraph", "In a box."),
    ]


def test_tables_have_headers_and_spans() -> None:
    wide = '<table:table-cell table:number-columns-spanned="2"><text:p>Price</text:p></table:table-cell>'
    wide += "<table:covered-table-cell/>"
    tall = '<table:table-cell table:number-rows-spanned="2"><text:p>Part</text:p></table:table-cell>'
    top = f"<table:table-row>{tall}{wide}</table:table-row>"
    second = "<table:table-row><table:covered-table-cell/>" + odf_table([["net", "gross"]]).partition(">")[2]
    rows = f"<table:table-header-rows>{top}{second}</table:table-header-rows>{odf_table([['Boiler', '120', '140']])}"
    assert blocks(f"<table:table>{rows}</table:table>") == [("row", "Part: Boiler; Price net: 120; Price gross: 140")]


def test_a_frame_of_one_cell_is_text() -> None:
    assert blocks(f"<table:table>{odf_table([['Unplug it first.']])}</table:table>") == [
        ("paragraph", "Unplug it first.")
    ]


def test_facts_come_from_the_meta_data() -> None:
    meta = "<dc:title>Handbook</dc:title><dc:date>2026-01-02T10:00:00</dc:date><dc:language>en-GB</dc:language>"
    document = read(p("Some text."), meta=meta)
    assert (document.title, document.date, document.language) == ("Handbook", "2026-01-02", "en-GB")


def test_spaces_that_are_counted_have_a_limit() -> None:
    assert read(p('a<text:s text:c="99999999999"/>b')).text == "a b"


# ----------------------------------------------------------------------------------------- slides


def test_slides_without_a_title_and_hidden_ones() -> None:
    hidden = (
        '<style:style style:name="H"><style:drawing-page-properties presentation:visibility="hidden"/></style:style>'
    )
    body = f'<draw:page draw:style-name="H"><draw:frame>{odf_box(p("Old."))}</draw:frame></draw:page>'
    footer = f'<draw:frame presentation:class="footer">{odf_box(p("Every page"))}</draw:frame>'
    body += f"<draw:page><draw:g><draw:custom-shape>{p('New.')}</draw:custom-shape></draw:g>{footer}</draw:page>"
    document = reader.read_slides(Source("a.odp", Path("a.odp"), odf("presentation", body, hidden)))
    assert document.text == "Slide 2\n\nNew."
    assert {block.page for block in document.blocks} == {2}


# ----------------------------------------------------------------------------------------- sheets


def cell(text: str, kind: str = "", more: str = "") -> str:
    value = f' office:value-type="{kind}"' if kind else ""
    return f"<table:table-cell{value}{more}>{p(text) if text else ''}</table:table-cell>"


def row(*cells: str, more: str = "") -> str:
    return f"<table:table-row{more}>{''.join(cells)}</table:table-row>"


def sheet(*rows: str, name: str = "S", more: str = "") -> str:
    return f'<table:table table:name="{name}"{more}>{"".join(rows)}</table:table>'


def sheets(body: str, styles: str = "") -> list[str]:
    (document,), problems = odfsheet.read(Source("a.ods", Path("a.ods"), odf("spreadsheet", body, styles)))
    assert not problems
    check(document)
    return [document.text[b.start : b.end] for b in document.blocks]


def test_cells_are_read_as_they_are_shown() -> None:
    bold = '<style:style style:name="B"><style:text-properties fo:font-weight="bold"/></style:style>'
    head = [cell(text, more=' table:style-name="B"') for text in ("Part", "2026", "Since")]
    rows = [row(*head), row(cell("Boiler"), cell("120.00 €", "currency"), cell("1. März 2026", "date"))]
    assert sheets(sheet(*rows), bold) == ["S", "Part: Boiler; 2026: 120.00 €; Since: 1. März 2026"]


def test_repeated_cells_are_repeated_and_empty_ones_cost_nothing() -> None:
    empty = row(cell("", more=' table:number-columns-repeated="16384"'), more=' table:number-rows-repeated="1048000"')
    rows = [row(cell("a"), cell("b", more=' table:number-columns-repeated="2"')), empty, row(cell("A note."))]
    assert sheets(sheet(*rows) + sheet(empty, name="Empty")) == ["S", "a; b; b", "A note."]


def test_too_many_cells_are_told() -> None:
    many = row(cell("x", more=' table:number-columns-repeated="9999"'), more=' table:number-rows-repeated="9999"')
    with pytest.raises(ReadError, match=r"a\.ods has more than 1,000,000 cells, the limit"):
        sheets(sheet(many))


def test_comments_and_hidden_sheets_are_left_out() -> None:
    hidden = '<style:style style:name="H"><style:table-properties table:display="false"/></style:style>'
    noted = f"<table:table-cell><office:annotation>{p('Why?')}</office:annotation>{p('A word.')}</table:table-cell>"
    body = sheet(row(noted)) + sheet(row(cell("secret")), name="T", more=' table:style-name="H"')
    assert sheets(body, hidden) == ["S", "A word."]
