"""What a generation says of itself: its parts, their leaves, and the checksum of every file; written last."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from retrieval.errors import IndexDamaged
from retrieval.index.leaves import Ranges

MANIFEST = "manifest.json"
LEXICAL = "lexical"  # folder of a part
AT_ONCE = 16  # files on their way to the disk


@dataclass(frozen=True)
class Leaf:
    """Passages whose files are carried on from generation to generation while none of them goes."""

    keys: Ranges
    vectors: str
    sums: str  # checksums of what the passages say
    codes: str | None  # the same vectors in short, where the partition is searched approximately
    segments: tuple[dict[str, Any], ...]  # of the lexical index, as it names them


@dataclass(frozen=True)
class Part:
    """What of the index one audience may read."""

    audience: str
    folder: str
    passages: int
    trained: int  # of how many passages the codes were learned; 0: there are none
    leaves: tuple[Leaf, ...]


@dataclass(frozen=True)
class Manifest:
    encoder: str
    dimension: int
    rules: str  # digest of the [access] rules that cut it into parts
    contents: str  # digest of the key and audience of every passage in it
    parts: tuple[Part, ...]
    files: dict[str, str]  # path → sha256


def write_manifest(folder: Path, manifest: Manifest, carried: Mapping[str, str]) -> None:
    """The files' checksums, and its own: every file is on the disk before it says that all are.

    Those that were `carried` over are there since the generation before, and keep the checksum that they had.
    """
    named = {path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*"))}
    new = {name: path for name, path in named.items() if name not in carried}
    with ThreadPoolExecutor(AT_ONCE) as threads:  # a disk takes in many files in about the time of one
        list(threads.map(synced, new.values()))
    sums = {name: checksum(path) for name, path in new.items() if path.is_file() and not name.endswith(".lock")}
    files = {**carried, **sums}
    target = folder / MANIFEST
    stated = asdict(replace(manifest, files=files))
    target.write_text(json.dumps({"manifest": stated, "sha256": _digest(stated)}), encoding="utf-8")
    synced(target)
    synced(folder)


def read_manifest(folder: Path) -> Manifest:
    try:
        found = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        stated = found["manifest"]
        if _digest(stated) != found["sha256"]:
            raise ValueError("not what was written")
    except (OSError, ValueError, TypeError, KeyError, RecursionError) as error:
        raise damaged(folder, f"its manifest cannot be read ({type(error).__name__})") from error
    try:
        return Manifest(**{**stated, "parts": tuple(map(_part, stated["parts"]))})
    except (TypeError, KeyError) as error:  # whole, but of another layout
        raise IndexDamaged(
            f"The index {folder.name} was made by another version of groundsmith.", _rebuild(folder)
        ) from error


def _part(stated: Mapping[str, Any]) -> Part:
    return Part(**{**stated, "leaves": tuple(map(_leaf, stated["leaves"]))})


def _leaf(stated: Mapping[str, Any]) -> Leaf:
    ranges = tuple((first, last) for first, last in stated["keys"])
    return Leaf(**{**stated, "keys": ranges, "segments": tuple(stated["segments"])})


def _digest(stated: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(stated, sort_keys=True).encode()).hexdigest()


def verify(folder: Path, manifest: Manifest) -> None:
    """Compare every file with its checksum, for many a damaged index loads without complaint."""
    for name, digest in manifest.files.items():
        try:
            if checksum(folder / name) != digest:
                raise damaged(folder, f"{name} is changed")
        except OSError as error:
            raise damaged(folder, f"{name} is missing ({error.strerror})") from error


def damaged(folder: Path, what: str) -> IndexDamaged:
    return IndexDamaged(f"The index {folder.name} is damaged: {what}.", _rebuild(folder))


def _rebuild(folder: Path) -> str:
    return f"Rebuild it from the catalogue: groundsmith sync {folder.parent.parent}"


def checksum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def synced(path: Path) -> None:
    """On the disk, and not only on its way there."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
