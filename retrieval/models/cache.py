"""Where models lie on this machine, and what happens when they can't be written there."""

from __future__ import annotations

import errno
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from retrieval.errors import StorageError
from retrieval.models.embedded import EmbeddedModel

VARIABLE = "GROUNDSMITH_MODELS"
FULL = (errno.ENOSPC, errno.EDQUOT)
FULL_SAID = "No space left on device"


def root() -> Path:
    chosen = os.environ.get(VARIABLE)
    return Path(chosen).expanduser().absolute() if chosen else _user_cache() / "groundsmith" / "models"


def folder_of(model: EmbeddedModel) -> Path:
    return root() / model.folder


def check_room(model: EmbeddedModel, where: Path) -> None:
    if shutil.disk_usage(where).free < model.room_bytes:
        raise _no_room(model, where)


@contextmanager
def making(model: EmbeddedModel, where: Path) -> Iterator[None]:
    """Say what is needed, what is free and where, when the system refuses to write."""
    try:
        yield
    except Exception as error:
        if is_full(error):
            raise _no_room(model, where) from error
        if isinstance(error, OSError) and error.errno is not None:  # else it is a library's own error
            raise _refused(model, where, error) from error
        raise


def is_full(error: BaseException) -> bool:
    """By number, or by word: safetensors reports a full disk as an error of its own."""
    return (isinstance(error, OSError) and error.errno in FULL) or FULL_SAID in str(error)


def megabytes(size: int) -> str:
    return f"{size / 1e6:.0f} MB"


def _no_room(model: EmbeddedModel, where: Path) -> StorageError:
    return StorageError(
        f"{model.name} needs {megabytes(model.room_bytes)} to be made ready, "
        f"but {megabytes(shutil.disk_usage(_existing(where)).free)} are free in {where}.",
        f"Free some space there, or set {VARIABLE} to a folder with more room.",
    )


def _refused(model: EmbeddedModel, where: Path, error: OSError) -> StorageError:
    return StorageError(
        f"{model.name} could not be written to {error.filename or where}: {error.strerror or error}.",
        f"Make {where} writable, or set {VARIABLE} to a folder that is.",
    )


def _existing(where: Path) -> Path:
    return next(path for path in (where, *where.parents) if path.exists())


def _user_cache() -> Path:
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or _home() / "AppData" / "Local")
    if sys.platform == "darwin":
        return _home() / "Library" / "Caches"
    return Path(os.environ.get("XDG_CACHE_HOME") or _home() / ".cache")


def _home() -> Path:
    try:
        return Path.home()
    except RuntimeError as error:
        raise StorageError("There is no home folder.", f"Set {VARIABLE} to a folder for models.") from error
