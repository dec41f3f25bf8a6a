"""What there is to read: the files of a Home's sources, each with the name that documents and rules know it by."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Collection
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


@dataclass(frozen=True)
class Found:
    """What lies below a folder."""

    files: list[File]  # in a lasting order
    closed: dict[str, str]  # the folders that could not be looked into, with the reason
    strays: list[str]  # links that lead out

    def may_hold(self, name: str) -> bool:
        """Whether this file may still be there, out of sight."""
        return any(not folder or name.startswith(folder + "/") for folder in self.closed)


def is_there(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:  # the folder above may not be looked into
        return False


def locate(home: Home, source: str) -> Path:
    return home.documents if source == OWN else Path(source)


def name_source(home: Home, path: Path, known: Collection[str] = ()) -> str:
    """How the catalogue names a file or folder that a person brought; a part of a known source is that source."""
    if not is_there(path):
        raise UsageError(f"{path} is not there.", "Name a file or a folder that exists.")
    resolved, root = path.resolve(), home.root.resolve()
    if resolved.is_relative_to(home.documents.resolve()):
        return OWN
    if resolved.is_relative_to(root) or root.is_relative_to(resolved):
        part = "a part of the Home" if resolved.is_relative_to(root) else "the Home"
        raise UsageError(f"{path} is or holds {part} itself.", f"Documents belong in {home.documents}.")
    return next((source for source in known if source != OWN and resolved.is_relative_to(source)), str(resolved))


def walk(root: Path, source: str = OWN) -> Found:
    """The files below a source; hidden ones and links that lead out of it are left out."""
    if root.is_file():
        return Found([File(root, _readable(root.name), source)], {}, [])
    prefix = "" if source == OWN else root.name + "/"
    found = Found([], {}, [])

    def note(error: OSError) -> None:
        folder = Path(error.filename).relative_to(root).as_posix()
        found.closed[_readable(prefix + folder) if folder != "." else prefix.rstrip("/")] = str(error.strerror)

    for folder, folders, names in os.walk(root, onerror=note):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(name for name in names if not name.startswith(".")):
            path = Path(folder) / name
            file = File(path, _readable(prefix + path.relative_to(root).as_posix()), source)
            if _stays_inside(path, root):
                found.files.append(file)
            else:
                found.strays.append(file.name)
    return found


def _readable(name: str) -> str:
    """The name as text that can be stored, though the file system's encoding was another."""
    return os.fsencode(name).decode("utf-8", "replace")


def _stays_inside(path: Path, root: Path) -> bool:
    return not path.is_symlink() or Path(os.path.realpath(path)).is_relative_to(os.path.realpath(root))


def digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
