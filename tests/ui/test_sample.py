"""The sample company: its questions are held to its documents, as the project's own readers see them."""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from retrieval import read_folder

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "ui" / "sample"
DOCUMENTS = SAMPLE / "documents"
SOURCES = ROOT / "docs" / "sample" / "sources"

FORMATS = {"md", "html", "pdf", "docx", "csv", "txt"}
RESTRICTED = "hr-only/salary-bands-2026.docx"
CANARIES = ("Marlpit", "Tamarisk", "Ochre Lantern")
TOGETHER = (
    ("policies/returns-policy-2024.md", "policies/returns-policy-2026.md"),
    ("policies/shipping.html", "support/delivery-times.txt"),
)

Row = dict[str, Any]
Texts = dict[str, str]


@pytest.fixture(scope="module")
def texts() -> Texts:
    """Every document's canonical text on one line. The only place that knows how files are read."""
    documents, problems = read_folder(DOCUMENTS)
    assert not problems, problems
    return {document.id: one_line(document.text) for document in documents}


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    return [json.loads(line) for line in (SAMPLE / "questions.jsonl").read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def splits() -> dict[str, str]:
    parts: dict[str, str] = json.loads((SAMPLE / "splits.json").read_text(encoding="utf-8"))
    return parts


def one_line(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


def says(text: str, words: str) -> bool:
    """Whether the words stand in the text as whole words, in any case."""
    return re.search(rf"(?<!\w){re.escape(one_line(words))}(?!\w)", text, re.IGNORECASE) is not None


def saying(texts: Texts, words: str) -> set[str]:
    return {id for id, text in texts.items() if says(text, words)}


def of_kind(rows: Iterable[Row], kind: str) -> list[Row]:
    return [row for row in rows if row["kind"] == kind]


def wordings(row: Row) -> list[str]:
    """What gives the answer away: of a yes or no that is the evidence."""
    return [row["evidence"]] if row.get("yes_no") else row["answers"]


def twins(rows: list[Row]) -> Iterator[tuple[Row, Row]]:
    by_id = {row["id"]: row for row in rows}
    return ((by_id[row["twin_of"]], row) for row in of_kind(rows, "twin"))


def test_the_documents_are_many_long_and_of_every_format(texts: Texts) -> None:
    assert len(texts) >= 26
    assert sum(len(text.split()) for text in texts.values()) >= 15_000
    counts = Counter(id.rsplit(".", 1)[1] for id in texts)
    assert counts.keys() == FORMATS
    assert min(counts.values()) >= 2


def test_the_sample_stays_small() -> None:
    assert sum(path.stat().st_size for path in SAMPLE.rglob("*") if path.is_file()) < 1_500_000


def test_every_source_has_its_built_document() -> None:
    for path in SOURCES.rglob("*.md"):
        kind = re.search(r"^format: (\w+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
        assert kind, path
        assert (DOCUMENTS / path.relative_to(SOURCES)).with_suffix(f".{kind[1]}").is_file(), path


def test_kinds_formats_and_slices_are_as_many_as_promised(rows: list[Row]) -> None:
    assert Counter(row["kind"] for row in rows) == {"answerable": 60, "twin": 60, "hard": 30}
    answerable = of_kind(rows, "answerable")
    formats = Counter(row["format"] for row in answerable)
    assert formats.keys() == FORMATS
    assert min(formats.values()) >= 7
    slices = Counter(row["slice"] for row in answerable)
    assert slices["table"] >= 12
    assert (slices["yes_no"], slices["follow_up"], slices["restricted"], slices["superseded"]) == (10, 8, 3, 3)


def test_ids_are_unique(rows: list[Row]) -> None:
    assert len({row["id"] for row in rows}) == len(rows) == 150


def test_only_answerable_questions_have_answers(rows: list[Row]) -> None:
    for row in rows:
        assert row["answerable"] == bool(row["answers"]) == (row["kind"] == "answerable"), row["id"]
        assert bool(row.get("gold_ids")) == row["answerable"], row["id"]
        assert bool(row.get("absent")) == (row["kind"] == "hard"), row["id"]


def test_yes_and_no_are_both_asked_for(rows: list[Row]) -> None:
    answers = [row["answers"] for row in of_kind(rows, "answerable") if row.get("yes_no")]
    assert {tuple(answer) for answer in answers} == {("Yes",), ("No",)}


def test_follow_ups_bring_their_history(rows: list[Row]) -> None:
    for row in rows:
        assert (row["slice"] == "follow_up") == bool(row.get("history")), row["id"]


def test_restricted_questions_are_asked_by_the_group_that_may_read(rows: list[Row]) -> None:
    for row in of_kind(rows, "answerable"):
        assert (RESTRICTED in row["gold_ids"]) == (row["slice"] == "restricted"), row["id"]
        assert (row.get("as", {}).get("groups") == ["HR"]) == (row["slice"] == "restricted"), row["id"]


def test_a_twin_asks_the_same_and_hides_all_of_the_gold(rows: list[Row], texts: Texts) -> None:
    assert len({row["id"] for row, _ in twins(rows)}) == 60
    for row, twin in twins(rows):
        for key in ("question", "history", "as", "yes_no", "slice"):
            assert row.get(key) == twin.get(key), twin["id"]
        assert set(row["gold_ids"]) <= set(twin["without"]) <= texts.keys(), twin["id"]


def test_the_first_answer_stands_in_every_gold_document(rows: list[Row], texts: Texts) -> None:
    for row in of_kind(rows, "answerable"):
        if not row.get("yes_no"):
            for id in row["gold_ids"]:
                assert one_line(row["answers"][0]) in texts[id], row["id"]


def test_evidence_stands_word_for_word_in_every_gold_document(rows: list[Row], texts: Texts) -> None:
    for row in of_kind(rows, "answerable"):
        for id in row["gold_ids"]:
            assert one_line(row["evidence"]) in texts[id], row["id"]


def test_with_the_gold_hidden_no_document_gives_the_answer(rows: list[Row], texts: Texts) -> None:
    for row, twin in twins(rows):
        for words in wordings(row):
            assert saying(texts, words) <= set(twin["without"]), (twin["id"], words)


def test_what_is_said_to_be_absent_is_absent(rows: list[Row], texts: Texts) -> None:
    for row in of_kind(rows, "hard"):
        for words in row["absent"]:
            assert not saying(texts, words), (row["id"], words)


def test_canaries_sing_in_one_document_only(texts: Texts) -> None:
    for canary in CANARIES:
        assert {id for id, text in texts.items() if canary.lower() in text.lower()} == {RESTRICTED}


def test_splits_cover_exactly_the_documents(splits: dict[str, str], texts: Texts) -> None:
    assert splits.keys() == texts.keys()
    assert set(splits.values()) == {"train", "calibrate", "exam"}
    assert all(len({splits[id] for id in group}) == 1 for group in TOGETHER)


def test_most_answers_are_in_the_exam_part(rows: list[Row], splits: dict[str, str]) -> None:
    golds = [row["gold_ids"] for row in of_kind(rows, "answerable")]
    assert sum(all(splits[id] == "exam" for id in gold) for gold in golds) >= 36
