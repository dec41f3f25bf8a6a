from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.errors import ReadError
from retrieval.nouns import Document
from retrieval.readers import restructured as reader
from retrieval.readers.rstinline import plain
from retrieval.readers.source import Source
from tests.retrieval.test_readers import check


def read(content: str) -> Document:
    document = reader.read(Source("a.rst", Path("a.rst"), content.encode()))
    check(document)
    return document


def blocks(content: str) -> list[tuple[str, str]]:
    document = read(content)
    return [(f"{b.kind}{b.level or ''}", document.text[b.start : b.end]) for b in document.blocks]


def rows(content: str) -> list[str]:
    return [text for kind, text in blocks(content) if kind == "row"]


def test_each_way_to_mark_a_heading_is_a_level() -> None:
    content = (
        "=====\nGuide\n=====\n\nCare\n====\n\nDaily\n-----\n\nText.\n\nReturns\n=======\n\nMore.\n\n-----\n\nEnd.\n"
    )
    assert blocks(content) == [
        ("heading1", "Guide"),
        ("heading2", "Care"),
        ("heading3", "Daily"),
        ("paragraph", "Text."),
        ("heading2", "Returns"),
        ("paragraph", "More."),
        ("paragraph", "End."),
    ]


def test_lists_nest_and_count() -> None:
    content = "- one,\n  wrapped\n\n  more\n\n  1. in\n  #. next\n- two\n\n(a) letter\n\n#. auto\n#. auto\n"
    assert blocks(content) == [
        ("item", "one, wrapped"),
        ("paragraph", "more"),
        ("item", "1. in"),
        ("item", "2. next"),
        ("item", "two"),
        ("item", "(a) letter"),
        ("item", "1. auto"),
        ("item", "2. auto"),
    ]


def test_a_line_that_begins_like_an_item_may_be_a_paragraph() -> None:
    assert blocks("A. Smith wrote this\nand that.\n") == [("paragraph", "A. Smith wrote this and that.")]


def test_fields_tell_facts_and_definitions_their_term() -> None:
    content = (
        "Guide\n=====\n\n:Date: 1 March 2026\n:Revision: 7\n:Owner: Anna,\n   Bob\n\nTerm\n    What it\n    means.\n"
    )
    document = read(content)
    assert (document.title, document.date, document.version) == ("Guide", "2026-03-01", "7")
    assert [text for kind, text in blocks(content) if kind == "item"] == [
        "Date: 1 March 2026",
        "Revision: 7",
        "Owner: Anna, Bob",
        "Term: What it means.",
    ]


def test_directives_are_reduced_to_what_they_say() -> None:
    content = """
.. note:: Unplug it first.

   Then wait.

.. code-block:: sh
   :linenos:

   make  all
     indented

.. figure:: a.png
   :alt: A boiler

   The boiler.

.. image:: b.png
.. include:: /etc/passwd
.. contents::

.. py:function:: heat(n)

   Heats the boiler.

.. a comment
   over two lines

.. _target: https://example.org
"""
    assert blocks(content) == [
        ("paragraph", "Unplug it first."),
        ("paragraph", "Then wait."),
        ("code", "make  all\n  indented"),
        ("paragraph", "The boiler."),
        ("paragraph", "heat(n)"),
        ("paragraph", "Heats the boiler."),
    ]


def test_literal_blocks_keep_their_spaces() -> None:
    content = "Run::\n\n    make  all\n\n      deep\n\n::\n\n    alone\n\n- Item::\n\n    inner\n\n>>> 1 + 1\n2\n"
    assert blocks(content) == [
        ("paragraph", "Run:"),
        ("code", "make  all\n\n  deep"),
        ("code", "alone"),
        ("item", "Item:"),
        ("code", "inner"),
        ("code", ">>> 1 + 1\n2"),
    ]


def test_grid_tables_may_span() -> None:
    content = """
+--------+---------------+
| Part   | Price         |
|        +-------+-------+
|        | net   | gross |
+========+=======+=======+
| Boiler | 120   | 140   |
| large  |       |       |
+--------+-------+-------+
| Pump   | see below     |
+--------+-------+-------+
"""
    assert rows(content) == ["Part: Boiler large; Price net: 120; Price gross: 140", "Part: Pump; Price net: see below"]


def test_simple_tables_wrap_and_may_have_no_header() -> None:
    content = "====== =====\nPart   Price\n====== =====\nBoiler 120\n       EUR\nPump   40\n====== =====\n"
    assert rows(content) == ["Part: Boiler; Price: 120 EUR", "Part: Pump; Price: 40"]
    assert rows("== ==\na  b\nc  d\n== ==\n") == ["a; b", "c; d"]


def test_tables_of_lists_and_commas() -> None:
    listed = ".. list-table:: Prices\n   :header-rows: 1\n\n"
    listed += "   * - Part\n     - Price\n   * - Boiler,\n       large\n     - 120\n"
    assert blocks(listed) == [("paragraph", "Prices"), ("row", "Part: Boiler, large; Price: 120")]
    assert rows('.. csv-table::\n   :header: "Part", "Price"\n\n   "Pump, big", 40\n') == ["Part: Pump, big; Price: 40"]


@pytest.mark.parametrize(("text", "expected"), [
    ("*24* **months** ``a * b``", "24 months a * b"),
    ("`site <https://example.org>`_ and `page`__ and name_", "site and page and name"),
    (":ref:`the terms <x>` :py:class:`~a.B` :meth:`__init__` __init__", "the terms a.B __init__ __init__"),
    ("|name| [1]_ [#a]_ here", "Heron here"),
    (r"a\ b \*not\* snake_case_name", "ab *not* snake_case_name"),
    ("2 * 3 * 4, *unclosed", "2 * 3 * 4, *unclosed"),
])  # fmt: skip
def test_marks_inside_a_line(text: str, expected: str) -> None:
    assert plain(text, {"name": "Heron"}) == expected


def test_substitutions_and_footnotes() -> None:
    assert blocks("|co| sells it [1]_.\n\n.. |co| replace:: Heron Ltd\n.. [1] Since 1998.\n") == [
        ("paragraph", "Heron Ltd sells it."),
        ("paragraph", "Since 1998."),
    ]


PIECES = st.sampled_from([
    "Title", "=====", "-----", "- a", "  b", "    c", "1. x", "#. y", ".. note:: n", ".. code::", ".. [1] f", ":F: v",
    "+--+--+", "|a |b |", "+==+==+", "== ==", "a  b", "::", "text::", "| line", ">>> 1", "", "", "**x**", "..", "* - c",
])  # fmt: skip


@settings(max_examples=120, deadline=None)
@given(st.one_of(st.lists(PIECES, max_size=20).map("\n".join), st.text(max_size=150)))
def test_any_text_gives_exact_blocks_or_a_read_error(content: str) -> None:
    try:
        document = reader.read(Source("a.rst", Path("a.rst"), content.encode("utf-8", "replace")))
    except ReadError:
        return
    check(document)
