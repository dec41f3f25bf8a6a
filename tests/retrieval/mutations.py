"""Damage as disks, copies and editors do it, seeded; and what a Home makes of it. A program, for a crash counts too.

`python -m tests.retrieval.mutations HOME SCRATCH FIRST LAST` prints a line of JSON for each mutation.
"""

from __future__ import annotations

import json
import random
import shutil
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from retrieval import GroundsmithError, Home, IndexDamaged, Library
from retrieval.index.generation import newest
from retrieval.index.manifest import MANIFEST
from tests.retrieval.homes import HR, SEED, opened

PAGE = 4096
ASKED = ("topic3 record", "tamarisk band", "word12 speaks")
Told = list[tuple[str, str, float]]
Mutation = Callable[[random.Random, Path, Path], None]  # which file to damage, and another file of its kind


def flip(chance: random.Random, path: Path, other: Path) -> None:
    content = bytearray(path.read_bytes())
    for _ in range(chance.choice((1, 1, 8))):
        content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    replace(path, bytes(content))


def shorten(chance: random.Random, path: Path, other: Path) -> None:
    content = path.read_bytes()
    replace(path, content[: chance.randrange(len(content))])


def lengthen(chance: random.Random, path: Path, other: Path) -> None:
    replace(path, path.read_bytes() + chance.randbytes(chance.randint(1, 2 * PAGE)))


def blank(chance: random.Random, path: Path, other: Path) -> None:
    content = bytearray(path.read_bytes())
    start = chance.randrange(0, len(content), PAGE)
    content[start : start + PAGE] = bytes(len(content[start : start + PAGE]))
    replace(path, bytes(content))


def garble(chance: random.Random, path: Path, other: Path) -> None:
    content = bytearray(path.read_bytes())
    start = chance.randrange(0, len(content), PAGE)
    content[start : start + PAGE] = chance.randbytes(len(content[start : start + PAGE]))
    replace(path, bytes(content))


def swap(chance: random.Random, path: Path, other: Path) -> None:
    mine, theirs = path.read_bytes(), other.read_bytes()
    replace(path, theirs)
    replace(other, mine)


def remove(chance: random.Random, path: Path, other: Path) -> None:
    path.unlink()


def replace(path: Path, content: bytes) -> None:
    """By a new file of that name: the old one is shared with the Home that it was copied from."""
    path.unlink()
    path.write_bytes(content)


INDEX: Sequence[Mutation] = (flip, shorten, lengthen, blank, garble, swap, remove)
CATALOGUE: Sequence[Mutation] = (flip, shorten, blank, garble, remove)


def told(library: Library) -> Told:
    return [
        (hit.passage.id, hit.passage.text, round(hit.score, 5))
        for question in ASKED
        for hit in library.searcher.search(question, 20, HR)
    ]


def mutated(whole: Path, home: Path, number: int) -> tuple[str, bool]:
    """A copy of the Home with one damage, the same for the same number: which, and whether to the catalogue."""
    shutil.copytree(whole, home, copy_function=shutil.copy2)
    chance = random.Random(SEED * 1000 + number)
    if number % 3 == 0:
        mutate, database = chance.choice(CATALOGUE), Home(home).database
        mutate(chance, database, database)
        return f"{mutate.__name__} {database.name}", True
    folder = newest(Home(home))
    assert folder is not None
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.stat().st_size)
    path = folder / MANIFEST if chance.random() < 0.1 else chance.choice(files)
    mutate = chance.choice(INDEX)
    mutate(chance, path, chance.choice([file for file in files if file != path]))
    return f"{mutate.__name__} {path.relative_to(folder).as_posix()}", False


def index_verdict(home: Path, expected: Told) -> str:
    library = opened(Home(home))
    try:
        found = told(library)
    except IndexDamaged as error:
        assert "groundsmith sync" in str(error), error
        assert not library.in_step()
        assert library.sync().sealed
        assert told(library) == told(opened(Home(home))) == expected, "rebuilt, and wrong"
        return "rebuilt"
    assert found == expected, "not noticed, and wrong"
    return "harmless"


def catalogue_verdict(home: Path, expected: Told) -> str:
    try:
        library = opened(Home(home))
        found = told(library)
        library.sync()
        again = told(library)
    except GroundsmithError as error:
        assert error.remedy, error
        assert "home.sqlite" in str(error) or "index" in str(error), error
        return "refused"
    assert found == again == expected, "not noticed, and wrong"
    return "harmless"


def main(whole: Path, scratch: Path, first: int, last: int) -> None:
    expected = told(opened(Home(whole)))
    for number in range(first, last):
        home = scratch / str(number)
        what, catalogue = mutated(whole, home, number)
        try:
            verdict = catalogue_verdict(home, expected) if catalogue else index_verdict(home, expected)
        except Exception as error:
            verdict = f"failed: {type(error).__name__}: {error}"
        print(json.dumps([number, what, verdict]), flush=True)
        shutil.rmtree(home, ignore_errors=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]))
