"""The database: schemas step by step, all or nothing, and every refusal in words."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from retrieval import Database, HomeBusy, HomeError, StorageError
from retrieval.schema import MIGRATIONS
from tests.retrieval.homes import told

FIRST = "CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT NOT NULL); INSERT INTO notes (text) VALUES ('first')"
SECOND = "ALTER TABLE notes ADD COLUMN mood TEXT DEFAULT 'calm'"
THIRD = "UPDATE notes SET mood = 'glad'; INSERT INTO notes (text, mood) VALUES ('third', 'new')"
BROKEN = "INSERT INTO notes (text) VALUES ('half'); INSERT INTO nowhere VALUES (1)"
FILLER = "INSERT INTO notes (text) VALUES (?)"

STRANGER = """
import os, sys
from pathlib import Path
from retrieval import Database, StorageError

if os.geteuid() == 0:
    os.seteuid(65534)
try:
    Database(Path(sys.argv[1]), {"room": ("CREATE TABLE more (id INTEGER)",)})
except StorageError as error:
    print(error)
"""


@pytest.fixture
def path(shelf: Path) -> Path:
    return shelf / "home.sqlite"


@pytest.fixture
def anyones() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


def texts(database: Database) -> list[str]:
    return [row["text"] for row in database.rows("SELECT text FROM notes ORDER BY id")]


def add(database: Database, text: str) -> None:
    with database.transaction() as connection:
        connection.execute(FILLER, (text,))


# Schemas


def test_a_new_database_goes_through_every_step(path: Path) -> None:
    database = Database(path, {"room": (FIRST, SECOND, THIRD)})
    assert [tuple(row) for row in database.rows("SELECT text, mood FROM notes")] == [
        ("first", "glad"),
        ("third", "new"),
    ]


def test_an_older_database_takes_the_missing_steps_alone_and_keeps_what_it_holds(path: Path) -> None:
    old = Database(path, {"room": (FIRST,)})
    add(old, "mine")
    old.close()
    new = Database(path, {"room": (FIRST, SECOND)})
    assert [tuple(row) for row in new.rows("SELECT text, mood FROM notes")] == [("first", "calm"), ("mine", "calm")]


def test_an_older_database_is_copied_before_it_is_changed(path: Path) -> None:
    old = Database(path, {"room": (FIRST,)})
    add(old, "mine")
    Database(path, {"room": (FIRST, SECOND)})
    (copy,) = path.parent.glob("home.sqlite.*-1")
    before = Database(copy, {"room": (FIRST,)})
    assert texts(before) == ["first", "mine"]
    assert [row["name"] for row in before.rows("PRAGMA table_info(notes)")] == ["id", "text"]


def test_a_new_or_current_database_is_not_copied(path: Path) -> None:
    Database(path, {"room": (FIRST,)})
    Database(path, {"room": (FIRST,), "annex": ("CREATE TABLE annex (id INTEGER)",)})
    assert {found.name for found in path.parent.iterdir()} <= {path.name, f"{path.name}-wal", f"{path.name}-shm"}


def test_a_step_that_fails_leaves_the_database_as_it_was(path: Path) -> None:
    Database(path, {"room": (FIRST,)}).close()
    with pytest.raises(HomeError, match="nowhere"):
        Database(path, {"room": (FIRST, SECOND, BROKEN)})
    database = Database(path, {"room": (FIRST,)})
    assert texts(database) == ["first"]
    assert [row["name"] for row in database.rows("PRAGMA table_info(notes)")] == ["id", "text"]
    assert [tuple(row) for row in database.rows("SELECT room, version FROM schema")] == [("room", 1)]


def test_a_newer_database_is_refused_before_anything_is_touched(path: Path) -> None:
    Database(path, {"later": (FIRST, SECOND)})
    with pytest.raises(HomeError, match=r"newer groundsmith \(later schema 2, known: 1\)\. Update groundsmith"):
        Database(path, {"room": ("CREATE TABLE room (id INTEGER)",), "later": (FIRST,)})
    tables = Database(path, {"later": (FIRST, SECOND)}).rows("SELECT name FROM sqlite_master WHERE name = 'room'")
    assert tables == []


def test_the_rooms_of_one_home_count_for_themselves(path: Path) -> None:
    Database(path, {"room": (FIRST,)})
    database = Database(path, {"room": (FIRST,), "annex": ("CREATE TABLE annex (id INTEGER)",)})
    versions = database.rows("SELECT room, version FROM schema ORDER BY room")
    assert [tuple(row) for row in versions] == [("annex", 1), ("room", 1)]


def test_all_who_open_a_new_home_together_agree(shelf: Path) -> None:
    """Four at once, again and again: they used to meet while one of them switched to the write-ahead log."""
    failed: list[Exception] = []

    def open_it(path: Path, ready: threading.Barrier) -> None:
        ready.wait(timeout=60)
        try:
            Database(path, {"room": (FIRST, SECOND, THIRD)}).close()
        except Exception as error:
            failed.append(error)

    for number in range(100):
        path, ready = shelf / f"{number}.sqlite", threading.Barrier(4)
        threads = [threading.Thread(target=open_it, args=(path, ready)) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=60)
        assert texts(Database(path, {"room": (FIRST, SECOND, THIRD)})) == ["first", "third"]
    assert failed == []
    assert {path.name.split(".", 1)[1] for path in shelf.iterdir()} <= {"sqlite", "sqlite-wal", "sqlite-shm"}


def test_retrievals_own_tables_go_from_the_first_schema_to_the_last(path: Path) -> None:
    old = Database(path, {"retrieval": MIGRATIONS[:1]})
    with old.transaction() as connection:
        connection.execute("INSERT INTO sources (path) VALUES ('documents')")
        connection.execute("INSERT INTO files VALUES ('a.md', 'documents', 'digest', 'a problem')")
    new = Database(path, {"retrieval": MIGRATIONS})
    (row,) = new.rows("SELECT * FROM files")
    assert dict(row) == {
        "path": "a.md",
        "source": "documents",
        "digest": "digest",
        "problem": "a problem",
        "beside": None,
    }


# All or nothing


def test_what_is_not_finished_did_not_happen(path: Path) -> None:
    database = Database(path, {"room": (FIRST,)})
    with pytest.raises(KeyboardInterrupt), database.transaction() as connection:
        connection.execute(FILLER, ("half",))
        raise KeyboardInterrupt
    assert texts(database) == ["first"]
    add(database, "whole")
    assert texts(database) == ["first", "whole"]


def test_foreign_keys_hold(path: Path) -> None:
    database = Database(path, {"retrieval": MIGRATIONS})
    with pytest.raises(sqlite3.IntegrityError), database.transaction() as connection:
        connection.execute("INSERT INTO files (path, source, digest) VALUES ('a', 'no such source', '')")
    assert database.rows("SELECT * FROM files") == []


# Refusals


def test_a_full_disk_is_an_error_of_storage_and_costs_nothing_that_was_done(path: Path) -> None:
    database = Database(path, {"room": (FIRST,)})
    (pages,) = database.rows("PRAGMA page_count")[0]
    database.connection.execute(f"PRAGMA max_page_count = {pages + 4}")
    with pytest.raises(StorageError, match=r"full.*Check free space and permissions"):
        add(database, "x" * 100_000)
    assert texts(database) == ["first"]
    database.connection.execute("PRAGMA max_page_count = 100000")
    add(database, "x" * 100_000)
    assert len(texts(database)) == 2


def test_a_commit_that_fails_leaves_the_connection_usable(path: Path) -> None:
    orphan = "CREATE TABLE parts (of INTEGER REFERENCES notes(id) DEFERRABLE INITIALLY DEFERRED)"
    database = Database(path, {"room": (FIRST, orphan)})
    with pytest.raises(sqlite3.IntegrityError), database.transaction() as connection:
        connection.execute("INSERT INTO parts VALUES (99)")  # noticed by COMMIT
    add(database, "after")
    assert texts(database) == ["first", "after"]


def test_a_database_that_others_hold_too_long_is_busy(path: Path) -> None:
    database = Database(path, {"room": (FIRST,)})
    database.connection.execute("PRAGMA busy_timeout = 20")
    other = Database(path, {"room": (FIRST,)})
    with other.transaction(), pytest.raises(HomeBusy, match="in use by another process"):
        add(database, "mine")
    add(database, "mine")
    assert texts(database) == ["first", "mine"]


def test_a_database_that_may_not_be_written_to_is_an_error_of_storage(anyones: Path) -> None:
    path = anyones / "home.sqlite"
    Database(path, {"other": (FIRST,)}).close()
    path.chmod(0o444)
    anyones.chmod(0o555)
    assert str(path) in told(STRANGER, path)
    anyones.chmod(0o755)


def test_a_folder_in_its_place_is_an_error_of_storage(path: Path) -> None:
    path.mkdir()
    with pytest.raises(StorageError, match="unable to open"):
        Database(path, {"room": (FIRST,)})


@pytest.mark.parametrize("damage", ["no database at all", "torn header", "torn pages", "cut short"])
def test_a_damaged_database_is_an_error_of_the_home(damage: str, path: Path) -> None:
    database = Database(path, {"room": (FIRST,)})
    for number in range(40):
        add(database, f"{number} " * 400)
    database.close()
    whole = path.read_bytes()
    path.write_bytes(
        {
            "no database at all": b"a letter to grandmother, not a database" * 100,
            "torn header": b"\xff" * 100 + whole[100:],
            "torn pages": whole[:100] + bytes(len(whole) - 100),
            "cut short": whole[: len(whole) // 2],
        }[damage]
    )
    with pytest.raises(HomeError, match=r"is damaged: .*Restore it from a backup"):
        texts(Database(path, {"room": (FIRST,)}))


def test_text_that_is_no_text_is_damage(path: Path) -> None:
    database = Database(path, {"room": (FIRST,)})
    with database.transaction() as connection:
        connection.execute("UPDATE notes SET text = CAST(x'ff' AS TEXT)")
    with pytest.raises(HomeError, match="is damaged"):
        texts(database)


def test_a_database_of_something_else_is_an_error_of_the_home(path: Path) -> None:
    foreign = sqlite3.connect(path)
    foreign.execute("CREATE TABLE schema (id INTEGER)")
    foreign.close()
    with pytest.raises(HomeError, match="no such column"):
        Database(path, {"room": (FIRST,)})


# Threads


def test_each_thread_has_a_connection_of_its_own(path: Path) -> None:
    database = Database(path, {"room": (FIRST,)})
    others: list[sqlite3.Connection] = []

    def work() -> None:
        others.append(database.connection)
        add(database, "from a thread")
        database.close()

    thread = threading.Thread(target=work)
    thread.start()
    thread.join(timeout=60)
    assert others[0] is not database.connection
    assert database.connection is database.connection
    assert texts(database) == ["first", "from a thread"]


def test_threads_that_write_together_queue(path: Path) -> None:
    database = Database(path, {"room": (FIRST,)})

    def work(name: int) -> None:
        for number in range(20):
            add(database, f"{name}:{number}")
        database.close()

    threads = [threading.Thread(target=work, args=(name,)) for name in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert sorted(texts(database)) == sorted(["first", *(f"{name}:{n}" for name in range(4) for n in range(20))])


def test_a_reader_sees_the_last_whole_state_while_another_writes(path: Path) -> None:
    database, other = Database(path, {"room": (FIRST,)}), Database(path, {"room": (FIRST,)})
    with database.transaction() as connection:
        connection.execute(FILLER, ("half",))
        assert texts(other) == ["first"]
    assert texts(other) == ["first", "half"]


def test_a_closed_connection_is_opened_again_when_needed(path: Path) -> None:
    database = Database(path, {"room": (FIRST,)})
    database.close()
    database.close()
    assert texts(database) == ["first"]
