"""One assistant is one folder: where its parts lie, and who may write to it now."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from retrieval.errors import HomeBusy, HomeError, StorageError


@dataclass(frozen=True)
class Home:
    root: Path

    @property
    def spec(self) -> Path:
        return self.root / "assistant.toml"

    @property
    def documents(self) -> Path:
        return self.root / "documents"

    @property
    def database(self) -> Path:
        return self.root / "store" / "home.sqlite"

    @property
    def index(self) -> Path:
        return self.root / "index"

    @property
    def adapters(self) -> Path:
        return self.root / "adapters"

    @property
    def exams(self) -> Path:
        return self.root / "exams"

    def writing(self) -> AbstractContextManager[None]:
        """Hold the Home for writing; a second writer is told so at once."""
        return alone(self.root / "store" / "writing.lock", f"writing to {self.root}")

    def training(self) -> AbstractContextManager[None]:
        """One training at a time; meanwhile the Home answers and syncs as ever."""
        return alone(self.root / "store" / "training.lock", f"training in {self.root}")


@contextmanager
def alone(path: Path, doing: str, patience: float = 0.0) -> Iterator[None]:
    """What one process does at a time. The lock dies with its process."""
    lock = FileLock(path)
    with storing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            lock.acquire(timeout=patience)
        except Timeout as error:
            raise HomeBusy(f"Another process is {doing}.", "Wait until it is done, then try again.") from error
    try:
        yield
    finally:
        lock.release()


def create(root: Path, spec: str) -> Home:
    """A new Home with its Spec and empty folders. An existing one is never overwritten."""
    home = Home(root)
    if home.spec.exists():
        raise HomeError(f"{root} is already a Home.", "Choose another folder, or sync this one.")
    if root.exists() and (not root.is_dir() or any(root.iterdir())):
        raise HomeError(f"{root} is there and not an empty folder.", "Choose a new or empty folder.")
    try:
        with storing(root):
            for folder in (home.documents, home.database.parent, home.index, home.adapters, home.exams):
                folder.mkdir(parents=True, exist_ok=True)
            home.spec.write_text(spec, encoding="utf-8")
    except StorageError:
        _empty(root)  # else the same command would find a folder that is not empty
        raise
    return home


def _empty(root: Path) -> None:
    for path in root.iterdir() if root.is_dir() else ():
        shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink()


def open_home(root: Path) -> Home:
    home = Home(root)
    with storing(root):
        if not home.spec.is_file():
            found = "has no assistant.toml" if root.is_dir() else "is not a folder"
            raise HomeError(f"{root} {found}, so it is not a Home.", f"Make one: groundsmith new {root}")
        home.database.parent.mkdir(exist_ok=True)
    return home


@contextmanager
def storing(where: Path) -> Iterator[None]:
    """Turn the system's refusals to write into an error that names the place and the remedy."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or error
        if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
            raise StorageError(
                f"{where} may not be written to: {reason}.", "Choose another folder, or get the right to write there."
            ) from error
        if error.errno in (errno.ENOENT, errno.ENOTDIR, errno.EISDIR):
            raise StorageError(
                f"{where} could not be written: {reason}.", "Name a file in a folder that exists."
            ) from error
        raise StorageError(
            f"{where} could not be written: {reason} ({_free(where)} free).",
            "Free some space, then run the same command again: nothing done so far is lost.",
        ) from error


def _free(where: Path) -> str:
    while not where.exists() and where != where.parent:
        where = where.parent
    stat = os.statvfs(where)
    return f"{stat.f_bavail * stat.f_frsize / 2**20:.0f} MB"
