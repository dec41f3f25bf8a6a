"""A generation of the index: built aside, described by its manifest, renamed when whole, verified before loading."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from retrieval.access import Audience, may_read
from retrieval.catalogue import Catalogue, Kept, read, written
from retrieval.encoding import Encoder, Vectors
from retrieval.errors import IndexDamaged
from retrieval.home import Home, storing
from retrieval.index.dense import Dense, write_dense
from retrieval.index.lexical import Lexical, write_lexical
from retrieval.nouns import Principal

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
    contents: str  # digest of every live passage's key and audience
    parts: tuple[Part, ...]
    files: dict[str, str]  # path → sha256


class Partition:
    def __init__(self, folder: Path, audience: Audience) -> None:
        self.audience = audience
        self._dense = Dense(folder / "vectors.faiss")
        self._lexical = Lexical(folder / "lexical")

    def dense(self, vector: Vectors, k: int) -> dict[int, float]:
        return self._dense.search(vector, k)

    def lexical(self, question: str, k: int) -> dict[int, float]:
        return self._lexical.search(question, k)

    def cosines(self, vector: Vectors, keys: Iterable[int]) -> dict[int, float]:
        return self._dense.cosines(vector, keys)


class Generation:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.manifest = read_manifest(folder)
        verify(folder, self.manifest)
        self._partitions = [Partition(folder / part.folder, read(part.audience)) for part in self.manifest.parts]

    def readable(self, principal: Principal) -> list[Partition]:
        return [partition for partition in self._partitions if may_read(principal, partition.audience)]


def newest(home: Home) -> Path | None:
    """The last whole generation; one without a manifest does not exist."""
    whole = [path.parent for path in home.index.glob(f"*/{MANIFEST}") if not path.parent.name.startswith(BUILDING)]
    return max(whole, key=_number, default=None)


def contents(catalogue: Catalogue) -> str:
    return hashlib.sha256(json.dumps(catalogue.live_keys()).encode()).hexdigest()


def build(home: Home, catalogue: Catalogue, encoder: Encoder) -> Path:
    """Seal a new generation from what the catalogue holds; only then do the earlier ones go."""
    before = newest(home)
    building = home.index / f"{BUILDING}-{os.getpid()}"
    with storing(home.index):
        for leftover in home.index.glob(f"{BUILDING}-*"):
            shutil.rmtree(leftover)
        building.mkdir(parents=True)
        parts = [
            _write_part(building, number, catalogue, encoder, audience)
            for number, audience in enumerate(catalogue.audiences())
        ]
        _write_manifest(building, contents(catalogue), encoder, parts)
        sealed = home.index / f"{encoder.identity}.{_number(before) + 1 if before else 1}"
        building.rename(sealed)
        _sync(home.index)
        _remove_others(home, sealed)
    return sealed


def _write_part(building: Path, number: int, catalogue: Catalogue, encoder: Encoder, audience: Audience) -> Part:
    folder = building / f"part-{number}"
    folder.mkdir()
    vectors = catalogue.vectors(encoder.identity, audience)
    write_dense(folder / "vectors.faiss", vectors, encoder.dimension)
    write_lexical(folder / "lexical", (_words(kept) for kept in catalogue.passages(audience) if kept.key in vectors))
    return Part(written(audience), folder.name, len(vectors))


def _words(kept: Kept) -> tuple[int, str, str]:
    return kept.key, " ".join((kept.passage.title, *kept.passage.heading)), kept.passage.text


def _write_manifest(building: Path, holds: str, encoder: Encoder, parts: list[Part]) -> None:
    files = {}
    for path in sorted(building.rglob("*")):
        if path.is_file() and not path.name.endswith(".lock"):
            _sync(path)
            files[path.relative_to(building).as_posix()] = _sha256(path)
    manifest = Manifest(encoder.identity, encoder.dimension, holds, tuple(parts), files)
    target = building / MANIFEST
    target.write_text(json.dumps(asdict(manifest), indent=1), encoding="utf-8")
    _sync(target)


def read_manifest(folder: Path) -> Manifest:
    try:
        found = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        return Manifest(**{**found, "parts": tuple(Part(**part) for part in found["parts"])})
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise _damaged(folder, f"its manifest cannot be read ({type(error).__name__})") from error


def verify(folder: Path, manifest: Manifest) -> None:
    """Compare every file with its checksum, for many a damaged index loads without complaint."""
    for name, digest in manifest.files.items():
        path = folder / name
        if not path.is_file() or _sha256(path) != digest:
            raise _damaged(folder, f"{name} is {'changed' if path.is_file() else 'missing'}")


def _damaged(folder: Path, what: str) -> IndexDamaged:
    return IndexDamaged(
        f"The index {folder.name} is damaged: {what}.",
        f"Rebuild it from the catalogue: groundsmith sync {folder.parent.parent}",
    )


def _remove_others(home: Home, sealed: Path) -> None:
    for path in home.index.iterdir():
        if path.is_dir() and path != sealed:
            (path / MANIFEST).unlink(missing_ok=True)  # first, so that half a folder is never taken for whole
            shutil.rmtree(path)


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
