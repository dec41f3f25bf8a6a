from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.errors import ReadError
from retrieval.nouns import Document
from retrieval.readers import html
from retrieval.readers.source import Source
from tests.retrieval.test_readers import check


def read(text: str | bytes) -> Document:
    return html.read(Source("a.html", Path("a.html"), text if isinstance(text, bytes) else text.encode()))


def blocks(text: str) -> list[tuple[str, str]]:
    document = read(text)
    return [(f"{b.kind}{b.level or ''}", document.text[b.start : b.end]) for b in document.blocks]


def test_only_what_a_visitor_comes_for() -> None:
    page = """<body><header><a href=/>Shop</a></header><nav><ul><li>Home</li></ul></nav><script>var x</script>
    <p hidden>secret</p><p style="display: none">secret</p><p aria-hidden=true>secret</p><aside>advert</aside>
    <div class="toc"><p>1. Rules</p></div><template><p>secret</p></template><form>Search</form>
    <p>Open&nbsp;from 9&ndash;17.<!-- note --> <b>Today</b>!</p><footer>(c)</footer></body>"""
    assert blocks(page) == [("paragraph", "Open from 9–17. Today!")]


def test_main_is_preferred_and_its_header_kept() -> None:
    page = "<div>Around</div><main><header><h1>Rules</h1><p>Of 2026</p></header><p>Text.</p></main><div>Below</div>"
    assert blocks(page) == [("heading1", "Rules"), ("paragraph", "Of 2026"), ("paragraph", "Text.")]


def test_an_empty_main_is_not_all_there_is() -> None:
    assert blocks("<main><nav>x</nav></main><p>Text.</p>") == [("paragraph", "Text.")]


def test_bare_text_breaks_and_inline_marks() -> None:
    assert blocks("<div>Bare <i>te</i>xt<br>goes on<div>inner</div>after</div>") == [
        ("paragraph", "Bare text goes on"),
        ("paragraph", "inner"),
        ("paragraph", "after"),
    ]


def test_lists_number_their_items() -> None:
    page = "<ol start=3><li>three<ul><li>inner</li></ul></li><li><p>four</p><p>more</p></li></ol><ul><li>x</li></ul>"
    assert blocks(page) == [
        ("item", "3. three"),
        ("item", "inner"),
        ("item", "4. four"),
        ("paragraph", "more"),
        ("item", "x"),
    ]
    assert "more\n\nx" in read(page).text


def test_definitions_carry_their_term() -> None:
    page = "<dl><dt>Return</dt><dd>30 days</dd><dt>Why?</dt><dd><p>So.</p><p>And so.</p></dd><dt>Alone</dt></dl>"
    assert blocks(page) == [
        ("item", "Return: 30 days"),
        ("item", "Why? So."),
        ("paragraph", "And so."),
        ("paragraph", "Alone:"),
    ]


def test_code_keeps_its_lines() -> None:
    assert blocks("<pre>\n  a <b>b</b>\n\n    c<br>d</pre>") == [("code", "  a b\n\n    c\nd")]


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        ("<tr><td>Part<td>Price<tr><td>Boiler<td>120", ["Part: Boiler; Price: 120"]),
        ("<thead><tr><th>A<th>B</thead><tr><td>1<td><tr><td>3<td>4", ["A: 1", "A: 3; B: 4"]),
        ("<tr><th>Weight<td>2.9 kg<tr><th>Width<td>17 cm", ["Weight: 2.9 kg", "Width: 17 cm"]),
        (
            "<tr><th rowspan=2>Item<th colspan=2>Price<tr><th>EUR<th>GBP<tr><td>Pump<td>5<td>4",
            ["Item: Pump; Price EUR: 5; Price GBP: 4"],
        ),
        ("<tr><th>A<th>B<tr><td rowspan=2>x<td>1<tr><td>2", ["A: x; B: 1", "A: x; B: 2"]),
        ("<tr><th>A<th>B<tr><td colspan=2>Spare parts<tr><td>1<td>2", ["A: Spare parts", "A: 1; B: 2"]),
        ("<tr><th>A<th>B<tr><td><p>one</p><p>two</p><td><ul><li>x<li>y</ul>", ["A: one two; B: x y"]),
        ("<tr><td colspan=99999>x<td>y<tr><td>1<td rowspan=99999>2", ["x: 1; 2"]),
    ],
)
def test_tables(table: str, expected: list[str]) -> None:
    assert [text for kind, text in blocks(f"<table>{table}</table>") if kind == "row"][: len(expected)] == expected


def test_a_caption_goes_before_and_layout_tables_are_no_tables() -> None:
    assert blocks("<table><caption>Prices</caption><tr><th>A<th>B<tr><td>1<td>2</table>")[0] == ("paragraph", "Prices")
    nested = "<table><tr><td><h2>Left</h2><table><tr><th>A<th>B<tr><td>1<td>2</table><td><p>Right</p></table>"
    assert blocks(nested) == [("heading2", "Left"), ("row", "A: 1; B: 2"), ("paragraph", "Right")]


def test_facts_come_from_the_head() -> None:
    head = '<html lang="en-GB"><head><title>Rules | Shop</title><meta name="date" content="2026-01-19T10:00">'
    document = read(f'{head}<meta name="version" content="1.2"></head><h1>Rules</h1><p>x')
    assert (document.title, document.date, document.version, document.language) == (
        "Rules",
        "2026-01-19",
        "1.2",
        "en-GB",
    )


def test_a_title_of_its_own_is_kept() -> None:
    assert read("<title>Opening hours</title><h1>Welcome</h1><p>x").title == "Opening hours"


def test_the_declared_encoding_counts() -> None:
    assert read('<meta charset="iso-8859-5"><p>Гарантия</p>'.encode("iso-8859-5")).text == "Гарантия"


def test_deep_nesting_is_read() -> None:
    assert read("<div>" * 20_000 + "deep").text == "deep"


def test_too_many_open_elements_are_told() -> None:
    with pytest.raises(ReadError, match=r"a\.html leaves 20,001 elements open; the limit is 20,000"):
        read("<div>" * 20_001 + "deep")
    assert len(read("<p>a" * 21_000).blocks) == 21_000


def test_a_page_without_text_is_told() -> None:
    with pytest.raises(ReadError, match=r"a\.html holds no text"):
        read("<html><nav>Home</nav><script>x</script></html>")


PIECES = st.sampled_from(
    ["<p>", "</p>", "<li>", "<ul>", "</ul>", "<ol>", "<table>", "<tr>", "<td rowspan=2>", "<th colspan=3>", "</table>",
     "<h1>", "</h1>", "<dl>", "<dt>", "<dd>", "</dl>", "<pre>", "</pre>", "<br>", "<b>", "</div>", "<!--",
     "<div hidden>", "-->", "a", " b\n", "&nbsp;", "é\u0301", "<main>", "<article>", "<header>", "<svg>", "<"]
)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(st.one_of(st.text(max_size=120), st.lists(PIECES, max_size=25).map("".join)))
def test_any_input_gives_exact_blocks_or_a_read_error(text: str) -> None:
    try:
        document = read(text.encode("utf-8", "replace"))
    except ReadError:
        return
    check(document)
