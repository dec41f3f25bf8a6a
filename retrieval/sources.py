"""What there is to read: the files of a Home's sources, each with the name that documents and rules know it by."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from retrieval.errors import UsageError
from retrieval.home import Home

OWN = "documents"  # the Home's own folder, by a name that survives moving the Home


@dataclass(frozen=True)
class File:
    path: Path
    name: str  # `manuals/heron.md` in the Home's own folder; elsewhere the folder's name comes first
    source: str


def locate(home: Home, source: str) -> Path:
    return home.documents if source == OWN else Path(source)


def name_source(home: Home, path: Path) -> str:
    """How the catalogue names a file or folder that a person brought."""
    if not path.exists():
        raise UsageError(f"{path} is not there.", "Name a file or a folder that exists.")
    resolved = path.resolve()
    if resolved.is_relative_to(home.documents.resolve()):
        return OWN
    if resolved.is_relative_to(home.root.resolve()):
        raise UsageError(f"{path} is a part of the Home itself.", f"Documents belong in {home.documents}.")
    return str(resolved)


def walk(home: Home, source: str) -> Iterator[File]:
    """The files below a source in a lasting order; hidden ones and links that lead out of it are left out."""
    root = locate(home, source)
    if root.is_file():
        yield File(root, root.name, source)
        return
    prefix = "" if source == OWN else root.name + "/"
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            path = Path(folder) / name
            if not name.startswith(".") and _stays_inside(path, root):
                yield File(path, prefix + path.relative_to(root).as_posix(), source)


def _stays_inside(path: Path, root: Path) -> bool:
    return not path.is_symlink() or path.resolve().is_relative_to(root.resolve())


def digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
