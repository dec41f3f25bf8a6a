from __future__ import annotations

from pathlib import Path

import pytest

from retrieval.errors import ReadError
from retrieval.nouns import Document
from retrieval.readers import pdf as reader
from retrieval.readers import read as read_file
from retrieval.readers.source import Source
from tests.retrieval.pages import Mark, Stroke, Text, grid, paragraph, pdf
from tests.retrieval.test_readers import check

FULL = "This line is as wide as the text of the page is, up to its right margin and not"


def read(*pages: list[Mark], info: str = "", extra: str = "", trailer: str = "") -> Document:
    return document_in(pdf(pages, info, extra, trailer))


def document_in(data: bytes) -> Document:
    (document,), problems = reader.read(Source("a.pdf", Path("a.pdf"), data))
    assert not problems
    check(document)
    return document


def blocks(*pages: list[Mark]) -> list[tuple[str, str]]:
    document = read(*pages)
    return [(f"{b.kind}{b.level or ''}", document.text[b.start : b.end]) for b in document.blocks]


def test_wrapped_lines_are_joined_and_gaps_kept() -> None:
    marks = paragraph(700, FULL, "further. It ends here.") + paragraph(650, "Another paragraph.")
    assert blocks(marks) == [("paragraph", f"{FULL} further. It ends here."), ("paragraph", "Another paragraph.")]


def test_a_short_line_ends_its_paragraph() -> None:
    assert blocks(paragraph(700, FULL, "further, and ends.", "Then another begins here.")) == [
        ("paragraph", f"{FULL} further, and ends."),
        ("paragraph", "Then another begins here."),
    ]


def test_hyphens_of_the_wrapping_are_undone_and_real_ones_kept() -> None:
    first = "A well-known e-mail program. All of it is set in a rather wide column of war-"
    text = read(paragraph(700, first, "ranty text, of well-", "known e-", "mail and 24-", "hour help.")).text
    assert "warranty text" in text
    assert "of well-known e-mail and 24-hour help." in text


def test_sentences_and_words_go_on_over_the_page() -> None:
    first = paragraph(80, FULL, "further, for the sentence is not over and goes on at the top of the next pa-")
    document = read(first, paragraph(780, "ge. It ends here."))
    assert [b.page for b in document.blocks] == [1]
    assert "the next page. It ends here." in document.text


def test_headings_are_ranked_by_size_and_bold_ones_come_last() -> None:
    marks: list[Mark] = [Text(70, 780, "Manual", 24), Text(70, 740, "Care", 16), Text(70, 715, "Daily", 10, "bold")]
    assert blocks(
        marks + paragraph(700, FULL, "further.") + [Text(70, 640, "Returns", 16), *paragraph(620, "x y z.")]
    ) == [
        ("heading1", "Manual"),
        ("heading2", "Care"),
        ("heading3", "Daily"),
        ("paragraph", f"{FULL} further."),
        ("heading2", "Returns"),
        ("paragraph", "x y z."),
    ]


def test_items_lose_their_bullet_and_keep_their_number() -> None:
    marks: list[Mark] = [Text(70, 700, "•"), Text(84, 700, FULL), Text(84, 686, "further"), Text(70, 672, "•")]
    marks += [Text(84, 672, "second"), Text(70, 650, "1. open"), Text(70, 636, "2. close"), *paragraph(600, "After.")]
    assert blocks(marks) == [
        ("item", f"{FULL} further"),
        ("item", "second"),
        ("item", "1. open"),
        ("item", "2. close"),
        ("paragraph", "After."),
    ]


def pages_with(header: list[str], footer: str, count: int = 6) -> list[list[Mark]]:
    return [
        [
            Text(70, 810, header[n % len(header)], 9),
            *paragraph(760, *[f"Sentence {n} of line {line}, which is wide enough to fill it." for line in "abc"]),
            Text(70, 30, footer.replace("#", str(n + 1)), 8),
        ]
        for n in range(count)
    ]


@pytest.mark.parametrize("header", [["Manual of 2026"], ["CHAPTER 1", "1.2 CARE", "CHAPTER 3", "A", "B", "C"]])
@pytest.mark.parametrize("footer", ["Page # of 6", "#", "Pellbrook | version 2.1 | #", "- # -"])
def test_running_headers_and_footers_are_left_out(header: list[str], footer: str) -> None:
    document = read(*pages_with(header, footer))
    assert "Sentence 0 of line a" in document.text
    assert not [word for word in (*header, "Pellbrook", "Page") if word in document.text]
    assert document.version == ("2.1" if "version" in footer else None)


def test_titles_of_slides_are_no_running_headers() -> None:
    slides = [[Text(70, 790, f"Topic {'abcdef'[n]}", 24), *paragraph(700, "Some words.")] for n in range(6)]
    assert [text for kind, text in blocks(*slides) if kind == "heading1"] == [f"Topic {c}" for c in "abcdef"]


def table_at(y: float, rows: list[tuple[str, str]], bold: bool = True) -> list[Mark]:
    marks = grid((70, 200, 400), [y - 20 * n for n in range(len(rows) + 1)])
    for n, row in enumerate(rows):
        font = "bold" if bold and n == 0 else "regular"
        marks += [Text(75, y - 14 - 20 * n, row[0], 9, font), Text(205, y - 14 - 20 * n, row[1], 9, font)]
    return marks


def test_ruled_tables_become_rows_between_their_paragraphs() -> None:
    marks = paragraph(700, "Before it.") + table_at(680, [("Part", "Price"), ("Boiler", "120"), ("Pump", "")])
    assert blocks(marks + paragraph(600, "After it.")) == [
        ("paragraph", "Before it."),
        ("row", "Part: Boiler; Price: 120"),
        ("row", "Part: Pump"),
        ("paragraph", "After it."),
    ]


def test_cells_wrap_and_span() -> None:
    marks: list[Mark] = [Stroke(70, y, 330, y) for y in (700, 680, 640, 620)]
    marks += [Stroke(70, 620, 70, 700), Stroke(330, 620, 330, 700), Stroke(200, 640, 200, 700)]
    marks += [Text(75, 686, "Part"), Text(205, 686, "Note"), Text(75, 666, "Boiler"), Text(205, 666, "made of stain-")]
    marks += [Text(205, 652, "less steel"), Text(75, 626, "All prices without VAT")]
    assert [text for _, text in blocks(marks)] == [
        "Part: Boiler; Note: made of stainless steel",
        "Part: All prices without VAT",
    ]


@pytest.mark.parametrize("repeated", [True, False])
def test_a_table_goes_on_over_the_page(repeated: bool) -> None:
    header = [("Part", "Price")]
    first = table_at(100, [*header, ("Boiler", "120"), ("Pump", "40")])
    second = table_at(780, [*(header if repeated else []), ("Hose", "10"), ("Seal", "2")], bold=repeated)
    assert blocks(first, second) == [
        ("row", "Part: Boiler; Price: 120"),
        ("row", "Part: Pump; Price: 40"),
        ("row", "Part: Hose; Price: 10"),
        ("row", "Part: Seal; Price: 2"),
    ]


def test_columns_of_white_space_are_a_table_too() -> None:
    cells = [("Part", "Price", "Stock"), ("Boiler", "120", "4"), ("Pump", "40", "17"), ("Hose", "10", "200")]
    marks: list[Mark] = [
        Text(x, 700 - 14 * n, t) for n, row in enumerate(cells) for x, t in zip((70, 200, 300), row, strict=True)
    ]
    assert blocks(marks + paragraph(600, "After it, a paragraph of text.")) == [
        ("row", "Part: Boiler; Price: 120; Stock: 4"),
        ("row", "Part: Pump; Price: 40; Stock: 17"),
        ("row", "Part: Hose; Price: 10; Stock: 200"),
        ("paragraph", "After it, a paragraph of text."),
    ]


def test_two_columns_of_text_are_read_one_after_the_other() -> None:
    left = [f"Left column, line {n} of the text" for n in range(6)]
    right = [f"right column, line {n} of the text" for n in range(6)]
    text = read(paragraph(700, *left) + paragraph(700, *right, x=320)).text
    assert text.index("Left column, line 5") < text.index("right column, line 0")


def test_tables_of_contents_are_left_out_and_price_lists_kept() -> None:
    entries = [f"{n} Chapter of that name {'. ' * 20}{n * 3}" for n in range(1, 7)]
    contents: list[Mark] = [Text(70, 780, "Contents", 16), *paragraph(750, *entries)]
    document = read(contents, paragraph(780, "The text itself."))
    assert document.text == "The text itself."
    menu = [f"Coffee number {n} {'.' * 20} {price}" for n, price in enumerate((9, 4, 7, 3, 8))]
    assert "Coffee number 3" in read(paragraph(700, *menu)).text


def test_code_keeps_its_lines() -> None:
    code: list[Mark] = [Text(70, 680, "def f():", 9, "mono"), Text(70 + 4 * 5.4, 669, "return 1", 9, "mono")]
    assert blocks(paragraph(700, "Run this:") + code + paragraph(640, FULL, "further.", FULL, "more."))[1] == (
        "code",
        "def f():\n    return 1",
    )


@pytest.mark.parametrize(
    ("angle", "matrix"), [(90, "0 1 -1 0 300 70"), (180, "-1 0 0 -1 500 300"), (270, "0 -1 1 0 300 700")]
)
def test_a_page_that_is_turned_reads_the_same(angle: int, matrix: str) -> None:
    data = pdf([[Text(70, 500, "Turned, but text. It is one line.")]])
    data = data.replace(b" 842]", f" 842] /Rotate {angle}".encode()).replace(b"70 500 Td", f"{matrix} Tm".encode())
    assert document_in(data).text == "Turned, but text. It is one line."


def test_what_is_written_aslant_is_left_out() -> None:
    data = pdf([[*paragraph(700, "Text of the page."), Text(1, 2, "DRAFT", 60)]])
    data = data.replace(b"1 2 Td", b"0.7 0.7 -0.7 0.7 100 100 Tm")
    assert document_in(data).text == "Text of the page."


def test_facts_come_from_properties_only_where_the_text_has_none() -> None:
    info = "/Title (Microsoft Word - Rules 2026) /CreationDate (D:20240102030405Z)"
    document = read(paragraph(700, "Some text."), info=info)
    assert (document.title, document.date) == ("Rules 2026", "2024-01-02")
    assert read(paragraph(700, "Effective 1 March 2026.", ""), info=info).date == "2026-03-01"
    assert read([Text(70, 700, "Rules", 20), *paragraph(600, "Text.")], info="/Title (untitled)").title == "Rules"


def test_a_scan_is_told_what_to_do() -> None:
    with pytest.raises(ReadError, match=r"a\.pdf has 2 pages and no text layer\. Run OCR"):
        read([Stroke(0, 0, 100, 100)], [])


def test_a_password_is_told() -> None:
    extra = f"<< /Filter /Standard /V 1 /R 2 /P -4 /O <{'41' * 32}> /U <{'42' * 32}> >>"
    with pytest.raises(ReadError, match=r"a\.pdf is protected by a password\. Save it without"):
        read(paragraph(700, "Secret."), extra=extra, trailer="/Encrypt 6 0 R /ID [<00><00>]")


def test_damage_is_told(tmp_path: Path) -> None:
    data = pdf([paragraph(700, "Some text.")])
    path = tmp_path / "a.pdf"
    path.write_bytes(data[: len(data) // 3])
    with pytest.raises(ReadError, match=r"a\.pdf is damaged"):
        read_file(path, "a.pdf")
