"""Plain text, tables as text, JSON lines, and the encodings that they come in."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.errors import ReadError
from retrieval.nouns import Document
from retrieval.readers import delimited, records, text
from retrieval.readers.decode import decode
from retrieval.readers.source import Source
from tests.retrieval.test_readers import check


def source(content: str | bytes, name: str = "a.txt") -> Source:
    return Source(name, Path(name), content if isinstance(content, bytes) else content.encode())


def blocks_of(document: Document) -> list[tuple[str, str]]:
    return [(f"{b.kind}{b.level or ''}", document.text[b.start : b.end]) for b in document.blocks]


def blocks(content: str) -> list[tuple[str, str]]:
    return blocks_of(text.read(source(content)))


# ------------------------------------------------------------------------------------- plain text


def test_headings_by_their_looks() -> None:
    content = (
        "Printers\n\nHello there, all.\n\nSETUP\n\nText one.\n\n1. Scope\n\nText two.\n\n3.2 Paper jams\n\n"
        "Text three.\n\nCare\n----\n\nText four.\n\nChapter 4. Returns\n\nText five."
    )
    headings = [block for block in blocks(content) if block[0].startswith("heading")]
    assert headings == [
        ("heading1", "Printers"),
        ("heading1", "SETUP"),
        ("heading1", "1. Scope"),
        ("heading2", "3.2 Paper jams"),
        ("heading2", "Care"),
        ("heading1", "Chapter 4. Returns"),
    ]


@pytest.mark.parametrize(
    "line",
    ["This is a sentence.", "24 months from delivery", "1. Open the lid.", "Dear all,", "NOTE: DO NOT OPEN", "3.5 kg"],
)
def test_what_is_no_heading(line: str) -> None:
    assert not [b for b in blocks(f"First.\n\n{line}\n\nMore text.") if b[0].startswith("heading")]


CONTENTS = """Manual

Table of Contents

1. Before you begin
    1.1. What is in the box, and what has to be
    bought besides?
    1.2. Is it safe?!
2. Care

Chapter 1. Before you begin

1.1. What is in the box, and what has to be
bought besides?

A pump and a hose.

1.2. Is it safe?!

It is.

Chapter 2. Care

Rinse it.
"""


def test_a_list_of_the_headings_is_left_out_and_makes_them_sure() -> None:
    assert blocks(CONTENTS) == [
        ("heading1", "Manual"),
        ("heading1", "Chapter 1. Before you begin"),
        ("heading2", "1.1. What is in the box, and what has to be bought besides?"),
        ("paragraph", "A pump and a hose."),
        ("heading2", "1.2. Is it safe?!"),
        ("paragraph", "It is."),
        ("heading1", "Chapter 2. Care"),
        ("paragraph", "Rinse it."),
    ]


def test_a_list_of_headings_may_be_spread_over_the_page() -> None:
    listed = "* 1. Scope\n\n  * 1.1. Purpose\n\n  * 1.2. Terms\n\n* 2. Care\n\n"
    body = "1. Scope\n********\n\n1.1. Purpose\n============\n\nText.\n\n"
    body += "1.2. Terms\n==========\n\nText.\n\n2. Care\n*******\n\nText."
    assert blocks(f"Manual\n\n{listed}{body}") == blocks(f"Manual\n\n{body}")
    assert ("heading2", "1.1. Purpose") in blocks(body)


def test_a_numbered_list_that_nothing_repeats_stays() -> None:
    text = "Steps\n\n1. Open it\n2. Rinse it\n3. Close it\n4. Dry it\n\nRinse it\n\nTwice."
    assert [block for block in blocks(text) if block[0] == "item"] == [
        ("item", "1. Open it"),
        ("item", "2. Rinse it"),
        ("item", "3. Close it"),
        ("item", "4. Dry it"),
    ]


def test_a_numbered_list_with_empty_lines_is_no_row_of_headings() -> None:
    assert [kind for kind, _ in blocks("Do this.\n\n1. Open the lid\n\n2. Close it\n\n3. Done now.")][1:3] == [
        "item",
        "item",
    ]


def test_wrapped_lines_are_joined_and_items_kept_apart() -> None:
    content = (
        "The warranty\nlasts 24\nmonths.\n\nBring:\n- the machine,\n  cleaned\n- the receipt\n\n1) first\n2) second\n"
    )
    assert blocks(content) == [
        ("paragraph", "The warranty lasts 24 months."),
        ("paragraph", "Bring:"),
        ("item", "the machine, cleaned"),
        ("item", "the receipt"),
        ("item", "1) first"),
        ("item", "2) second"),
    ]


def test_a_wrapped_line_that_begins_like_an_item_is_none() -> None:
    assert blocks("It ends after day\n30. A fee is due\n- of course - later.") == [
        ("paragraph", "It ends after day 30. A fee is due - of course - later.")
    ]


def test_a_short_line_leads_a_list_without_a_colon() -> None:
    wide = "A paragraph of this file, which tells how wide its lines are.\n\n"
    assert blocks(wide + "Firmware 5.4.1\n- Fixed: the hopper,\n  which was full\n\nFirmware 5.4\n- New: a PIN")[
        1:
    ] == [
        ("paragraph", "Firmware 5.4.1"),
        ("item", "Fixed: the hopper, which was full"),
        ("paragraph", "Firmware 5.4"),
        ("item", "New: a PIN"),
    ]


def test_lines_that_no_hand_wrapped_are_paragraphs() -> None:
    long = "This line is so long that nobody would have wrapped it by hand at such a width" + ", for it goes on" * 4
    assert blocks(f"{long}\n{long}\nShort.") == [("paragraph", long), ("paragraph", long), ("paragraph", "Short.")]


def test_facts_come_from_the_opening() -> None:
    document = text.read(source("Printers\n\nVersion 2.1\nLast updated: 2026-03-01\n\nText."))
    assert (document.title, document.version, document.date) == ("Printers", "2.1", "2026-03-01")


def test_the_file_names_what_names_nothing_itself() -> None:
    assert text.read(source("just some words. and more.", "travel-policy_2026.txt")).title == "Travel policy 2026"


# -------------------------------------------------------------------------------------- encodings


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "cp1252", "latin-1"])
def test_encodings_are_recognised(encoding: str) -> None:
    words = "Die Gewährleistung beträgt 24 Monate ab Lieferung. Für größere Geräte fällt eine Gebühr an."
    assert text.read(source(words.encode(encoding))).text == words


def test_short_western_text_is_not_taken_for_eastern() -> None:
    words = "Größe: 5 €, naïve café"
    assert decode(source(words.encode("cp1252"))) == words


def test_cyrillic_is_recognised() -> None:
    words = "Гарантия действует двадцать четыре месяца со дня поставки товара покупателю."
    assert decode(source(words.encode("cp1251"))) == words


def test_what_is_no_text_is_refused() -> None:
    noise = random.Random(1).randbytes(4000)
    with pytest.raises(ReadError, match="not text in any encoding"):
        text.read(source(noise))
    with pytest.raises(ReadError, match="not text in any encoding"):
        text.read(source(b"\x00\x01\x02\x03abc" * 50))


# ----------------------------------------------------------------------------------------- tables


def rows(content: str | bytes, name: str = "a.csv") -> list[str]:
    return [line for _, line in blocks_of(delimited.read(source(content, name)))]


def test_records_become_rows_under_their_header() -> None:
    assert rows('Part number,Part,Note\nSK-1,Hopper,\nSK-2,"Burrs, steel","line one\nline two"\n') == [
        "Part number: SK-1; Part: Hopper",
        "Part number: SK-2; Part: Burrs, steel; Note: line one line two",
    ]


@pytest.mark.parametrize(("delimiter", "name"), [(";", "a.csv"), ("\t", "a.csv"), ("|", "a.csv"), ("\t", "a.tsv")])
def test_delimiters_are_found(delimiter: str, name: str) -> None:
    lines = [("Item", "Price"), ("Boiler, large", "1,5"), ("Pump", "2,5")]
    assert rows("\n".join(delimiter.join(line) for line in lines), name)[0] == "Item: Boiler, large; Price: 1,5"


def test_without_a_header_values_stand_alone() -> None:
    assert rows("SK-1001,120\nSK-1002,40\n") == ["SK-1001; 120", "SK-1002; 40"]


def test_dates_in_a_row_are_not_the_date_of_the_table() -> None:
    assert delimited.read(source("Ticket,Date\nT-1,2025-01-08\n", "a.csv")).date is None


def test_ragged_records_are_read() -> None:
    assert rows("A,B\n1\n1,2,3\n,,\n") == ["A: 1", "A: 1; B: 2; 3"]


def test_a_quotation_mark_never_closed_is_told() -> None:
    huge = 'A,B\n1,"' + "x" * (delimited.MAX_CELL + 10)
    with pytest.raises(ReadError, match="never closed"):
        delimited.read(source(huge, "a.csv"))


# ------------------------------------------------------------------------------------- JSON lines


def test_records_keep_their_ids_and_metadata() -> None:
    record = {
        "id": 7,
        "title": "T",
        "text": "One.\n\nTwo.",
        "date": "1 March 2026",
        "team": "a",
        "n": [1],
        "none": None,
    }
    documents, problems = records.read(source(json.dumps(record) + "\n\n", "a.jsonl"))
    assert not problems
    (document,) = documents
    assert (document.id, document.title, document.date) == ("7", "T", "2026-03-01")
    assert dict(document.metadata) == {"team": "a", "n": "[1]"}
    assert document.text == "One.\n\nTwo."


def test_bad_lines_are_named_and_the_rest_goes_on() -> None:
    lines = [
        '{"id": "a", "text": "Good."}',
        "{",
        "[]",
        '{"id": "b"}',
        '{"id": "a", "text": "Again."}',
        '{"text": "No id."}',
    ]
    documents, problems = records.read(source("\n".join(lines), "a.jsonl"))
    assert [d.id for d in documents] == ["a", "a.jsonl#6"]
    assert [str(p).split(":")[0].split(" is ")[0].split(" h")[0] for p in problems] == [
        f"a.jsonl, line {n}" for n in (2, 3, 4, 5)
    ]


# ------------------------------------------------------------------------------------- properties

ODD = st.text(alphabet=st.sampled_from("aB1.é\u0301 \t\n\r,;|\"'*-=•)\x00\x0c\u2028\ud800\u00a0#"), max_size=120)
ANY = st.one_of(st.text(max_size=150), ODD)


@settings(max_examples=150, deadline=None)
@given(ANY)
def test_any_text_gives_exact_blocks_or_a_read_error(content: str) -> None:
    try:
        document = text.read(source(content.encode("utf-8", "surrogatepass")))
    except ReadError:
        return
    check(document)


@settings(max_examples=150, deadline=None)
@given(ANY)
def test_any_table_gives_exact_blocks_or_a_read_error(content: str) -> None:
    try:
        document = delimited.read(source(content.encode("utf-8", "replace"), "a.csv"))
    except ReadError:
        return
    check(document)


@settings(max_examples=80, deadline=None)
@given(st.text(max_size=80), st.dictionaries(st.text(max_size=5), st.text(max_size=5), max_size=3))
def test_any_record_gives_exact_blocks_or_a_problem(content: str, more: dict[str, str]) -> None:
    line = json.dumps({"id": "a", **more, "text": content})
    documents, problems = records.read(source(line, "a.jsonl"))
    assert len(documents) + len(problems) == 1
    for document in documents:
        check(document)
