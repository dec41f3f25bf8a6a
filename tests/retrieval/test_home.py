"""A Home is made once, opened only where there is one, and written to by one process at a time."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from retrieval import Home, HomeBusy, HomeError, StorageError, create, open_home, storing
from tests.retrieval.homes import python, told

HOLD = """
import sys
from pathlib import Path
from retrieval import open_home

with open_home(Path(sys.argv[1])).writing():
    print("held", flush=True)
    sys.stdin.readline()
"""

# As someone without rights: root is let through everywhere.
STRANGER = """
import os, sys
from pathlib import Path
from retrieval import GroundsmithError, create, open_home

root = Path(sys.argv[1])
if os.geteuid() == 0:
    os.seteuid(65534)
try:
    {}
except GroundsmithError as error:
    print(type(error).__name__, error)
"""

SHORT_OF_SPACE = """
import resource, sys
from pathlib import Path
from retrieval import StorageError, create

resource.setrlimit(resource.RLIMIT_FSIZE, (1024, 1024))
try:
    create(Path(sys.argv[1]), "# " + "x" * 4096)
except StorageError as error:
    print(error)
"""


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return create(tmp_path / "home", "# a Spec\n")


@pytest.fixture
def anyones() -> Iterator[Path]:
    """A folder that everyone can get to, unlike pytest's own."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


def test_a_new_home_holds_its_spec_and_its_folders(home: Home) -> None:
    assert home.spec.read_text(encoding="utf-8") == "# a Spec\n"
    for folder in (home.documents, home.database.parent, home.index, home.adapters, home.exams):
        assert folder.is_dir()
    assert open_home(home.root) == home


def test_an_empty_folder_becomes_a_home(tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    assert create(tmp_path / "home", "").spec.is_file()


def test_an_existing_home_is_never_overwritten(home: Home) -> None:
    with pytest.raises(HomeError, match="is already a Home"):
        create(home.root, "# another Spec\n")
    assert home.spec.read_text(encoding="utf-8") == "# a Spec\n"


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(HomeError, match="not an empty folder"):
        create(tmp_path, "")
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


def test_a_file_does_not_become_a_home(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("", encoding="utf-8")
    with pytest.raises(HomeError, match="not an empty folder"):
        create(tmp_path / "home", "")


@pytest.mark.parametrize(("made", "said"), [(True, "has no assistant.toml"), (False, "is not a folder")])
def test_what_is_no_home_is_not_opened(made: bool, said: str, tmp_path: Path) -> None:
    if made:
        (tmp_path / "home").mkdir()
    with pytest.raises(HomeError, match=f"{said}.*groundsmith new"):
        open_home(tmp_path / "home")


def test_a_home_whose_store_is_gone_gets_a_new_one(home: Home) -> None:
    home.database.parent.rmdir()
    open_home(home.root)
    assert home.database.parent.is_dir()


def test_a_store_that_is_no_folder_is_an_error_of_storage(home: Home) -> None:
    home.database.parent.rmdir()
    home.database.parent.write_text("", encoding="utf-8")
    with pytest.raises(StorageError, match="could not be written"):
        open_home(home.root)


def test_where_one_may_not_write_no_home_is_made(anyones: Path) -> None:
    said = told(STRANGER.format('create(root / "home", "")'), anyones)
    assert said.startswith("StorageError")
    assert "may not be written to" in said
    assert list(anyones.iterdir()) == []


def test_where_one_may_not_look_no_home_is_opened(anyones: Path) -> None:
    create(anyones / "shut" / "home", "")
    (anyones / "shut").chmod(0o700 if os.geteuid() == 0 else 0)
    said = told(STRANGER.format("open_home(root / 'shut' / 'home')"), anyones)
    (anyones / "shut").chmod(0o700)
    assert said.startswith("StorageError")


def test_where_one_may_only_read_nobody_writes(anyones: Path) -> None:
    home = create(anyones / "home", "")
    home.database.parent.chmod(0o555)
    said = told(STRANGER.format('open_home(root / "home").writing().__enter__()'), anyones)
    home.database.parent.chmod(0o755)
    assert said.startswith("StorageError")


def test_a_home_that_did_not_fit_leaves_nothing_and_can_be_made_again(tmp_path: Path) -> None:
    assert "could not be written" in told(SHORT_OF_SPACE, tmp_path / "home")
    assert create(tmp_path / "home", "# a Spec\n").spec.is_file()


def test_the_remedy_for_a_full_disk_is_space_and_for_a_shut_one_another(tmp_path: Path) -> None:
    with (
        pytest.raises(StorageError, match=r"No space left on device \(\d+ MB free\)\. Free some space"),
        storing(tmp_path),
    ):
        raise OSError(28, "No space left on device")
    with (
        pytest.raises(StorageError, match=r"may not be written to: Read-only.*Choose another folder"),
        storing(tmp_path),
    ):
        raise OSError(30, "Read-only file system")


def test_a_second_process_is_told_at_once_that_the_home_is_busy(home: Home) -> None:
    with python(HOLD, home.root) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        began = time.monotonic()
        with pytest.raises(HomeBusy, match="Another process is writing"), home.writing():
            raise AssertionError("two processes write to one Home")
        assert time.monotonic() - began < 5
        other.communicate("done\n", timeout=60)
    with home.writing():
        assert other.returncode == 0


def test_the_lock_dies_with_its_process(home: Home) -> None:
    with python(HOLD, home.root) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        other.send_signal(signal.SIGKILL)
    assert other.returncode == -signal.SIGKILL
    with home.writing(), pytest.raises(HomeBusy), home.writing():
        raise AssertionError("the lock was not taken")


def test_a_second_thread_is_told_too(home: Home) -> None:
    refused: list[HomeBusy] = []

    def write() -> None:
        try:
            with home.writing():
                raise AssertionError("two threads write to one Home")
        except HomeBusy as error:
            refused.append(error)

    with home.writing():
        thread = threading.Thread(target=write)
        thread.start()
        thread.join(timeout=60)
    assert len(refused) == 1


def test_the_lock_is_let_go_when_writing_fails(home: Home) -> None:
    with pytest.raises(KeyboardInterrupt), home.writing():
        raise KeyboardInterrupt
    with home.writing():
        assert home.root.is_dir()
