"""model.json: what a model's folder holds, and from where. Written last: its presence means whole."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from pathlib import Path
from typing import Any

from retrieval.errors import StorageError
from retrieval.models.embedded import EmbeddedModel

MANIFEST = "model.json"
CHUNK = 1 << 20


def seal(model: EmbeddedModel, folder: Path) -> None:
    """Complete the folder: every file on the disk, then the manifest that vouches for them."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    for path in paths:
        to_disk(path)
    manifest = folder / MANIFEST
    manifest.write_text(_describe(model, folder, paths), encoding="utf-8")
    for path in paths:  # safetensors writes for its owner only, but a cache may be shared
        shutil.copymode(manifest, path)
    to_disk(manifest)
    for inner in (*(path for path in folder.rglob("*") if path.is_dir()), folder):
        to_disk(inner)


def read(folder: Path) -> dict[str, Any]:
    """The manifest, or nothing where there is none; files of that name that are no manifest don't count."""
    try:
        content = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return {}
    except PermissionError as error:
        raise StorageError(f"{folder} may not be read.", "Ask its owner for the right to read it.") from error
    return content if isinstance(content, dict) and isinstance(content.get("files"), dict) else {}


def is_whole(model: EmbeddedModel, folder: Path, verify: bool = False) -> bool:
    manifest = read(folder)
    return manifest.get("sha256") == model.sha256 and not faults(folder, verify)


def faults(folder: Path, verify: bool = False) -> list[str]:
    """What differs from the manifest: by size, which costs nothing, or by every byte."""
    found = (_fault(folder / name, facts, verify) for name, facts in read(folder).get("files", {}).items())
    return [fault for fault in found if fault]


def size_on_disk(folder: Path) -> int:
    return sum(int(facts["size"]) for facts in read(folder).get("files", {}).values())


def sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def to_disk(path: Path) -> None:
    """Wait until a file or folder is on the disk. Windows can't do that for a folder."""
    if os.name == "nt" and path.is_dir():
        return
    handle = os.open(path, os.O_RDONLY if os.name != "nt" else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _fault(path: Path, facts: dict[str, Any], verify: bool) -> str:
    if not path.is_file():
        return f"{path.name} is missing"
    if (size := path.stat().st_size) != facts["size"]:
        return f"{path.name} has {size} bytes instead of {facts['size']}"
    if verify and sha256(path) != facts["sha256"]:
        return f"{path.name} has changed since it was made"
    return ""


def _facts(path: Path) -> dict[str, Any]:
    return {"size": path.stat().st_size, "sha256": sha256(path)}


def _describe(model: EmbeddedModel, folder: Path, paths: list[Path]) -> str:
    description = {
        "name": model.name,
        "version": model.version,
        "wheel": model.wheel,
        "sha256": model.sha256,
        "licence": model.licence,
        "origin": model.origin,
        "files": {path.relative_to(folder).as_posix(): _facts(path) for path in paths},
    }
    return json.dumps(description, indent=2, ensure_ascii=False) + "\n"
