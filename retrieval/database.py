"""The Home's database: one connection a thread, WAL, foreign keys, and each room's schema brought up to date."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from hashlib import blake2b
from pathlib import Path

from retrieval.errors import GroundsmithError, HomeBusy, HomeError, StorageError
from retrieval.home import storing

Connection = sqlite3.Connection
Row = sqlite3.Row
Migrations = Sequence[str]  # the n-th script leads from schema version n to n + 1

REFUSED = {
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_NOMEM,
}
RESTORE = "Restore it from a backup, or sync into a new Home."
WAITED = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}


class Database:
    def __init__(self, path: Path, rooms: Mapping[str, Migrations]) -> None:
        self.path = path
        self._threads = threading.local()
        try:
            with storing(path), _refusals(path):
                if not path.exists():
                    _create(path)
                self._bring_up_to_date(rooms)
        except BaseException:
            self.close()
            raise

    @property
    def connection(self) -> sqlite3.Connection:
        found: sqlite3.Connection | None = getattr(self._threads, "connection", None)
        if found is None:
            found = self._threads.connection = _connect(self.path)
        return found

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All of it or none of it. Writers queue behind one another from the first statement on."""
        with _refusals(self.path):
            connection = self.connection
            try:
                connection.execute("BEGIN IMMEDIATE")
                yield connection
                connection.commit()
            except BaseException:
                connection.rollback()
                raise

    def rows(self, sql: str, *values: object) -> list[sqlite3.Row]:
        with _refusals(self.path):
            return self.connection.execute(sql, values).fetchall()

    def rewrite(self) -> None:
        """Write the file anew, empty its log and drop copies of earlier schemas: what was deleted is then nowhere."""
        with storing(self.path), _refusals(self.path):
            for copy in self.path.parent.glob(f"{self.path.name}.*"):
                copy.unlink(missing_ok=True)
            self.connection.execute("VACUUM")
            waits = self.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        if waits:
            raise HomeBusy(f"{self.path} is being read by another process.", "Stop it, then run the same again.")

    def check(self) -> None:
        """Whether SQLite's trees are in order: a row of one that isn't can be lost unseen. Reads the whole file."""
        found = self.rows("PRAGMA quick_check(1)")[0][0]
        if found != "ok":
            raise HomeError(f"{self.path} is damaged: {found.splitlines()[-1]}.", RESTORE)

    def altered(self, document: str) -> HomeError:
        return HomeError(f"{self.path} is damaged: {document} does not say what it said.", RESTORE)

    def close(self) -> None:
        """Of the calling thread; the connection of another is closed when that thread ends."""
        found: sqlite3.Connection | None = getattr(self._threads, "connection", None)
        if found is not None:
            found.close()
            del self._threads.connection

    def _bring_up_to_date(self, rooms: Mapping[str, Migrations]) -> None:
        versions = self._versions()
        for room, migrations in rooms.items():
            if versions.get(room, 0) > len(migrations):
                found = f"{room} schema {versions[room]}, known: {len(migrations)}"
                raise HomeError(f"{self.path} was written by a newer groundsmith ({found}).", "Update groundsmith.")
        behind = [room for room, migrations in rooms.items() if versions.get(room, 0) < len(migrations)]
        if older := [f"{room}-{versions[room]}" for room in behind if room in versions]:
            self._back_up("-".join(older))
        if behind:
            self._migrate({room: rooms[room] for room in behind})

    def _back_up(self, versions: str) -> None:
        """A copy of the database as the older groundsmith left it, beside it."""
        with _placing(self.path.with_name(f"{self.path.name}.{versions}")) as unfinished:
            self.connection.execute("VACUUM INTO ?", (str(unfinished),))

    def _migrate(self, rooms: Mapping[str, Migrations]) -> None:
        """All missing steps or none of them."""
        with self.transaction() as connection:
            connection.execute("CREATE TABLE IF NOT EXISTS schema (room TEXT PRIMARY KEY, version INTEGER NOT NULL)")
            versions = self._versions()  # once more: another process may have been faster
            for room, migrations in rooms.items():
                for script in migrations[versions.get(room, 0) :]:
                    for statement in filter(str.strip, script.split(";")):
                        connection.execute(statement)
                connection.execute("INSERT OR REPLACE INTO schema VALUES (?, ?)", (room, len(migrations)))

    def _versions(self) -> dict[str, int]:
        if not self.connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'schema'").fetchone():
            return {}
        return {row["room"]: row["version"] for row in self.connection.execute("SELECT room, version FROM schema")}


class Snapshot(Database):
    """The database as it is, for one who only looks: nothing is created, repaired or brought up to date."""

    def __init__(self, path: Path, rooms: Mapping[str, Migrations]) -> None:
        self.path = path
        self._threads = threading.local()
        if not path.exists():
            self._threads.connection = _prepared(sqlite3.connect(":memory:", isolation_level=None))
            self._bring_up_to_date(rooms)

    @property
    def connection(self) -> sqlite3.Connection:
        found: sqlite3.Connection | None = getattr(self._threads, "connection", None)
        if found is None:
            found = self._threads.connection = _looking(self.path)
        return found


def summed(*values: str | int | None) -> int:
    """A checksum of what a row says, kept beside it: SQLite has none, and does not notice a bit that flips."""
    said = "\0".join(map(str, values)).encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(said, digest_size=8).digest(), "little", signed=True)


def _looking(path: Path) -> sqlite3.Connection:
    """Where nobody is writing, SQLite need not even make the files by which it would notice."""
    log = path.with_name(path.name + "-wal")
    how = "mode=ro" if log.exists() and log.stat().st_size else "mode=ro&immutable=1"
    return _prepared(sqlite3.connect(f"{path.resolve().as_uri()}?{how}", uri=True))


def _prepared(connection: sqlite3.Connection) -> sqlite3.Connection:
    connection.row_factory = sqlite3.Row
    connection.create_function("summed", -1, summed, deterministic=True)
    return connection


def _create(path: Path) -> None:
    """An empty database that is in WAL from the first: processes that switch to it together get in each other's way."""
    with _placing(path) as unfinished:
        _connect(unfinished).close()


@contextmanager
def _placing(path: Path) -> Iterator[Path]:
    """A name to write under; what is written appears at `path` whole, unless another process was faster."""
    unfinished = path.with_name(f"{path.name}.{os.getpid()}-{threading.get_ident()}")
    unfinished.unlink(missing_ok=True)
    try:
        yield unfinished
        _link(unfinished, path)
    finally:
        unfinished.unlink(missing_ok=True)


def _link(unfinished: Path, path: Path) -> None:
    with suppress(FileExistsError):
        try:
            path.hardlink_to(unfinished)
        except PermissionError:  # a file system without hard links
            unfinished.replace(path)


def _connect(path: Path) -> sqlite3.Connection:
    connection = _prepared(sqlite3.connect(path, timeout=30, isolation_level=None))
    try:
        if connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
            connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA synchronous = FULL")
    except BaseException:
        connection.close()
        raise
    return connection


@contextmanager
def _refusals(path: Path) -> Iterator[None]:
    try:
        yield
    except (sqlite3.IntegrityError, sqlite3.ProgrammingError):
        raise
    except sqlite3.DatabaseError as error:
        raise _refusal(path, error) from error
    except UnicodeDecodeError as error:  # SQLite quotes what is damaged in its complaint
        raise HomeError(f"{path} is damaged.", RESTORE) from error


def _refusal(path: Path, error: sqlite3.DatabaseError) -> GroundsmithError:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF  # the rest of it is detail
    if code in WAITED:
        return HomeBusy(f"{path} was in use by another process for too long.", "Wait until it is done, then try again.")
    if code in REFUSED:
        return StorageError(f"{path}: {error}.", "Check free space and permissions, then run the same command again.")
    return HomeError(f"{path} is damaged: {error}.", RESTORE)
