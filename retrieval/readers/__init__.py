"""Files to Documents. One reader a family; all of them write on the same Canvas."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

from retrieval.errors import ReadError
from retrieval.nouns import Document
from retrieval.readers import delimited, html, markdown, pdf, records, text, word
from retrieval.readers.source import FAMILIES, MAX_BYTES, Source, load

__all__ = ["MAX_BYTES", "can_read", "read", "read_folder", "read_with_problems"]

_ONE_DOCUMENT: dict[str, Callable[[Source], Document]] = {
    "markdown": markdown.read,
    "text": text.read,
    "html": html.read,
    "pdf": pdf.read,
    "docx": word.read,
    "csv": delimited.read,
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
        return _read(load(path, id, max_bytes))
    except ReadError as problem:
        return [], [problem]


def read_folder(folder: Path, max_bytes: int = MAX_BYTES) -> tuple[list[Document], list[ReadError]]:
    """Every readable file below a folder, in the order of their names; hidden files are left alone."""
    documents: dict[str, Document] = {}
    problems: list[ReadError] = []
    for path in _files(folder, problems):
        found, wrong = _read_inside(folder, path, max_bytes)
        problems += wrong
        for document in found:
            if document.id in documents:
                problems.append(_taken(document.id, path))
            else:
                documents[document.id] = document
    return list(documents.values()), problems


def _read(source: Source) -> tuple[list[Document], list[ReadError]]:
    family = FAMILIES[source.path.suffix.lower()]
    return records.read(source) if family == "jsonl" else ([_ONE_DOCUMENT[family](source)], [])


def _read_inside(folder: Path, path: Path, max_bytes: int) -> tuple[list[Document], list[ReadError]]:
    id = _id(path, folder)
    if path.is_symlink() and not path.resolve().is_relative_to(folder.resolve()):
        return [], [ReadError(f"{id} leads out of the folder.", "Copy the file instead of linking it.")]
    return read_with_problems(path, id, max_bytes)


def _taken(id: str, path: Path) -> ReadError:
    return ReadError(f'{path.name}: another file already has the id "{id}".', "Give the record another id.")


def _no_reader(path: Path, id: str) -> ReadError:
    kind = path.suffix or "files without a suffix"
    return ReadError(f"{id}: there is no reader for {kind}.", f"Use one of {' '.join(sorted(FAMILIES))}.")


def _files(folder: Path, problems: list[ReadError]) -> Iterator[Path]:
    def note(problem: OSError) -> None:
        remedy = "Check that it exists and may be read, then sync again."
        problems.append(ReadError(f"{problem.filename} cannot be listed: {problem.strerror}.", remedy))

    for place, folders, names in os.walk(folder, onerror=note):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield from (Path(place, name) for name in sorted(names) if not name.startswith("."))


def _id(path: Path, folder: Path) -> str:
    """With forward slashes; a name in a broken encoding still gives an id that can be stored."""
    return os.fsencode(path.relative_to(folder).as_posix()).decode("utf-8", "replace")
