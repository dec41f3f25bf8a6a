"""What every reader promises, held for the same small document in every format."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from retrieval import readers
from retrieval.nouns import Document
from retrieval.readers import read, read_with_problems
from retrieval.readers.source import FAMILIES
from retrieval.split import split
from retrieval.units import units
from tests.retrieval.formats import FIRST, ITEMS, MADE, MARKDOWN, NOTE, ROWS, SECOND, SENTENCE, TITLE, packed, write
from tests.retrieval.test_readers import check, text_of

TABLES = (".csv", ".tsv")  # rows and nothing else
VERBATIM = (".py", ".yaml")  # text that stays as it stands, under the names in it
FLAT = (".jsonl",)  # text of a record, without headings
WITH_ROWS = tuple(suffix for suffix in MADE if suffix not in (*VERBATIM, *FLAT, ".txt"))
WITH_HEADINGS = tuple(suffix for suffix in MADE if suffix not in (*TABLES, *FLAT))
WITH_ITEMS = tuple(suffix for suffix in WITH_HEADINGS if suffix not in (*VERBATIM, ".xlsx", ".ods", ".json", ".xml"))
WITH_PAGES = {".pdf": {1}, ".pptx": {1, 2, 3}, ".odp": {1, 2, 3}}
PACKED = (".pdf", ".docx", ".pptx", ".xlsx", ".odt", ".odp", ".ods", ".epub", ".zip")


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("shop")
    return {suffix: write(folder, suffix) for suffix in MADE}


def one(path: Path) -> Document:
    (document,) = read(path, path.name)
    return document


def sections(document: Document) -> dict[tuple[str, ...], str]:
    """The text of the passages below each path of headings."""
    found: dict[tuple[str, ...], str] = {}
    for passage in split(document, lambda texts: [len(text.split()) for text in texts]):
        assert document.text[passage.start : passage.end] == passage.text
        found[passage.heading] = f"{found.get(passage.heading, '')}\n{passage.text}"
    return found


def test_every_family_is_among_them() -> None:
    assert {FAMILIES[suffix] for suffix in MADE} == set(FAMILIES.values())


@pytest.mark.parametrize("suffix", MADE)
def test_text_is_clean_and_offsets_are_exact(suffix: str, shop: dict[str, Path]) -> None:
    document = one(shop[suffix])
    check(document)
    for unit in units(document):
        assert document.text[unit.start : unit.end].strip() == document.text[unit.start : unit.end]


@pytest.mark.parametrize("suffix", MADE)
def test_no_text_is_lost(suffix: str, shop: dict[str, Path]) -> None:
    text = one(shop[suffix]).text
    wanted = [*ROWS] if suffix in TABLES else [SENTENCE, NOTE, *ITEMS]
    assert [words for words in wanted if words not in text] == []


@pytest.mark.parametrize("suffix", MADE)
def test_the_title_is_found(suffix: str, shop: dict[str, Path]) -> None:
    assert one(shop[suffix]).title == (f"warranty{suffix}" if suffix in VERBATIM else TITLE)


@pytest.mark.parametrize("suffix", WITH_HEADINGS)
def test_every_passage_knows_the_headings_above_it(suffix: str, shop: dict[str, Path]) -> None:
    below: dict[str, str] = {}
    for path, text in sections(one(shop[suffix])).items():
        for name in (heading.partition(" (line")[0] for heading in path):
            below[name] = below.get(name, "") + text
    assert SENTENCE in below[FIRST]
    assert "40 EUR" in below[SECOND] or suffix == ".txt"
    assert NOTE in below[SECOND]


@pytest.mark.parametrize("suffix", WITH_ITEMS)
def test_items_are_items(suffix: str, shop: dict[str, Path]) -> None:
    assert text_of(one(shop[suffix]), "item") == [*ITEMS]


@pytest.mark.parametrize("suffix", WITH_ROWS)
def test_a_table_row_reads_the_same_in_every_format(suffix: str, shop: dict[str, Path]) -> None:
    rows = [row for row in text_of(one(shop[suffix]), "row") if not row.startswith("From: ")]
    assert rows == ROWS


@pytest.mark.parametrize("suffix", MADE)
def test_pages_are_known_where_there_are_pages(suffix: str, shop: dict[str, Path]) -> None:
    assert {block.page for block in one(shop[suffix]).blocks} == WITH_PAGES.get(suffix, {None})


@pytest.mark.parametrize("suffix", (".md", ".html", ".rst", ".docx", ".odt", ".rtf", ".epub", ".pdf", ".pptx", ".odp"))
def test_the_date_in_the_note_is_found(suffix: str, shop: dict[str, Path]) -> None:
    assert one(shop[suffix]).date == "2026-03-01"


@pytest.mark.parametrize("suffix", MADE)
def test_reading_twice_gives_the_same(suffix: str, shop: dict[str, Path]) -> None:
    assert one(shop[suffix]) == one(shop[suffix])


# ------------------------------------------------------------------------------ files that are off


def outcome(path: Path, data: bytes) -> str:
    """Whatever a reader is given, it says what is wrong with it, by name."""
    path.write_bytes(data)
    documents, problems = read_with_problems(path, path.name)
    for document in documents:
        check(document)
    assert documents or problems
    assert all(path.name in str(problem) for problem in problems)
    return " ".join(map(str, problems))


@pytest.mark.parametrize("suffix", MADE)
def test_an_empty_file_is_named(suffix: str, tmp_path: Path) -> None:
    assert f"a{suffix} is empty" in outcome(tmp_path / f"a{suffix}", b" \n")


@pytest.mark.parametrize("share", (0.15, 0.5, 0.95))
@pytest.mark.parametrize("suffix", MADE)
def test_a_file_cut_short_is_named_or_read(suffix: str, share: float, shop: dict[str, Path], tmp_path: Path) -> None:
    data = shop[suffix].read_bytes()
    told = outcome(tmp_path / f"a{suffix}", data[: int(len(data) * share)])
    assert told or suffix not in PACKED or (suffix, share) == (".pdf", 0.95)


@pytest.mark.parametrize("suffix", MADE)
def test_a_file_of_another_type_is_named(suffix: str, tmp_path: Path) -> None:
    assert "looks like a PNG picture" in outcome(tmp_path / f"a{suffix}", b"\x89PNG\r\n\x1a\n" + bytes(range(256)))
    packed = MADE[".docx" if suffix != ".docx" else ".odt"]()
    assert "looks like" in outcome(tmp_path / f"a{suffix}", packed)


@pytest.mark.parametrize("suffix", MADE)
def test_a_few_wrong_bytes_harm_nobody(suffix: str, shop: dict[str, Path], tmp_path: Path) -> None:
    data = shop[suffix].read_bytes()
    chance = random.Random(suffix)
    for _ in range(12):
        wrong = bytearray(data)
        for _ in range(chance.randint(1, 8)):
            wrong[chance.randrange(len(wrong))] = chance.randrange(256)
        outcome(tmp_path / f"a{suffix}", bytes(wrong))


def test_a_fault_in_a_file_inside_another_costs_that_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def faulty(source: object) -> Document:
        raise ZeroDivisionError("a fault")

    monkeypatch.setitem(readers._ONE_DOCUMENT, "text", faulty)
    path = tmp_path / "a.zip"
    path.write_bytes(packed({"one.txt": "anything", "two.md": MARKDOWN}))
    documents, problems = read_with_problems(path, path.name)
    assert [document.id for document in documents] == ["a.zip/two.md"]
    assert "a.zip/one.txt cannot be read (ZeroDivisionError: a fault)" in str(problems[0])
