"""Workbooks: cells as a person sees them, tables where a person sees them."""

from __future__ import annotations

import io
import math
import zipfile
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.styles import Font

from retrieval.errors import ReadError
from retrieval.nouns import Document
from retrieval.readers import sheets, workbook
from retrieval.readers.canvas import Canvas, tidy
from retrieval.readers.numerals import shown
from retrieval.readers.sheets import Entry, SheetWriter
from retrieval.readers.source import Source
from tests.retrieval.formats import saved
from tests.retrieval.test_readers import check

ACCOUNTING = '_-* #,##0.00\\ "€"_-;\\-* #,##0.00\\ "€"_-;_-* "-"??\\ "€"_-;_-@_-'
MOMENT = datetime(2026, 3, 1, 14, 5)
DAY = datetime(2026, 3, 1)


def read_with_problems(data: bytes) -> tuple[Document, list[str]]:
    (document,), problems = workbook.read(Source("a.xlsx", Path("a.xlsx"), data))
    check(document)
    return document, [str(problem) for problem in problems]


def blocks(book: Any) -> list[tuple[str, str]]:
    document, problems = read_with_problems(saved(book))
    assert not problems
    return [(f"{b.kind}{b.level or ''}", document.text[b.start : b.end]) for b in document.blocks]


def filled(rows: Sequence[Sequence[Any]], bold: Sequence[int] = ()) -> Any:
    book = Workbook()
    book.active.title = "S"
    for number, row in enumerate(rows, start=1):
        for column, value in enumerate(row, start=1):
            cell = book.active.cell(number, column, value)
            cell.font = Font(bold=number in bold)
    return book


def rows_of(book: Any) -> list[str]:
    return [text for kind, text in blocks(book) if kind == "row"]


# ------------------------------------------------------------------------------------------ cells


@pytest.mark.parametrize(("value", "form", "expected"), [
    (1234.5, '#,##0.00 "€"', "1,234.50 €"),
    (1234.5, r"#,##0.00\ [$€-407]", "1,234.50 €"),
    (-1234.5, "#,##0.00;(#,##0.00)", "(1,234.50)"),
    (-5, "$#,##0.00", "-$5.00"),
    (0.19, "0%", "19%"),
    (0.075, "0.0%", "7.5%"),
    (1234567, '#,##0,"k"', "1,235k"),
    (420, "00000", "00420"),
    (0.125, "0.00", "0.13"),
    (-0.001, "0.00", "0.00"),
    (24, '0 "months"', "24 months"),
    (1234, "[Red]#,##0", "1,234"),
    (0.1 + 0.2, "General", "0.3"),
    (12, "General", "12"),
    (12.5, "@", "12.5"),
    (1.5, "# ?/?", "1.5"),
    (0, '0.00;-0.00;"none"', "none"),
    (0, ACCOUNTING, "- €"),
    (-5, ACCOUNTING, "-5.00 €"),
    (5, ";;;", ""),
    (math.inf, "0.0", "inf"),
    (True, "General", "TRUE"),
    ("=x", "0.00", "=x"),
    (DAY, "mm-dd-yy", "2026-03-01"),
    (DAY, "d/m/yyyy", "2026-03-01"),
    (DAY, "dd.mm.yyyy", "01.03.2026"),
    (DAY, "d mmmm yyyy", "1 March 2026"),
    (DAY, r"[$-F800]dddd\,\ mmmm\ dd\,\ yyyy", "Sunday, March 01, 2026"),
    (DAY, "mmm-yy", "Mar-26"),
    (DAY, "yyyy", "2026"),
    (DAY, "General", "2026-03-01"),
    (MOMENT, "dd.mm.yyyy hh:mm", "01.03.2026 14:05"),
    (MOMENT, "mmm d, yyyy h:mm AM/PM", "Mar 1, 2026 2:05 PM"),
    (MOMENT, "yyyy-mm-dd h:mm:ss", "2026-03-01 14:05"),
    (date(999, 1, 2), "General", "0999-01-02"),
    (time(9, 30), "h:mm", "09:30"),
    (timedelta(hours=26, minutes=3), "[h]:mm", "26:03"),
])  # fmt: skip
def test_numbers_and_moments_as_they_are_seen(value: object, form: str, expected: str) -> None:
    assert shown(value, form) == expected


@settings(max_examples=120, deadline=None)
@given(
    st.one_of(st.integers(), st.floats(), st.datetimes(), st.dates(), st.times(), st.timedeltas()),
    st.text(alphabet='#0?,.%E+-;[]"\\_*@ydmhs/: $€aA', max_size=20),
)
def test_any_number_in_any_format_is_shown(value: object, form: str) -> None:
    assert isinstance(shown(value, form), str)


# ----------------------------------------------------------------------------------------- tables


def test_titles_merged_headers_and_notes() -> None:
    rows: list[list[Any]] = [
        ["Price list"],
        [],
        ["Part", "Price", None, "Since"],
        [None, "net", "gross", None],
        ["Boiler", 120, 142.8, DAY],
        ["Pump", 40, 47.6, DAY],
        ["Note: without freight."],
    ]
    book = filled(rows, bold=(1, 3, 4))
    for area in ("A1:D1", "B3:C3", "A3:A4", "D3:D4"):
        book.active.merge_cells(area)
    assert blocks(book) == [
        ("heading1", "S"),
        ("heading2", "Price list"),
        ("row", "Part: Boiler; Price net: 120; Price gross: 142.8; Since: 2026-03-01"),
        ("row", "Part: Pump; Price net: 40; Price gross: 47.6; Since: 2026-03-01"),
        ("paragraph", "Note: without freight."),
    ]


def test_a_header_of_years_is_a_header_where_it_is_bold() -> None:
    rows: list[list[Any]] = [["Item", 2025, 2026], ["Boiler", 100, 120]]
    assert rows_of(filled(rows, bold=(1,))) == ["Item: Boiler; 2025: 100; 2026: 120"]
    assert rows_of(filled(rows)) == ["Item; 2025; 2026", "Boiler; 100; 120"]


def test_a_table_goes_on_after_an_empty_row() -> None:
    rows: list[list[Any]] = [
        ["Part", "Price"],
        ["Boiler", "a"],
        [],
        ["Pump", "b"],
        [],
        ["Name", "Town"],
        ["Anna", "York"],
    ]
    assert rows_of(filled(rows, bold=(1, 6))) == [
        "Part: Boiler; Price: a",
        "Part: Pump; Price: b",
        "Name: Anna; Town: York",
    ]


def test_tables_side_by_side_are_not_one() -> None:
    rows: list[list[Any]] = [
        ["Part", "Price", None, "Name", "Town"],
        ["Boiler", 120, None, "Anna", "York"],
        ["Pump", 40],
    ]
    assert rows_of(filled(rows)) == ["Part: Boiler; Price: 120", "Part: Pump; Price: 40", "Name: Anna; Town: York"]


def test_a_merged_value_holds_for_every_row() -> None:
    book = filled([["Site", "Room"], ["Leeds", "1"], [None, "2"]])
    book.active.merge_cells("A2:A3")
    assert rows_of(book) == ["Site: Leeds; Room: 1", "Site: Leeds; Room: 2"]


def test_names_at_the_left_name_their_values() -> None:
    book = filled([["Owner", "Anna"], ["Discount", 0.075], ["Since", DAY], ["Town", "York"]])
    book.active["B2"].number_format = "0.0%"
    assert rows_of(book) == ["Owner: Anna", "Discount: 7.5%", "Since: 2026-03-01", "Town: York"]


def test_a_single_column_is_text_and_a_lone_title_is_no_heading() -> None:
    assert blocks(filled([["All prices in euros."], ["TOTAL BUDGET: 5 MILLION"]], bold=(2,))) == [
        ("heading1", "S"),
        ("paragraph", "All prices in euros."),
        ("paragraph", "TOTAL BUDGET: 5 MILLION"),
    ]


def test_only_visible_sheets_are_read() -> None:
    book = filled([["A", "B"], ["1", "2"]])
    for state in ("hidden", "veryHidden"):
        sheet = book.create_sheet(state)
        sheet.append(["secret"])
        sheet.sheet_state = state
    book.create_sheet("Empty")
    assert blocks(book) == [("heading1", "S"), ("row", "A: 1; B: 2")]


def test_a_sheet_that_lies_about_its_size_is_read_whole() -> None:
    data = saved(filled([["Part", "Price"], ["Boiler", "120"]]))
    document, _ = read_with_problems(changed(data, b'ref="A1:B2"', b'ref="A1:A1"'))
    assert "Part: Boiler; Price: 120" in document.text


def changed(data: bytes, old: bytes, new: bytes, name: str = "xl/worksheets/sheet1.xml") -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as archive, zipfile.ZipFile(buffer, "w") as copy:
        for part in archive.namelist():
            content = archive.read(part)
            assert part != name or old in content
            copy.writestr(part, content.replace(old, new) if part == name else content)
    return buffer.getvalue()


def test_formulas_give_their_value_and_those_without_one_are_named() -> None:
    data = saved(filled([["Part", "Price"], ["Boiler", "=60*2"], ["Pump", "=20*2"]]))
    document, problems = read_with_problems(changed(data, b"<f>60*2</f><v></v>", b"<f>60*2</f><v>120</v>"))
    assert document.text == "S\n\nPart: Boiler; Price: 120\nPart: Pump"
    assert problems == ['a.xlsx, sheet "S": 1 formula has no stored value. Open it in Excel, save it and sync again.']


def test_without_properties_there_is_no_date() -> None:
    data = saved(filled([["Part", "Price"], ["Boiler", "120"]]))
    assert read_with_problems(data)[0].date is not None
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as archive, zipfile.ZipFile(buffer, "w") as copy:
        for part in archive.namelist():
            if part != "docProps/core.xml":
                copy.writestr(part, archive.read(part))
    assert read_with_problems(buffer.getvalue())[0].date is None


# ----------------------------------------------------------------------------------------- limits


def test_too_many_cells_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "MAX_CELLS", 5)
    with pytest.raises(ReadError, match=r"a\.xlsx has more than 5 cells, the limit\. Split it"):
        read_with_problems(saved(filled([["a", "b"], ["c", "d"], ["e", "f"]])))


def test_a_row_that_cannot_be_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "MAX_ROW", 1000)
    data = changed(saved(filled([["a", "b"]])), b'<row r="1">', b'<row r="999999999">')
    with pytest.raises(ReadError, match=r"has a row 1,001; the limit is 1,000"):
        read_with_problems(data)


def test_a_table_that_is_too_wide_is_named_and_the_rest_is_read() -> None:
    rows: list[list[Any]] = [["Part", "Price"], ["Boiler", "120"], [], [f"c{n}" for n in range(600)], list(range(600))]
    document, problems = read_with_problems(saved(filled(rows)))
    assert document.text == "S\n\nPart: Boiler; Price: 120"
    assert problems == [
        f'a.xlsx, sheet "S": the table at row 4 has more than {sheets.MAX_COLUMNS} columns, the limit. Split it.'
    ]


def test_an_empty_workbook_holds_no_text() -> None:
    with pytest.raises(ReadError, match="holds no text"):
        read_with_problems(saved(Workbook()))


ENTRIES = st.builds(
    Entry,
    text=st.sampled_from(["Part", "Price", "120", "7.5%", "Anna Smith", "A note that ends here.", "x"]),
    is_value=st.booleans(),
    bold=st.booleans(),
    down=st.integers(1, 3),
)
GRIDS = st.integers(1, 5).flatmap(
    lambda width: st.lists(st.tuples(st.integers(0, 2), st.lists(ENTRIES, min_size=width, max_size=width)), max_size=8)
)


@settings(max_examples=120, deadline=None)
@given(GRIDS)
def test_whatever_a_sheet_looks_like_no_cell_is_lost(grid: list[tuple[int, list[Entry]]]) -> None:
    """But for the name of a column in which nothing stands."""
    canvas, number = Canvas(), 0
    rows: list[tuple[int, dict[int, Entry]]] = []
    covered: dict[int, int] = {}  # column: the last row that a merged cell in it reaches
    for gap, entries in grid:
        number += 1 + gap
        row = {column: entry for column, entry in enumerate(entries) if covered.get(column, 0) < number}
        covered |= {column: number + entry.down - 1 for column, entry in row.items()}
        rows += [(number, row)] if row else []
    SheetWriter(canvas).write(rows)
    for _, row in rows:
        assert all(tidy(entry.text) in canvas.text for entry in row.values())
