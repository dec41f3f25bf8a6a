"""The sample's PDFs and Word files are made from Markdown: read, all three say the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from retrieval.folder import read_folder
from retrieval.nouns import Document
from retrieval.readers import read

ROOT = Path(__file__).parents[2]
SOURCES = ROOT / "docs" / "sample" / "sources"
DOCUMENTS = ROOT / "ui" / "sample" / "documents"
PAIRS = [
    (source, made)
    for source in sorted(SOURCES.rglob("*.md"))
    for suffix in (".pdf", ".docx")
    if (made := (DOCUMENTS / source.relative_to(SOURCES)).with_suffix(suffix)).exists()
]


def blocks(document: Document) -> list[tuple[str, int, str]]:
    return [(b.kind, b.level, document.text[b.start : b.end]) for b in document.blocks]


@pytest.mark.parametrize(("source", "made"), PAIRS, ids=[made.name for _, made in PAIRS])
def test_what_was_made_reads_like_its_source(source: Path, made: Path) -> None:
    (wanted,), (found,) = read(source, source.name), read(made, made.name)
    assert blocks(found) == blocks(wanted)
    assert (found.title, found.date, found.version) == (wanted.title, wanted.date, wanted.version)


def test_the_whole_sample_is_read_without_a_problem() -> None:
    documents, problems = read_folder(DOCUMENTS)
    assert not problems
    assert len(documents) >= len(PAIRS)
    assert all(document.title and document.date for document in documents if document.media in ("pdf", "docx"))
