"""Watching: a change is noticed, one that is still under way is let finish, and nothing else wakes anybody."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from retrieval import Home
from retrieval.sources import OWN
from retrieval.watch import EVERY, State, look, wait
from tests.retrieval.homes import make, write


@pytest.fixture
def home(shelf: Path) -> Home:
    return make(shelf / "home", {"a.md": "A.\n", "sub/b.md": "B.\n"})


def seen(home: Home) -> State:
    return look(home, [OWN])


CHANGES: dict[str, Callable[[Home], object]] = {
    "new": lambda home: write(home, {"c.md": "C.\n"}),
    "longer": lambda home: write(home, {"a.md": "A, and more.\n"}),
    "touched": lambda home: os.utime(home.documents / "a.md", (1, 1)),
    "gone": lambda home: (home.documents / "a.md").unlink(),
    "renamed": lambda home: (home.documents / "a.md").rename(home.documents / "z.md"),
    "replaced": lambda home: _replace(home.documents / "a.md"),
    "folder gone": lambda home: shutil.rmtree(home.documents / "sub"),
    "all gone": lambda home: shutil.rmtree(home.documents),
    "rules": lambda home: home.spec.write_text(home.spec.read_text() + '"sub" = ["HR"]\n'),
    "no spec": lambda home: home.spec.unlink(),
}


def _replace(path: Path) -> None:
    """By another file of the same size, as of the same moment."""
    stat = path.stat()
    other = path.with_name("other")
    other.write_bytes(b"B" * stat.st_size)
    os.utime(other, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    other.replace(path)


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_is_seen(change: str, home: Home) -> None:
    before = seen(home)
    CHANGES[change](home)
    assert seen(home) != before


@pytest.mark.parametrize("change", ["hidden", "store", "nothing"])
def test_what_no_sync_would_read_is_not_seen(change: str, home: Home) -> None:
    before = seen(home)
    if change == "hidden":
        write(home, {".hidden.md": "Hidden.", ".git/config.md": "Hidden."})
    if change == "store":
        home.database.write_bytes(b"written by another process")
    assert seen(home) == before


def state(number: int) -> State:
    return {"a.md": (number,)}


def test_nothing_is_done_until_files_stay_as_they_are() -> None:
    looks = iter(map(state, [1, 1, 2, 3, 4, 4, 5]))
    slept: list[float] = []
    assert wait(state(1), lambda: next(looks), slept.append) == state(4)
    assert next(looks) == state(5)
    assert slept == [EVERY] * 5


def test_what_was_undone_meanwhile_wakes_nobody() -> None:
    looks = iter(map(state, [2, 1, 1, 3, 3]))
    assert wait(state(1), lambda: next(looks), lambda seconds: None) == state(3)
