"""A generation of the index: built aside, described by its manifest, renamed when whole, verified before loading."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from retrieval.access import Audience, may_read
from retrieval.catalogue import Catalogue
from retrieval.encoding import Vectors
from retrieval.errors import IndexDamaged
from retrieval.home import Home, storing
from retrieval.index.dense import Dense, write_dense
from retrieval.index.lexical import Lexical, write_lexical
from retrieval.nouns import Principal
from retrieval.rows import Kept, read, written

MANIFEST = "manifest.json"
BUILDING = "building"


@dataclass(frozen=True)
class Part:
    """What of the index one audience may read."""

    audience: str
    folder: str
    passages: int


@dataclass(frozen=True)
class Manifest:
    encoder: str
    dimension: int
    rules: str  # digest of the [access] rules that cut it into parts
    contents: str  # digest of the key and audience of every passage in it
    parts: tuple[Part, ...]
    files: dict[str, str]  # path → sha256


class Partition:
    def __init__(self, folder: Path, audience: Audience) -> None:
        self.audience = audience
        self._dense = Dense(folder / "vectors.faiss")
        self._lexical = Lexical.open(folder / "lexical")

    def dense(self, vector: Vectors, k: int) -> dict[int, float]:
        return self._dense.search(vector, k)

    def lexical(self, question: str, k: int) -> dict[int, float]:
        return self._lexical.search(question, k)

    def held(self, words: Iterable[str]) -> dict[str, int]:
        return self._lexical.held(words)

    def shares(self, rarity: Mapping[str, float], keys: Collection[int]) -> dict[int, float]:
        return self._lexical.shares(rarity, keys)

    @property
    def size(self) -> int:
        return self._dense.size

    def cosines(self, vector: Vectors, keys: Iterable[int]) -> dict[int, float]:
        return self._dense.cosines(vector, keys)


class Generation:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.manifest = read_manifest(folder)
        verify(folder, self.manifest)
        try:
            self._partitions = [Partition(folder / part.folder, read(part.audience)) for part in self.manifest.parts]
        except (OSError, RuntimeError, ValueError) as error:  # removed since, or unreadable for this version
            raise _damaged(folder, f"it cannot be opened ({error})") from error

    def readable(self, principal: Principal) -> list[Partition]:
        return [partition for partition in self._partitions if may_read(principal, partition.audience)]


def newest(home: Home) -> Path | None:
    """The last whole generation; one without a manifest does not exist."""
    seen: set[Path] | None = None
    while True:
        folders = {path for path in home.index.glob("*") if not path.name.startswith(BUILDING)}
        whole = [folder for folder in folders if (folder / MANIFEST).is_file()]
        if whole or folders == seen:  # else one was sealed and the one before swept while we looked
            return max(whole, key=_number, default=None)
        seen = folders


def contents(keys: Iterable[tuple[int, str]]) -> str:
    """Digest of passages, each a key and an audience."""
    return hashlib.sha256(json.dumps(sorted(keys)).encode()).hexdigest()


def build(home: Home, catalogue: Catalogue, encoder: str, dimension: int, rules: str) -> Path:
    """Seal a new generation of what the catalogue holds and this encoder encoded; only then do the earlier ones go."""
    building = home.index / f"{BUILDING}-{os.getpid()}"
    with storing(home.index):
        for leftover in home.index.glob(f"{BUILDING}-*"):
            shutil.rmtree(leftover, ignore_errors=True)
        building.mkdir(parents=True)
        parts: list[Part] = []
        holds: list[tuple[int, str]] = []
        for number, audience in enumerate(catalogue.audiences()):
            vectors = catalogue.vectors(encoder, audience)
            parts.append(_write_part(building / f"part-{number}", catalogue, vectors, dimension, audience))
            holds += [(key, written(audience)) for key in vectors]
        _write_manifest(building, Manifest(encoder, dimension, rules, contents(holds), tuple(parts), {}))
        sealed = home.index / f"{encoder}.{_next_number(home)}"
        building.rename(sealed)
        _sync(home.index)
        sweep(home)
    return sealed


def _write_part(
    folder: Path, catalogue: Catalogue, vectors: dict[int, bytes], dimension: int, audience: Audience
) -> Part:
    folder.mkdir()
    write_dense(folder / "vectors.faiss", vectors, dimension)
    write_lexical(folder / "lexical", (_words(kept) for kept in catalogue.passages(audience) if kept.key in vectors))
    return Part(written(audience), folder.name, len(vectors))


def _words(kept: Kept) -> tuple[int, str, str]:
    return kept.key, " ".join((kept.passage.title, *kept.passage.heading)), kept.passage.text


def _write_manifest(building: Path, manifest: Manifest) -> None:
    """The files' checksums, and its own: every file is on the disk before it says that all are."""
    files = {}
    for path in sorted(building.rglob("*")):
        _sync(path)
        if path.is_file() and not path.name.endswith(".lock"):
            files[path.relative_to(building).as_posix()] = _sha256(path)
    target = building / MANIFEST
    stated = asdict(replace(manifest, files=files))
    target.write_text(json.dumps({"manifest": stated, "sha256": _stated(stated)}, indent=1), encoding="utf-8")
    _sync(target)
    _sync(building)


def _stated(manifest: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(manifest, sort_keys=True).encode()).hexdigest()


def read_manifest(folder: Path) -> Manifest:
    try:
        found = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        stated = found["manifest"]
        if _stated(stated) != found["sha256"]:
            raise ValueError("not what was written")
        return Manifest(**{**stated, "parts": tuple(Part(**part) for part in stated["parts"])})
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise _damaged(folder, f"its manifest cannot be read ({type(error).__name__})") from error


def verify(folder: Path, manifest: Manifest) -> None:
    """Compare every file with its checksum, for many a damaged index loads without complaint."""
    for name, digest in manifest.files.items():
        try:
            if _sha256(folder / name) != digest:
                raise _damaged(folder, f"{name} is changed")
        except OSError as error:
            raise _damaged(folder, f"{name} is missing ({error.strerror})") from error


def _damaged(folder: Path, what: str) -> IndexDamaged:
    return IndexDamaged(
        f"The index {folder.name} is damaged: {what}.",
        f"Rebuild it from the catalogue: groundsmith sync {folder.parent.parent}",
    )


def sweep(home: Home) -> None:
    """Remove all but the newest whole generation: earlier ones, and what an interruption left half made."""
    sealed = newest(home)
    with storing(home.index):
        for path in home.index.iterdir():
            if path.is_dir() and path != sealed:
                (path / MANIFEST).unlink(missing_ok=True)  # first, so that half a folder is never taken for whole
                shutil.rmtree(path, ignore_errors=True)  # one who just opens it lays a lock there; the next sync tries


def _next_number(home: Home) -> int:
    """Above every folder's, whole or not: a name that was used is not used again."""
    return 1 + max((_number(path) for path in home.index.iterdir()), default=0)


def _number(folder: Path) -> int:
    last = folder.name.rsplit(".", 1)[-1]
    return int(last) if last.isdigit() else 0


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
