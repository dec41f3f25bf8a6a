from __future__ import annotations

import hashlib
import re
import sys
from collections.abc import Callable, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.errors import UsageError
from retrieval.nouns import Document, Passage
from retrieval.readers.canvas import Canvas
from retrieval.split import DEEPEST, ORPHAN, encoded_text, header, split
from retrieval.units import units

Measure = Callable[[Sequence[str]], list[int]]


def words(texts: Sequence[str]) -> list[int]:
    """Two marks around every text, as BERT has them, and a token for every word and sign."""
    return [2 + len(re.findall(r"\w+|[^\w\s]", text)) for text in texts]


def pieces(texts: Sequence[str]) -> list[int]:
    """A token for every four bytes of a word, and for every line break: parts do not add up to wholes."""
    return [1 + sum(-(-len(word.encode()) // 4) for word in re.split(r"[ ]+|(\n)", text) if word) for text in texts]


def document(*blocks: tuple[str, str, int], title: str = "Manual") -> Document:
    """(kind, text, level or page)"""
    canvas = Canvas()
    for kind, text, number in blocks:
        level, page = (number, None) if kind == "heading" else (0, number or None)
        canvas.add(kind, text, level, page)  # type: ignore[arg-type]
    return Document("a.md", title, canvas.text, canvas.blocks, "markdown", date="2026-01-02", version="3")


def sentence(n: int, length: int = 10) -> str:
    return f"Sentence {n} " + "word " * (length - 3) + "ends."


def check(document: Document, passages: list[Passage], measure: Measure, limit: int) -> None:
    assert all(size <= limit for size in measure([encoded_text(p) for p in passages]))
    at = 0
    for passage in passages:
        assert passage.text == document.text[passage.start : passage.end]
        assert passage.start >= at
        assert passage.units[0].start == passage.start
        assert passage.units[-1].end == passage.end
        assert all(passage.quote(unit) == document.text[unit.start : unit.end] for unit in passage.units)
        at = passage.end
    quoted = "".join(p.quote(unit) for p in passages for unit in p.units)
    wanted = "".join(document.text[unit.start : unit.end] for unit in units(document))
    assert "".join(quoted.split()) == "".join(wanted.split())


def test_passages_stay_below_their_heading() -> None:
    made = document(
        ("heading", "Manual", 1),
        ("paragraph", "Intro.", 1),
        ("heading", "Care", 2),
        ("paragraph", "Clean it. Dry it.", 1),
        ("heading", "Daily", 3),
        ("item", "Wipe it.", 2),
        ("heading", "Repair", 2),
        ("paragraph", "Call us.", 2),
    )
    passages = split(made, words)
    assert [(p.heading, p.text, p.page) for p in passages] == [
        ((), "Intro.", 1),
        (("Care",), "Clean it. Dry it.", 1),
        (("Care", "Daily"), "Wipe it.", 2),
        (("Repair",), "Call us.", 2),
    ]
    assert [header(p) for p in passages][2] == "Manual › Care › Daily"
    assert encoded_text(passages[1]) == "Manual › Care\nClean it. Dry it."
    assert (passages[0].title, passages[0].date, passages[0].version, passages[0].document) == (
        "Manual",
        "2026-01-02",
        "3",
        "a.md",
    )


def test_the_id_names_the_wording() -> None:
    made = document(("paragraph", "Clean it.", 0))
    (passage,) = split(made, words)
    digest = hashlib.sha256(b"Clean it.").hexdigest()[:12]
    assert passage.id == f"a.md@{digest}:0-9"


def test_a_first_heading_unlike_the_title_stays_in_the_path() -> None:
    made = document(("heading", "Welcome", 1), ("heading", "Care", 2), ("paragraph", "Clean it.", 0))
    assert split(made, words)[0].heading == ("Welcome", "Care")


def test_units_are_packed_to_the_budget_and_measured_once() -> None:
    measured: list[str] = []

    def counting(texts: Sequence[str]) -> list[int]:
        measured.extend(texts)
        return words(texts)

    made = document(*[("paragraph", sentence(n), 0) for n in range(12)])
    passages = split(made, counting, budget=45, limit=80)
    assert [len(p.units) for p in passages] == [4, 4, 4]
    assert all(measured.count(sentence(n)) == 1 for n in range(12))
    check(made, passages, words, 80)


def test_a_paragraph_goes_whole_to_the_next_passage() -> None:
    made = document(("paragraph", sentence(1, 28), 0), ("paragraph", f"{sentence(2)} {sentence(3)} {sentence(4)}", 0))
    assert [p.text[:10] for p in split(made, words, budget=42, limit=80)] == ["Sentence 1", "Sentence 2"]


def test_a_line_that_introduces_a_list_goes_with_it() -> None:
    made = document(
        ("paragraph", sentence(1, 30), 0), ("paragraph", "You need these parts:", 0), ("item", sentence(2, 30), 0)
    )
    assert [p.text.split(":")[0][:12] for p in split(made, words, budget=45, limit=80)] == [
        "Sentence 1 w",
        "You need the",
    ]


def test_rows_stay_whole() -> None:
    rows = [f"Part: part number {n}; Price: {n} EUR" for n in range(30)]
    made = document(*[("row", row, 0) for row in rows])
    passages = split(made, words, budget=50, limit=80)
    assert [line for p in passages for line in p.text.split("\n")] == rows


def test_no_orphan_is_left_behind() -> None:
    made = document(*[("paragraph", sentence(n), 0) for n in range(5)])
    passages = split(made, words, budget=41, limit=50)
    assert [len(p.units) for p in passages] == [2, 3]
    assert words([passages[-1].text])[0] >= ORPHAN
    assert len(split(made, words, budget=41, limit=80)) == 1  # a little over the budget is better than an orphan


def test_a_unit_too_long_is_cut_at_white_space() -> None:
    made = document(("row", "Text: " + " ".join(f"word{n}" for n in range(200)), 0))
    passages = split(made, words, budget=40, limit=60)
    check(made, passages, words, 60)
    assert len(passages) == 4
    assert all(len(p.units) == 1 and p.text == p.text.strip() for p in passages)
    sizes = words([p.text for p in passages])
    assert min(sizes) > 0.6 * max(sizes)


def test_a_word_too_long_is_cut_anywhere() -> None:
    made = document(("paragraph", "a" * 3000, 0))
    passages = split(made, pieces, budget=40, limit=60)
    assert "".join(p.text for p in passages) == "a" * 3000
    assert all(size <= 60 for size in pieces([encoded_text(p) for p in passages]))


def test_a_long_header_loses_its_middle() -> None:
    names = [f"Heading {n} of the many that stand above this passage" for n in range(1, 7)]
    made = document(*[("heading", name, n) for n, name in enumerate(names, 1)], ("paragraph", "Text.", 0))
    (passage,) = split(made, words)
    told = header(passage)
    assert told.startswith("Manual › ")
    assert told.endswith(names[-1])
    assert " › … › " in told
    assert words([told])[0] <= 48 + 6


def test_a_title_longer_than_any_header_is_clipped() -> None:
    made = document(("heading", "b" * 400, 2), ("paragraph", "Text.", 0), title="word " * 300)
    (passage,) = split(made, words)
    assert len(header(passage)) < 250
    assert header(passage).count("…") >= 2


def test_what_is_too_long_for_a_heading_is_quoted_like_any_text() -> None:
    made = document(("heading", "Care", 1), ("heading", "word " * 300, 2), ("paragraph", "Text.", 0))
    passages = split(made, words)
    assert {passage.heading for passage in passages} == {("Care",)}
    assert sum(len(passage.units) for passage in passages) > 1


def test_a_tower_of_headings_is_told_apart_so_far() -> None:
    made = document(*[("heading", f"H{n}", n) for n in range(1, 100)], ("paragraph", "Text.", 0))
    (passage,) = split(made, words)
    assert passage.heading == (*(f"H{n}" for n in range(1, DEEPEST)), "H99")


def work(made: Document) -> int:
    """Calls that splitting makes, and characters that it has measured: the same on every machine."""
    calls = characters = 0

    def count(frame: object, event: str, argument: object) -> None:
        nonlocal calls
        calls += event.endswith("call")

    def measured(texts: Sequence[str]) -> list[int]:
        nonlocal characters
        characters += sum(map(len, texts))
        return pieces(texts)

    sys.setprofile(count)
    try:
        split(made, measured)
    finally:
        sys.setprofile(None)
    return 20 * calls + characters


HOSTILE: dict[str, Callable[[int], Document]] = {
    "one line": lambda n: document(("paragraph", "word " * n, 0)),
    "one word": lambda n: document(("paragraph", "x" * n, 0)),
    "one row": lambda n: document(("row", "a: b; " * n, 0)),
    "one block of code": lambda n: document(("code", "x = 1\n" * n, 0)),
    "numbers": lambda n: document(("paragraph", "1. " * n, 0)),
    "abbreviations": lambda n: document(("paragraph", "approx. 5 " * n, 0)),
    "no spaces": lambda n: document(("paragraph", "\u6f22\u3002" * n, 0)),
    "headings": lambda n: document(*[("heading", f"H{i}", 1 + i % 6) for i in range(n)], ("paragraph", "x", 0)),
    "a tower": lambda n: document(
        *[(kind, f"H{i}.", i + 1) for i in range(n // 4) for kind in ("heading", "paragraph")]
    ),
    "long headings": lambda n: document(
        *[(kind, "word " * 90, 1) for _ in range(n // 16) for kind in ("heading", "item")]
    ),
    "a long title": lambda n: document(*[("paragraph", f"Text {i}.", 0) for i in range(n)], title="word " * n),
    "items": lambda n: document(*[("item", f"i{i}:", 0) for i in range(n)]),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_twice_as_much_is_twice_the_work(what: str) -> None:
    few, many = work(HOSTILE[what](400)), work(HOSTILE[what](1600))
    assert many < 5 * few


def test_a_limit_without_room_is_refused() -> None:
    with pytest.raises(UsageError, match="A limit of 9 tokens leaves no room"):
        split(document(("paragraph", "Text.", 0)), words, limit=9)


def test_a_document_without_units_has_no_passages() -> None:
    assert split(Document("a", "A", "", (), "text"), words) == []


TEXT = st.text(alphabet=st.sampled_from("abc de. F1:;,!? \u00e9\u4f60\U0001f600"), min_size=1, max_size=700)
KINDS = st.sampled_from(["heading", "paragraph", "item", "row", "code"])
MEASURES: list[Measure] = [words, pieces]


@settings(max_examples=120, deadline=None)
@given(
    st.lists(st.tuples(KINDS, TEXT, st.integers(1, 4)), max_size=8),
    TEXT,
    st.sampled_from(MEASURES),
    st.integers(10, 200),
)
def test_every_passage_fits_and_every_unit_is_in_one(
    blocks: list[tuple[str, str, int]], title: str, measure: Measure, budget: int
) -> None:
    made = document(*blocks, title=title)
    check(made, split(made, measure, budget=budget, limit=256), measure, 256)
