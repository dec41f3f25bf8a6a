"""Hundreds of hostile files in one sync: each is read or named with its reason, and the files beside them are found."""

from __future__ import annotations

import os
import random
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from retrieval import EVERYONE, Library, SyncReport, read
from tests.retrieval.bombs import CANARY, CANARY_PATH
from tests.retrieval.formats import MADE
from tests.retrieval.homes import SEED, SHARE, found, make, opened
from tests.retrieval.hostile import Case, cases

pytestmark = pytest.mark.slow
GOOD = {f"quince{n}.md": f"# Kettle\n\nThis is about the quince{n} of the kettle.\n" for n in range(10)}
FOLDER = "hostile"
BOUND = re.compile(r"reading took|reader crashed|reader used|Report this")


@pytest.fixture(scope="module")
def chosen() -> list[Case]:
    """A seeded share; the huge ones only where all are wanted."""
    every = [case for case in cases(SEED) if SHARE >= 1 or not case.huge]
    assert len(every) >= 200
    return random.Random(SEED).sample(every, max(20, round(len(every) * min(SHARE, 1))))


@pytest.fixture(scope="module")
def synced(chosen: list[Case], tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Library, SyncReport]]:
    canary = Path(CANARY_PATH)
    canary.write_text(CANARY, encoding="utf-8")
    folder = tmp_path_factory.mktemp("brought") / FOLDER
    folder.mkdir()
    for case in chosen:
        case.write(folder / case.name)
    library = opened(make(tmp_path_factory.mktemp("home") / "home", GOOD))
    for suffix, maker in MADE.items():
        (library.home.documents / f"good{suffix}").write_bytes(maker())
    yield library, library.sync([folder])
    canary.unlink()


def name_of(case: Case) -> str:
    return f"{FOLDER}/" + os.fsencode(case.name).decode("utf-8", "replace")


def problems_of(report: SyncReport) -> dict[str, str]:
    told: dict[str, str] = {}
    for name, problem in report.problems:
        told[name] = f"{told.get(name, '')} {problem}"
    return told


def test_every_hostile_file_is_read_or_named(chosen: list[Case], synced: tuple[Library, SyncReport]) -> None:
    _, report = synced
    told = problems_of(report)
    for case in chosen:
        name = name_of(case)
        assert (name in report.added or name in told) is not case.silent, case.name
        if case.says is not None:
            assert name in told, case.name
            assert case.says in told[name], told[name]
    assert set(told) <= {name_of(case) for case in chosen}


def test_every_problem_names_its_file_and_a_reason(synced: tuple[Library, SyncReport]) -> None:
    for name, problem in synced[1].problems:
        said = problem.replace(name, "")
        assert said != problem, problem
        assert len(said) > 15, problem


def test_nothing_crashes_and_nothing_hangs(chosen: list[Case], synced: tuple[Library, SyncReport]) -> None:
    told = problems_of(synced[1])
    for case in chosen:
        problem = told.get(name_of(case), "")
        assert case.bound or not BOUND.search(problem), problem


def test_the_good_files_beside_them_are_found(synced: tuple[Library, SyncReport]) -> None:
    library, report = synced
    for suffix in MADE:
        assert f"good{suffix}" in report.added
        documents = read(library.home.documents / f"good{suffix}", f"good{suffix}")
        assert {document.id for document in documents} <= library.catalogue.titles(EVERYONE).keys()
    assert library.in_step()
    for name in GOOD:
        assert found(library, f"the {name.removesuffix('.md')} of the kettle")[0] == name


def test_no_file_reaches_for_another(synced: tuple[Library, SyncReport]) -> None:
    library, report = synced
    assert CANARY not in str(report)
    for row in library.database.rows("SELECT * FROM documents"):
        assert CANARY not in str(tuple(row)), row["id"]
    assert not list(Path("/tmp").glob("out.md"))
