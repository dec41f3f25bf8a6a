"""Books (EPUB) and rich text (RTF)."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.errors import ReadError
from retrieval.nouns import Document
from retrieval.readers import epub, rtf
from retrieval.readers.source import Source
from tests.retrieval.formats import packed
from tests.retrieval.test_readers import check

CONTAINER = """<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>
<rootfile full-path="OEBPS/book.opf"/></rootfiles></container>"""


def contents(*hrefs: str, facts: str = "") -> str:
    items = "".join(f'<item id="i{n}" href="{h}" media-type="application/xhtml+xml"/>' for n, h in enumerate(hrefs))
    spine = "".join(f'<itemref idref="i{n}"/>' for n in range(len(hrefs)))
    spaces = 'xmlns="http://www.idpf.org/2007/opf" xmlns:dc="http://purl.org/dc/elements/1.1/"'
    parts = f"<metadata>{facts}</metadata><manifest>{items}</manifest><spine>{spine}</spine>"
    return f"<package {spaces}>{parts}</package>"


def book(opf: str, **chapters: str) -> Document:
    pages = {f"OEBPS/{name}.xhtml": text for name, text in chapters.items()}
    data = packed({"META-INF/container.xml": CONTAINER, "OEBPS/book.opf": opf, **pages})
    document = epub.read(Source("a.epub", Path("a.epub"), data))
    check(document)
    return document


def test_chapters_come_in_the_order_of_the_spine() -> None:
    facts = "<dc:title>Guide</dc:title><dc:language>en-GB</dc:language>"
    facts += '<meta property="dcterms:modified">2026-03-01T00:00:00Z</meta>'
    opf = contents("two.xhtml#top", "cover.xhtml", "../OEBPS/one.xhtml", "two.xhtml", facts=facts)
    document = book(opf, one="<h1>One</h1><p>First.</p>", two="<h1>Two</h1><p>Second.</p>", cover="<img src='a.png'/>")
    assert document.text == "Two\n\nSecond.\n\nOne\n\nFirst."
    assert (document.title, document.date, document.language) == ("Guide", "2026-03-01", "en-GB")


def test_an_entity_of_html_is_read_in_a_chapter() -> None:
    page = '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.1//EN" "x"><html><body><p>24&nbsp;months</p></body></html>'
    assert book(contents("one.xhtml"), one=page).text == "24 months"


@pytest.mark.parametrize(("parts", "told"), [
    ({"META-INF/container.xml": CONTAINER}, "is damaged: KeyError, 'OEBPS/book.opf'"),
    ({"META-INF/container.xml": "<container/>"}, "is damaged: KeyError, 'rootfile'"),
    ({"a": "b"}, "is damaged: KeyError, 'META-INF/container.xml'"),
    ({"META-INF/rights.xml": "<r/>"}, "is protected against copying"),
    ({"META-INF/container.xml": CONTAINER, "OEBPS/book.opf": contents("gone.xhtml")}, "gone.xhtml"),
    ({"META-INF/container.xml": CONTAINER, "OEBPS/book.opf": contents("../../../etc/passwd")}, "is damaged"),
    ({"META-INF/container.xml": CONTAINER, "OEBPS/book.opf": contents()}, "holds no text"),
])  # fmt: skip
def test_what_is_wrong_with_a_book_is_told(parts: dict[str, str | bytes], told: str) -> None:
    with pytest.raises(ReadError, match=told):
        epub.read(Source("a.epub", Path("a.epub"), packed(parts)))


# -------------------------------------------------------------------------------------------- RTF

STYLES = r"{\stylesheet{\s0 Normal;}{\s1 heading 1;}{\s3 Title;}}"


def rich(body: str, head: str = r"\ansi\ansicpg1252") -> Document:
    document = rtf.read(Source("a.rtf", Path("a.rtf"), rf"{{\rtf1{head}{STYLES}{body}}}".encode("latin-1")))
    check(document)
    return document


def blocks(body: str) -> list[tuple[str, str]]:
    document = rich(body)
    return [(f"{b.kind}{b.level or ''}", document.text[b.start : b.end]) for b in document.blocks]


def test_styles_outlines_and_lists() -> None:
    body = (
        r"\pard\s3 Handbook\par\pard\s1 Care\par\pard Text.\par\pard\outlinelevel2 Daily\par\pard{\listtext 1.\tab}one"
        r"\par{\listtext\'b7\tab}two\par"
    )
    assert blocks(body) == [
        ("heading1", "Handbook"),
        ("heading1", "Care"),
        ("paragraph", "Text."),
        ("heading3", "Daily"),
        ("item", "1. one"),
        ("item", "two"),
    ]
    assert rich(body).title == "Handbook"


def test_signs_outside_of_ascii() -> None:
    body = r"Z\'fcrich \u8364? \uc2\u228xx\u246\'6f\'65 \u-10179?\u-8704? \emdash\~\{x\}\line end"
    assert rich(body.replace(r"\uc2", r"{\uc2").replace(r"\'65 ", r"\'65} ")).text == "Zürich € äö 😀 — {x} end"
    assert rich(r"\'e3\'e0", head=r"\ansi\ansicpg1251").text == "га"
    assert rich(r"plain", head=r"\ansi\ansicpg99999").text == "plain"


def test_what_is_not_seen_is_left_out() -> None:
    body = (
        r"{\fonttbl{\f0 Arial;}}{\*\generator x;}{\pict 0102}{\header Page}Text{\v hidden} of"
        r'{\field{\*\fldinst HYPERLINK "http://x"}{\fldrslt  a link}}.{\footnote  Or later.}\par'
    )
    assert rich(body).text == "Text of a link. Or later."


def test_tables_end_where_text_goes_on() -> None:
    body = r"\trowd\pard\intbl Part\cell Price\cell\row\trowd\pard\intbl Boiler\par large\cell 120\cell\row"
    body += r"\pard After.\par"
    assert blocks(body) == [("row", "Part: Boiler large; Price: 120"), ("paragraph", "After.")]


def test_facts_come_from_the_file() -> None:
    document = rich(r"{\info{\title Travel rules}{\revtim\yr2026\mo3\dy1\hr9}}Text.\par")
    assert (document.title, document.date) == ("Travel rules", "2026-03-01")


def test_groups_have_a_largest_depth() -> None:
    with pytest.raises(ReadError, match="nests groups more than 1,000 deep, the limit"):
        rich("{" * 2000)


PIECES = st.sampled_from([
    "{", "}", r"\par ", r"\u8364?", r"\'e4", r"\cell ", r"\row ", r"\intbl ", "word", r"\*", r"\s1 ", r"\uc0 ",
    r"\pard ", r"{\listtext 1.}", r"\outlinelevel", r"\u", "\\", r"\v ", r"\v0 ", r"\title ",
    r"\revtim", r"\yr2026", r"\sect",
])  # fmt: skip


@settings(max_examples=100, deadline=None)
@given(st.lists(PIECES, max_size=25))
def test_any_groups_and_words_are_read_or_refused(pieces: list[str]) -> None:
    try:
        rich("".join(pieces))
    except ReadError as problem:
        assert "holds no text" in str(problem)
