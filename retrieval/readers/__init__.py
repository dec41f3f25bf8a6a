"""Files to Documents. One reader a family; all of them write on the same Canvas."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from retrieval.errors import ReadError
from retrieval.nouns import Document
from retrieval.readers import (
    archive,
    delimited,
    epub,
    html,
    mail,
    markdown,
    markup,
    objects,
    odf,
    odfsheet,
    pdf,
    program,
    records,
    restructured,
    rtf,
    settings,
    slides,
    text,
    word,
    workbook,
)
from retrieval.readers.patience import longer
from retrieval.readers.source import FAMILIES, MAX_BYTES, OTHER_FORMAT, Reading, Source, checked, load

_LEAST_SECONDS = 30  # for a file inside another
_BYTES_A_SECOND = 2**18  # of the slowest reader

__all__ = ["MAX_BYTES", "can_read", "read", "read_with_problems"]

_ONE_DOCUMENT: dict[str, Callable[[Source], Document]] = {
    "markdown": markdown.read,
    "text": text.read,
    "html": html.read,
    "docx": word.read,
    "pptx": slides.read,
    "odt": odf.read,
    "odp": odf.read_slides,
    "epub": epub.read,
    "rtf": rtf.read,
    "rst": restructured.read,
    "csv": delimited.read,
    "settings": settings.read,
    "xml": markup.read,
    "code": program.read,
}
_SEVERAL: dict[str, Callable[[Source], Reading]] = {
    "pdf": pdf.read,
    "xlsx": workbook.read,
    "ods": odfsheet.read,
    "json": objects.read,
    "jsonl": records.read,
}
_HOLDING_FILES: dict[str, Callable[[Source, Callable[[Source], Reading]], Reading]] = {
    "eml": mail.read,
    "mbox": mail.read_box,
    "zip": archive.read,
}


def can_read(path: Path) -> bool:
    return path.suffix.lower() in FAMILIES


def read(path: Path, id: str, max_bytes: int = MAX_BYTES) -> list[Document]:
    """Every document in a file; the first problem is raised."""
    documents, problems = read_with_problems(path, id, max_bytes)
    if problems:
        raise problems[0]
    return documents


def read_with_problems(path: Path, id: str, max_bytes: int = MAX_BYTES) -> tuple[list[Document], list[ReadError]]:
    """What can be read of a file, and what is wrong with the rest."""
    try:
        if not can_read(path):
            raise _no_reader(path, id)
        documents, problems = _read(load(path, id, max_bytes))
        return _distinct(documents, problems, path)
    except ReadError as problem:
        return [], [problem]


def _read(source: Source) -> Reading:
    family = FAMILIES[source.path.suffix.lower()]
    if family in _ONE_DOCUMENT:
        return [_ONE_DOCUMENT[family](source)], []
    if family in _SEVERAL:
        return _SEVERAL[family](source)
    return _HOLDING_FILES[family](source, _read_member)


def _read_member(source: Source) -> Reading:
    """A file inside another: whatever is wrong with it costs itself alone."""
    longer(_LEAST_SECONDS + len(source.data) / _BYTES_A_SECOND)
    try:
        return _read(checked(source))
    except ReadError as problem:
        return [], [problem]
    except Exception as fault:  # a reader's own
        what = f"{source.id} cannot be read ({type(fault).__name__}: {fault})."
        error = ReadError(what, "Report this, with the file if you can.")
        error.__cause__ = fault
        return [], [error]


def _distinct(documents: list[Document], problems: list[ReadError], path: Path) -> Reading:
    """One document an id."""
    found: dict[str, Document] = {}
    for document in documents:
        if found.setdefault(document.id, document) is not document:
            twice = f'{path.name} holds two documents with the id "{document.id}"; the first is kept.'
            problems = [*problems, ReadError(twice, "Give one of them another id.")]
    return list(found.values()), problems


def _no_reader(path: Path, id: str) -> ReadError:
    kind = path.suffix or "files without a suffix"
    return ReadError(f"{id}: there is no reader for {kind}.", OTHER_FORMAT)
