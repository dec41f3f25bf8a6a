"""A new generation: what did not change is carried over from the one before, the rest is made from the catalogue."""

from __future__ import annotations

import os
import shutil
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from retrieval.catalogue import Catalogue
from retrieval.encoding import Vectors
from retrieval.errors import IndexDamaged
from retrieval.home import Home, storing
from retrieval.index.codes import QUANTISER, SAMPLE, Quantiser
from retrieval.index.dense import wants_codes
from retrieval.index.exact import Keys, write_vectors
from retrieval.index.generation import BUILDING, contents, newest, next_number, sweep
from retrieval.index.leaves import Piece, cut, ranges_of
from retrieval.index.lexical import lay, make_lexical, stem_of, write_segments
from retrieval.index.manifest import LEXICAL, Leaf, Manifest, Part, checksum, read_manifest, synced, write_manifest
from retrieval.index.sums import write_sums


@dataclass(frozen=True)
class _Before:
    """The generation before, as far as its files can serve again."""

    folder: Path
    manifest: Manifest

    def part(self, audience: str) -> Part | None:
        return next((part for part in self.manifest.parts if part.audience == audience), None)


class _Altered(Exception):
    """Vectors that are not what was written; whose, by key."""

    def __init__(self, keys: Collection[int]) -> None:
        super().__init__()
        self.keys = keys


@dataclass
class _Building:
    folder: Path
    catalogue: Catalogue
    encoder: str
    dimension: int
    before: _Before | None
    carried: dict[str, str] = field(default_factory=dict)  # path → checksum, of the files that were there already


def build(home: Home, catalogue: Catalogue, encoder: str, dimension: int, rules: str, *, anew: bool = False) -> Path:
    """Seal a new generation of what the catalogue holds and this encoder encoded; only then do the earlier ones go.

    `anew`: nothing is carried over, so that no byte of what was purged can be left. A vector that is not what was
    written is forgotten and its passage left out, until the next sync encodes it anew.
    """
    while True:
        try:
            return _build(home, catalogue, encoder, dimension, rules, anew)
        except _Altered as vectors:
            catalogue.forget_vectors(encoder, vectors.keys)


def _build(home: Home, catalogue: Catalogue, encoder: str, dimension: int, rules: str, anew: bool) -> Path:
    folder = home.index / f"{BUILDING}-{os.getpid()}"
    with storing(home.index):
        for leftover in home.index.glob(f"{BUILDING}-*"):
            shutil.rmtree(leftover, ignore_errors=True)
        folder.mkdir(parents=True)
        before = None if anew else _before(home, encoder, dimension)
        building = _Building(folder, catalogue, encoder, dimension, before)
        wanted = catalogue.encoded(encoder)
        parts = [_write_part(building, number, *each) for number, each in enumerate(wanted.items())]
        holds = contents((key, audience) for audience, keys in wanted.items() for key in keys)
        write_manifest(folder, Manifest(encoder, dimension, rules, holds, tuple(parts), {}), building.carried)
        sealed = home.index / f"{encoder}.{next_number(home)}"
        folder.rename(sealed)
        synced(home.index)
        sweep(home)
    return sealed


def _before(home: Home, encoder: str, dimension: int) -> _Before | None:
    folder = newest(home)
    try:
        manifest = read_manifest(folder) if folder else None
    except IndexDamaged:  # nothing of it is believed, and all made anew
        return None
    if not folder or not manifest or (manifest.encoder, manifest.dimension) != (encoder, dimension):
        return None
    return _Before(folder, manifest)


def _write_part(building: _Building, number: int, audience: str, keys: Sequence[int]) -> Part:
    name = f"part-{number}"
    folder = building.folder / name
    folder.mkdir()
    make_lexical(folder / LEXICAL)
    before = building.before.part(audience) if building.before else None
    codes = _codes(building, name, before, keys)
    if codes.learned:
        before = None
    leaves = []
    for piece in cut(np.array(keys, dtype=np.int64), [leaf.keys for leaf in before.leaves] if before else []):
        leaf = _carry(building, name, before, piece) if before else None
        leaves.append(leaf or _write_leaf(building, folder, piece.keys, codes.quantiser))
    lay(folder / LEXICAL, [segment for leaf in leaves for segment in leaf.segments])
    return Part(audience, name, len(keys), codes.of, tuple(leaves))


# What is made


def _write_leaf(building: _Building, folder: Path, keys: Keys, quantiser: Quantiser | None) -> Leaf:
    first = int(keys[0])
    vectors = _vectors(building, keys.tolist())
    write_vectors(folder / f"vectors-{first}.faiss", keys, vectors)
    codes = f"codes-{first}.bin" if quantiser else None
    if quantiser and codes:
        quantiser.write(folder / codes, vectors)
    words = list(building.catalogue.words(keys.tolist()))
    write_sums(folder / f"sums-{first}.bin", words)
    segments = write_segments(folder / LEXICAL, words)
    return Leaf(ranges_of(keys), f"vectors-{first}.faiss", f"sums-{first}.bin", codes, tuple(segments))


def _vectors(building: _Building, keys: Sequence[int]) -> Vectors:
    found = building.catalogue.vectors(building.encoder, keys)
    if altered := set(keys) - found.keys():
        raise _Altered(altered)
    return np.frombuffer(b"".join(found.values()), dtype=np.float32).reshape(len(keys), building.dimension)


@dataclass(frozen=True)
class _Codes:
    quantiser: Quantiser | None
    of: int  # passages that the partition had when it was learned
    learned: bool  # now, so that no leaf of before has its codes


def _codes(building: _Building, name: str, before: Part | None, keys: Sequence[int]) -> _Codes:
    """The quantiser of before serves until the partition is quite another, for a new one costs every leaf anew."""
    if not wants_codes(len(keys), building.dimension):
        return _Codes(None, 0, learned=bool(before and before.trained))
    path = building.folder / name / QUANTISER
    fits = before and before.trained / 2 <= len(keys) <= before.trained * 4
    if before and fits and _carried(building, before, name, [QUANTISER]):
        return _Codes(Quantiser.read(path), before.trained, learned=False)
    quantiser = Quantiser.learned(_vectors(building, keys[:: max(1, len(keys) // SAMPLE)]))
    quantiser.save(path)
    return _Codes(quantiser, len(keys), learned=True)


# What is carried over


def _carry(building: _Building, name: str, part: Part, piece: Piece) -> Leaf | None:
    """The leaf of before that holds just these passages, if all of its files are whole."""
    if piece.before is None:
        return None
    leaf = part.leaves[piece.before]
    files = [leaf.vectors, leaf.sums, *([leaf.codes] if leaf.codes else []), *_files_of(building, part, leaf)]
    return leaf if _carried(building, part, name, files) else None


def _files_of(building: _Building, part: Part, leaf: Leaf) -> list[str]:
    """Those that the manifest names, there or not."""
    assert building.before
    start = f"{part.folder}/"
    stems = {f"{LEXICAL}/{stem_of(segment)}" for segment in leaf.segments}
    names = [name.removeprefix(start) for name in building.before.manifest.files if name.startswith(start)]
    return [name for name in names if name.partition(".")[0] in stems]


def _carried(building: _Building, part: Part, name: str, files: Sequence[str]) -> bool:
    """All of these files or none: one that is damaged or gone is not handed on, and its neighbours are made with it."""
    assert building.before
    old, known = building.before.folder, building.before.manifest.files
    digests = {file: known.get(f"{part.folder}/{file}") for file in files}
    if not all(digest and _has(old / part.folder / file, digest) for file, digest in digests.items()):
        return False
    for file, digest in digests.items():
        _link(old / part.folder / file, building.folder / name / file)
        building.carried[f"{name}/{file}"] = str(digest)
    return True


def _has(path: Path, digest: str) -> bool:
    try:
        return checksum(path) == digest
    except OSError:
        return False


def _link(source: Path, target: Path) -> None:
    """One file under a second name; copied where the file system has no such names."""
    try:
        target.hardlink_to(source)
    except OSError:
        shutil.copyfile(source, target)
        synced(target)
