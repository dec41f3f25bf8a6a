"""Titles, dates and versions; the canonical text; wrapped lines."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.readers.canvas import Canvas, clean, row_text, tidy, tidy_code
from retrieval.readers.facts import iso_date, language_tag, sensible_title, stated_date, stated_version
from retrieval.readers.joining import Joiner
from retrieval.readers.table import Cell, lay_out


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-03-01", "2026-03-01"),
        ("2026-03-01T10:00:00Z", "2026-03-01"),
        ("1 March 2026", "2026-03-01"),
        ("1st of March 2026", "2026-03-01"),
        ("March 1, 2026", "2026-03-01"),
        ("Sept. 3rd, 2025", "2025-09-03"),
        ("1. März 2026", "2026-03-01"),
        ("01.03.2026", "2026-03-01"),
        ("31/12/2026", "2026-12-31"),
        ("12/31/2026", "2026-12-31"),
        ("03/04/2026", None),
        ("31 February 2026", None),
        ("2026-13-01", None),
        ("March 2026", None),
        ("version 2.10.2026", "2026-10-02"),
        ("no date", None),
    ],
)
def test_dates(text: str, expected: str | None) -> None:
    assert iso_date(text) == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Version 1.2, 19 January 2026. For grinders.", "2026-01-19"),
        ("Effective 1 March 2026", "2026-03-01"),
        ("Last updated: 2026-03-01", "2026-03-01"),
        ("Valid from 1 April 2026 until revoked.", "2026-04-01"),
        ("Stand: 01.03.2026", "2026-03-01"),
        ("19 January 2026", "2026-01-19"),
        ("Founded in York on 3 May 1998 by two sisters who liked coffee.", None),
    ],
)
def test_a_date_counts_where_a_word_introduces_it(line: str, expected: str | None) -> None:
    assert stated_date(["A title", line]) == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Version 2.1", "2.1"),
        ("Policy version: 4", "4"),
        ("v3.0.1-rc1 (draft)", "3.0.1-rc1"),
        ("Pellbrook | Manual | version 4.1", "4.1"),
        ("Edition 2025-2, 1 November 2025", "2025-2"),
        ("Rev. 7", "7"),
        ("Version 2025/26, 29 September 2025", "2025/26"),
        ("It runs with version 3.11 of Python", None),
        ("Version 3 or later is needed", None),
        ("Conversion 5", None),
    ],
)
def test_versions(line: str, expected: str | None) -> None:
    assert stated_version([line]) == expected


def test_titles_that_a_program_wrote_are_none() -> None:
    assert [sensible_title(t) for t in (None, "", "untitled", "Report.docx", "Document1", "(anonymous)", "A4")] == [
        None
    ] * 7
    assert sensible_title("Microsoft Word - Travel rules") == "Travel rules"


def test_language_tags() -> None:
    assert [language_tag(t) for t in ("en_GB", "de", "english", "", None)] == ["en-GB", "de", None, None, None]


def test_rows_leave_out_what_is_empty() -> None:
    assert row_text(["A:", "B", ""], ["1", " ", "3", "4"]) == "A: 1; 3; 4"
    assert row_text([], ["a", "b"]) == "a; b"


def test_spans_are_laid_out() -> None:
    rows = [[Cell("a", down=2), Cell("b", across=2)], [Cell("c"), Cell("d")]]
    assert [[cell.text for cell in row] for row in lay_out(rows)] == [["a", "b", ""], ["a", "c", "d"]]


def test_joining_knows_the_compounds_of_the_document() -> None:
    joiner = Joiner(["long-term"])
    assert joiner.join(["a war-", "ranty of long-", "term use, e-", "mail, Anglo-", "Saxon, 24-", "hour"]) == (
        "a warranty of long-term use, e-mail, Anglo-Saxon, 24-hour"
    )
    assert joiner.join(["GNU/", "Linux, either /", "or, at https://www.", "a.org -", "so"]) == (
        "GNU/Linux, either / or, at https://www.a.org - so"
    )


@given(st.text())
def test_tidy_is_one_clean_line_and_stays_so(text: str) -> None:
    line = tidy(text)
    assert line == tidy(line) == unicodedata.normalize("NFC", line)
    assert line == " ".join(line.split())
    line.encode("utf-8")


@given(st.text())
def test_clean_code_stays_clean(text: str) -> None:
    assert tidy_code(tidy_code(text)) == tidy_code(text)
    assert clean(clean(text)) == clean(text)


@given(st.lists(st.tuples(st.sampled_from(["heading", "paragraph", "item", "row", "code"]), st.text(max_size=20))))
def test_blocks_are_exact(parts: list[tuple[str, str]]) -> None:
    canvas = Canvas()
    for kind, text in parts:
        canvas.add(kind, text, level=1 if kind == "heading" else 0)  # type: ignore[arg-type]
    written = [canvas.text[b.start : b.end] for b in canvas.blocks]
    tidied = [tidy_code(text) if kind == "code" else tidy(text) for kind, text in parts]
    assert written == [text for text in tidied if text.strip()]
