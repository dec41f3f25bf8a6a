from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.errors import ReadError
from retrieval.nouns import Document
from retrieval.readers import markdown
from retrieval.readers.frontmatter import split_front_matter
from retrieval.readers.inline import plain
from retrieval.readers.source import Source
from tests.retrieval.test_readers import check


def read(text: str) -> Document:
    return markdown.read(Source("a.md", Path("a.md"), text.encode()))


def blocks(text: str) -> list[tuple[str, str]]:
    document = read(text)
    return [(f"{b.kind}{b.level or ''}", document.text[b.start : b.end]) for b in document.blocks]


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        ("**24 months** from *delivery*", "24 months from delivery"),
        ("***both*** and __these__ and _this_", "both and these and this"),
        ("snake_case_name and 2 * 3 * 4", "snake_case_name and 2 * 3 * 4"),
        ("[text](https://a.b/c_(d) 'title') and ![alt](x.png)", "text and alt"),
        ("[![alt](x.png)](https://a.b)", "alt"),
        ("run `rm **not bold**` now", "run rm **not bold** now"),
        ("``a ` b``", "a ` b"),
        (r"\*kept\* and 1\. kept", "*kept* and 1. kept"),
        ("<https://a.b> and <me@a.org>", "https://a.b and me@a.org"),
        ("one<br>two <b>three</b> <your-name>", "one two three <your-name>"),
        ("AT&amp;T &euro; 5 `&amp;`", "AT&T € 5 &amp;"),
        ("before <!-- hidden --> after", "before  after"),
        ("a claim[^1] and [brackets] stay", "a claim and [brackets] stay"),
        ("~~old~~ new", "old new"),
        ("[ref][one] and [One]", "ref and One"),
        ("5 * 6 **and** 7*8", "5 * 6 and 7*8"),
        ("**bold with `code` in it**", "bold with code in it"),
    ],
)
def test_marks_are_taken_off(marked: str, expected: str) -> None:
    assert plain(marked, {"one"}) == expected


def test_headings_of_both_kinds() -> None:
    text = "One\n===\n\nTwo\n---\n\n### Three ###\n\n#hashtag\n\nText."
    assert blocks(text) == [
        ("heading1", "One"),
        ("heading2", "Two"),
        ("heading3", "Three"),
        ("paragraph", "#hashtag"),
        ("paragraph", "Text."),
    ]


def test_lists_are_nested_and_wrapped_lines_joined() -> None:
    text = "- one\n  goes on\n- two\n  - inner\n\n    more of inner\n- three\nlazy\n\n3. third\n4. fourth\n\nafter"
    assert blocks(text) == [
        ("item", "one goes on"),
        ("item", "two"),
        ("item", "inner"),
        ("paragraph", "more of inner"),
        ("item", "three lazy"),
        ("item", "3. third"),
        ("item", "4. fourth"),
        ("paragraph", "after"),
    ]


def test_an_item_holds_code_and_tables() -> None:
    text = "1. Run:\n\n   ```sh\n   ls  -l\n   ```\n2. See\n\n   | A | B |\n   |---|---|\n   | x | y |\n"
    assert blocks(text) == [("item", "1. Run:"), ("code", "ls  -l"), ("item", "2. See"), ("row", "A: x; B: y")]


def test_tables_leave_empty_cells_out() -> None:
    text = "Item | Price | Note\n:--- | ---: | ---\n**Boiler** | 120 EUR |\n| `a\\|b` | | new |\n"
    text += "\n| Only | header |\n|---|---|\n"
    assert blocks(text) == [
        ("row", "Item: Boiler; Price: 120 EUR"),
        ("row", "Item: a|b; Note: new"),
        ("row", "Only; header"),
    ]


def test_tables_are_apart_and_rows_are_not() -> None:
    table = "| A | B |\n|---|---|\n| 1 | 2 |\n| 3 | 4 |\n"
    assert read(f"{table}\n{table}").text == "A: 1; B: 2\nA: 3; B: 4\n\nA: 1; B: 2\nA: 3; B: 4"


def test_code_keeps_its_white_space() -> None:
    fenced = "~~~python\ndef f():\n\n    return 1  # **not bold**\n~~~\n\n    indented\n      deeper\n\nText"
    assert blocks(fenced) == [
        ("code", "def f():\n\n    return 1  # **not bold**"),
        ("code", "indented\n  deeper"),
        ("paragraph", "Text"),
    ]


def test_an_open_fence_ends_with_the_file() -> None:
    assert blocks("Text\n\n```\ncode\n# not a heading") == [("paragraph", "Text"), ("code", "code\n# not a heading")]


def test_quotes_comments_rules_and_definitions() -> None:
    text = (
        "> quoted\n> on\n>\n> - item\n\n<!-- a\ncomment -->\n\n***\n\n[ref]: https://a.b\n\nSee [ref].\n\n[^1]: A note."
    )
    assert blocks(text) == [
        ("paragraph", "quoted on"),
        ("item", "item"),
        ("paragraph", "See ref."),
        ("paragraph", "A note."),
    ]


def test_front_matter_states_the_facts() -> None:
    document = read(
        '---\ntitle: "Travel: rules"\ndate: 2026-03-01\nversion: 2.1\nlang: en-GB\ntags:\n  - a\n  - b\n---\n# T\n\nx'
    )
    assert (document.title, document.date, document.version, document.language) == (
        "Travel: rules",
        "2026-03-01",
        "2.1",
        "en-GB",
    )
    assert dict(document.metadata) == {"tags": "a, b"}


@pytest.mark.parametrize(
    "text", ["---\n\nText after a rule\n\n---\nmore", "---\nnever closed", "--- \nno pair\n---\nx"]
)
def test_what_only_looks_like_front_matter_stays(text: str) -> None:
    assert split_front_matter(text)[1] == text


def test_a_document_of_headings_alone_is_one_of_paragraphs() -> None:
    assert blocks("# One\n\n## Two") == [("paragraph", "One"), ("paragraph", "Two")]


def test_unseen_characters_are_gone() -> None:
    assert read("Pay\u200b \u202e100\u202c EUR\u00ad\U000e0041, cafe\u0301\u00a0now").text == "Pay 100 EUR, café now"


def test_comments_never_closed_are_text() -> None:
    assert len(read("<!--" * 20_000).text) == 80_000


def test_deep_nesting_is_read() -> None:
    check(read(">" * 3000 + " deep\n" + "- " * 3000 + "deep\n"))


LINES = st.sampled_from(
    ["# a", "text *b*", "- item", "  - inner", "1. one", "    code", "```", "~~~", "> q", "| a | b |", "|---|---|", "",
     "===", "---", "<!-- c", "-->", "[r]: x", "[^1]: n", "\t- t", "**b", "`c", "\\", "&amp;", "é\u0301", "<div>"]
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.one_of(st.text(max_size=200), st.lists(LINES, max_size=14).map("\n".join)))
def test_any_input_gives_exact_blocks_or_a_read_error(text: str) -> None:
    try:
        document = read(text.encode("utf-8", "replace").decode())
    except ReadError:
        return
    check(document)
