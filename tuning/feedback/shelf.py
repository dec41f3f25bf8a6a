"""Owner's answers as records of the Home's own documents: a file each, which every sync reads like any other file."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from retrieval import Home, Library, ReadError
from retrieval.access import Audience
from retrieval.readers.canvas import Canvas
from retrieval.readers.text import write_text
from retrieval.whole import write_whole
from tuning.feedback.granting import ROOM, folder_of, grant
from tuning.feedback.nouns import OwnerAnswer


def name_of(correction: str) -> str:
    """The document that a correction becomes; the same one each time that it is accepted."""
    return f"{ROOM}/{correction[:12]}"


def is_owners(document: str) -> bool:
    return document.startswith(f"{ROOM}/")


def put(library: Library, answer: OwnerAnswer) -> None:
    """Write it for its groups, and nowhere else, and bring catalogue and index in step."""
    home = library.home
    with home.writing():
        grant(home, answer.groups)
        path = path_of(home, answer.id, answer.groups)
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, _line(answer))
        _clear(home, [answer.id], path)
    _sync(library, path)


def remove(library: Library, id: str) -> None:
    with library.home.writing():
        _clear(library.home, [id])
    _sync(library)


def path_of(home: Home, id: str, groups: Audience) -> Path:
    return home.documents / folder_of(groups) / f"{id.rpartition('/')[2]}.jsonl"


def files_of(home: Home, ids: Iterable[str]) -> list[Path]:
    names = [f"{id.rpartition('/')[2]}.jsonl" for id in ids]
    return sorted(path for name in names for path in (home.documents / ROOM).rglob(name))


def _clear(home: Home, ids: Iterable[str], staying: Path | None = None) -> None:
    for path in files_of(home, ids):
        if path != staying:
            path.unlink()


def _sync(library: Library, path: Path | None = None) -> None:
    report = library.sync()
    name = path.relative_to(library.home.documents).as_posix() if path else ""
    if problems := [problem for file, problem in report.problems if file == name]:
        raise ReadError(" ".join(problems))


def _line(answer: OwnerAnswer) -> str:
    record = {
        "id": answer.id,
        "title": answer.title,
        "text": _readable(answer.text),
        "date": answer.date,
        "author": "owner",
    }
    return json.dumps(record | ({"supersedes": list(answer.supersedes)} if answer.supersedes else {})) + "\n"


def _readable(text: str) -> str:
    """What would be read as a heading becomes an item of a list: of headings nothing is quoted."""
    canvas = Canvas()
    write_text(canvas, text)
    if all(block.kind != "heading" for block in canvas.blocks):
        return text
    return "\n".join(f"- {line}" for line in text.splitlines() if line.strip())
