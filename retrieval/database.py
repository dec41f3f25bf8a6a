"""The Home's database: one connection a thread, WAL, foreign keys, and each room's schema brought up to date."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from retrieval.errors import HomeError, StorageError

Migrations = Sequence[str]  # the n-th script leads from schema version n to n + 1


class Database:
    def __init__(self, path: Path, rooms: Mapping[str, Migrations]) -> None:
        self.path = path
        self._threads = threading.local()
        with _refusals(path):
            for room, migrations in rooms.items():
                self._migrate(room, migrations)

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
            self.connection.execute("BEGIN IMMEDIATE")
            try:
                yield self.connection
            except BaseException:
                self.connection.rollback()
                raise
            self.connection.commit()

    def rows(self, sql: str, *values: object) -> list[sqlite3.Row]:
        with _refusals(self.path):
            return self.connection.execute(sql, values).fetchall()

    def close(self) -> None:
        found: sqlite3.Connection | None = getattr(self._threads, "connection", None)
        if found is not None:
            found.close()
            del self._threads.connection

    def _migrate(self, room: str, migrations: Migrations) -> None:
        self.connection.execute("CREATE TABLE IF NOT EXISTS schema (room TEXT PRIMARY KEY, version INTEGER NOT NULL)")
        version = self._version(room)
        if version > len(migrations):
            raise HomeError(
                f"{self.path} was written by a newer groundsmith ({room} schema {version}, known: {len(migrations)}).",
                "Update groundsmith.",
            )
        for number in range(version, len(migrations)):
            self._step(room, number, migrations[number])

    def _step(self, room: str, number: int, script: str) -> None:
        with self.transaction() as connection:
            if self._version(room) != number:  # another process was faster
                return
            for statement in filter(str.strip, script.split(";")):
                connection.execute(statement)
            connection.execute("INSERT OR REPLACE INTO schema VALUES (?, ?)", (room, number + 1))

    def _version(self, room: str) -> int:
        row = self.connection.execute("SELECT version FROM schema WHERE room = ?", (room,)).fetchone()
        return int(row[0]) if row else 0


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=30, isolation_level=None)
    connection.row_factory = sqlite3.Row
    for pragma in ("journal_mode = WAL", "foreign_keys = ON", "synchronous = FULL"):
        connection.execute(f"PRAGMA {pragma}")
    return connection


@contextmanager
def _refusals(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.OperationalError as error:
        raise StorageError(
            f"{path}: {error}.", "Check free space and permissions, then run the same command again."
        ) from error
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.IntegrityError):
            raise
        raise HomeError(f"{path} is damaged: {error}.", "Restore it from a backup, or sync into a new Home.") from error
