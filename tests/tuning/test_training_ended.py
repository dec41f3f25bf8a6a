"""What ends a training before its time: a full disk, with nothing lost; and a purge of what it learns from."""

from __future__ import annotations

import os
import resource
import subprocess
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from assistant import open_assistant
from assistant.card import sha256
from assistant.language.embedded import READER
from retrieval import Home, Purge, StorageError, UsageError, resolve
from tests.assistant.tiny import tiny_base, tiny_home
from tests.fakes import WordEncoder
from tests.tuning.crates import rows
from tuning.examples.lessons import lesson
from tuning.training.course import Course
from tuning.training.dials import Dials
from tuning.training.run import Progressed
from tuning.training.workplace import erase, workplace

WEIGHTS = "adapter_model.safetensors"
FULL_AT = 5  # step

pytestmark = [pytest.mark.models, pytest.mark.slow, pytest.mark.usefixtures("one_thread")]


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_base(tmp_path_factory.mktemp("base"), resolve(READER.name, [READER]))


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m", "none", disk], capture_output=True).returncode:
        pytest.skip("mounting a disk takes rights")
    yield disk
    subprocess.run(["umount", "--lazy", disk], check=True)


def trained(home: Home, told: Callable[[Progressed], None]) -> Path:
    assistant = open_assistant(home.root, WordEncoder())
    course = Course(assistant, lesson(rows(), "first"), Dials(rounds=8, rank=4, replay=0), quiet)
    try:
        with home.training():
            return course.run(told)
    finally:
        assistant.library.database.close()


def quiet(*_: object) -> None:
    """Nothing is told."""


def filled(disk: Path) -> None:
    with suppress(OSError), (disk / "ballast").open("wb", buffering=0) as ballast:
        while True:
            ballast.write(bytes(4096))


def test_a_full_disk_is_told_and_the_same_call_goes_on(base: Path, tmp_path: Path, small_disk: Path) -> None:
    whole = trained(tiny_home(tmp_path / "whole", base), quiet)
    home, steps = tiny_home(small_disk / "home", base), list[int]()

    def told(progressed: Progressed) -> None:
        steps.append(progressed.step)
        if progressed.step == FULL_AT:
            filled(small_disk)

    with pytest.raises(StorageError, match=r"No space left on device \(0 MB free\).*nothing done so far is lost"):
        trained(home, told)
    assert steps[-1] >= FULL_AT
    assert list(workplace(home).rglob("*.part")) == []  # a full disk has no room for half
    (small_disk / "ballast").unlink()
    reached = steps[-1]
    steps.clear()
    again = trained(home, lambda progressed: steps.append(progressed.step))
    assert 1 < steps[0] <= reached + 1  # not from the beginning
    assert sha256(again / WEIGHTS) == sha256(whole / WEIGHTS)


def test_what_may_not_grow_any_more_is_told_too(base: Path, tmp_path: Path) -> None:
    """Without rights to mount anything: a limit on the size of a file, as a quota sets it."""
    home, steps = tiny_home(tmp_path / "home", base), list[int]()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)

    def told(progressed: Progressed) -> None:
        steps.append(progressed.step)
        if progressed.step == FULL_AT:
            resource.setrlimit(resource.RLIMIT_FSIZE, (4096, hard))

    try:
        with pytest.raises(StorageError, match=os.strerror(27)):
            trained(home, told)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    steps.clear()
    assert (trained(home, lambda progressed: steps.append(progressed.step)) / WEIGHTS).is_file()
    assert steps[0] > 1


@pytest.mark.parametrize("name", ["Alder#1", "elsewhere.md"])
def test_a_purge_ends_a_training_that_learns_from_it_and_no_other(base: Path, tmp_path: Path, name: str) -> None:
    home, steps = tiny_home(tmp_path / "home", base), list[int]()

    def told(progressed: Progressed) -> None:
        steps.append(progressed.step)
        if progressed.step == FULL_AT:
            erase(home, Purge(frozenset({name}), frozenset(), frozenset()))

    if name == "elsewhere.md":
        assert (trained(home, told) / WEIGHTS).is_file()
        return
    with pytest.raises(UsageError, match="Documents that first learns from have been purged"):
        trained(home, told)
    assert steps[-1] == FULL_AT
    assert list(workplace(home).iterdir()) == [] and not (home.adapters / "first").exists()


def test_an_adapter_that_was_done_as_the_purge_came_does_not_stay(base: Path, tmp_path: Path) -> None:
    home, steps = tiny_home(tmp_path / "home", base), list[int]()
    trained(home, lambda progressed: steps.append(progressed.step))
    (home.adapters / "first").rename(tmp_path / "first")

    def told(progressed: Progressed) -> None:
        if progressed.step == steps[-1]:
            next(workplace(home).glob("*/plan.json")).unlink()

    with pytest.raises(UsageError, match="have been purged"):
        trained(home, told)
    assert not (home.adapters / "first").exists()
