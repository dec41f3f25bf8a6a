"""A folder of files read without a Home, by the same walk and the same workers as a sync."""

from __future__ import annotations

from pathlib import Path

from retrieval.errors import ReadError
from retrieval.nouns import Document
from retrieval.readers import MAX_BYTES
from retrieval.sources import File, Found, walk
from retrieval.workers.pool import Outcome, workers_for


def read_folder(folder: Path, max_bytes: int = MAX_BYTES) -> Outcome:
    """Every readable file below a folder, in the order of their names; hidden files are left alone."""
    found = walk(folder)
    documents: dict[str, Document] = {}
    problems = _unseen(folder, found)
    with workers_for(file.path for file in found.files) as workers:

        def read(file: File) -> Outcome:
            return workers.read(file.path, file.name, max_bytes)

        for file, (new, wrong) in zip(found.files, workers.in_turn(read, found.files), strict=True):
            problems += wrong
            for document in new:
                if documents.setdefault(document.id, document) is not document:
                    problem = f'{file.name}: another file already has the id "{document.id}".'
                    problems.append(ReadError(problem, "Give the record another id."))
    return list(documents.values()), problems


def _unseen(folder: Path, found: Found) -> list[ReadError]:
    remedy = "Check that it exists and may be read, then sync again."
    closed = [
        ReadError(f"{folder / name} cannot be listed: {reason}.", remedy) for name, reason in found.closed.items()
    ]
    astray = "Copy the file instead of linking it."
    return closed + [ReadError(f"{name} leads out of the folder.", astray) for name in found.strays]
