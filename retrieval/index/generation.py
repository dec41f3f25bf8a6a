"""A generation of the index: verified, then opened; the newest whole one counts, and the others are swept."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

from retrieval.access import may_read
from retrieval.encoding import Vectors
from retrieval.errors import IndexDamaged
from retrieval.home import Home, storing
from retrieval.index.dense import BALANCED, explain, open_engine
from retrieval.index.lexical import Lexical
from retrieval.index.manifest import LEXICAL, MANIFEST, Part, damaged, read_manifest, verify
from retrieval.index.sums import Sums
from retrieval.nouns import Passage, Principal
from retrieval.rows import read

BUILDING = "building"


class Partition:
    """`among`, where it is given, holds the keys that may be found, in this partition or in others."""

    def __init__(self, folder: Path, part: Part, dimension: int, quality: str) -> None:
        self.audience = read(part.audience)
        self._dense = open_engine(folder, part, dimension, quality)
        self._lexical = Lexical.open(folder / LEXICAL)
        self._sums = Sums([folder / leaf.sums for leaf in part.leaves])

    def dense(self, vector: Vectors, k: int, among: Collection[int] | None = None) -> dict[int, float]:
        return self._dense.search(vector, k, among)

    def lexical(self, question: str, k: int, among: Collection[int] | None = None) -> dict[int, float]:
        return self._lexical.search(question, k, among)

    def altered(self, passages: Mapping[int, Passage]) -> list[int]:
        """Keys of those that are of this partition and say something else than when they were indexed."""
        said = {key: (" ".join((each.title, *each.heading)), each.text) for key, each in passages.items()}
        return self._sums.altered(said)

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
    def __init__(self, folder: Path, quality: str = BALANCED) -> None:
        self.folder = folder
        self.manifest = read_manifest(folder)
        verify(folder, self.manifest)
        try:
            self._partitions = [
                Partition(folder / part.folder, part, self.manifest.dimension, quality) for part in self.manifest.parts
            ]
        except (OSError, RuntimeError, ValueError) as error:  # removed since, or unreadable for this version
            raise damaged(folder, f"it cannot be opened ({error})") from error

    def readable(self, principal: Principal) -> list[Partition]:
        return [partition for partition in self._partitions if may_read(principal, partition.audience)]

    def altered(self, passages: Mapping[int, Passage]) -> list[int]:
        return [key for partition in self._partitions for key in partition.altered(passages)]


def newest(home: Home) -> Path | None:
    """The last whole generation; one without a manifest does not exist."""
    seen: set[str] | None = None
    index = str(home.index)  # looked through before every search, where a Path for each name would take most of it
    while True:
        names = {name for name in _names(index) if not name.startswith(BUILDING)}
        whole = [name for name in names if os.path.isfile(f"{index}/{name}/{MANIFEST}")]  # noqa: PTH113
        if whole or names == seen:  # else one was sealed and the one before swept while we looked
            return home.index / max(whole, key=_number) if whole else None
        seen = names


def _names(folder: str) -> list[str]:
    try:
        return os.listdir(folder)  # noqa: PTH208
    except (FileNotFoundError, NotADirectoryError):
        return []


def explained(home: Home, principal: Principal, quality: str) -> str | None:
    """How vectors are searched, of what this principal may read; None where there is no index that could be."""
    folder = newest(home)
    try:
        manifest = read_manifest(folder) if folder else None
    except IndexDamaged:
        return None
    mine = [part for part in manifest.parts if may_read(principal, read(part.audience))] if manifest else []
    return explain(mine, quality) if manifest else None


def contents(keys: Iterable[tuple[int, str]]) -> str:
    """Digest of passages, each a key and an audience."""
    return hashlib.sha256(json.dumps(sorted(keys)).encode()).hexdigest()


def sweep(home: Home) -> None:
    """Remove all but the newest whole generation: earlier ones, and what an interruption left half made."""
    sealed = newest(home)
    with storing(home.index):
        for path in home.index.iterdir():
            if path.is_dir() and path != sealed:
                (path / MANIFEST).unlink(missing_ok=True)  # first, so that half a folder is never taken for whole
                shutil.rmtree(path, ignore_errors=True)  # one who just opens it lays a lock there; the next sync tries


def next_number(home: Home) -> int:
    """Above every folder's, whole or not: a name that was used is not used again."""
    return 1 + max((_number(path.name) for path in home.index.iterdir()), default=0)


def _number(name: str) -> int:
    last = name.rsplit(".", 1)[-1]
    return int(last) if last.isdigit() else 0
