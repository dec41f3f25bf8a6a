"""Whichever adapter is adopted now: a process that serves takes it up with the next question, and loses no answer.

Each question looks at `serving.json`, one system call. Who finds it changed loads what it names, while others go on
being answered by what served before; what can't be loaded leaves that serving. An answer keeps its reader to the end.
"""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, field

from assistant.adapters import (
    ALL,
    NOT_TAKEN_UP,
    SERVING,
    Adapter,
    Serving,
    note,
    noted,
    place,
    read_adapter,
    read_serving,
)
from assistant.reading import Reader
from retrieval import EVERYONE, GroundsmithError, Home, ModelError, Principal, StorageError

Make = Callable[[Adapter | None], Reader]
Prove = Callable[[Reader], None]  # loads it, or raises why it can't serve
Withheld = Callable[[Collection[str], Principal], bool]  # whether any of these documents is not for this principal
Stamp = tuple[int, int, int] | None
UNUSABLE = (GroundsmithError, OSError)


@dataclass(frozen=True)
class Seat:
    """An adapter that serves, and the reader that was made with it."""

    adapter: Adapter
    reader: Reader


@dataclass(frozen=True)
class Seats:
    """What was made of one state of `serving.json`: a seat for everyone, and for each group with one of its own."""

    stamp: Stamp
    by_group: Mapping[str, Seat] = field(default_factory=dict)
    problems: Mapping[str, str] = field(default_factory=dict)  # group → why its new adapter does not serve


class Adoption:
    def __init__(self, home: Home, make: Make, prove: Prove, withheld: Withheld) -> None:
        self._home, self._make, self._prove, self._withheld = home, make, prove, withheld
        self._plain: Reader | None = None
        self._given: weakref.WeakSet[Reader] = weakref.WeakSet()
        self._loading = threading.Lock()
        self._seats = self._first()

    @property
    def problems(self) -> Mapping[str, str]:
        return self._seats.problems

    def gave(self, reader: Reader) -> bool:
        """Whether it handed this reader out; any other was set by somebody who wants that one."""
        try:
            return reader in self._given
        except TypeError:  # one that can't be hashed is nobody's of ours
            return False

    def now(self, principal: Principal = EVERYONE) -> Reader:
        """The reader that serves this principal: of their groups' adapters the first by name, else everyone's."""
        self._notice()
        seats = self._seats
        for group in (*sorted(principal.groups & seats.by_group.keys()), ALL):
            seat = seats.by_group.get(group)
            if seat is not None and self._may_serve(seat.adapter, principal):
                return self._handed(seat.reader)
        return self._handed(self._without())

    def _may_serve(self, adapter: Adapter, principal: Principal) -> bool:
        """What it learned of restricted documents is told to none but those who may read them."""
        if adapter.domain is not None and adapter.domain not in principal.groups:
            return False
        return not adapter.documents or not self._withheld(adapter.documents, principal)

    def _handed(self, reader: Reader) -> Reader:
        self._given.add(reader)
        return reader

    def _without(self) -> Reader:
        if self._plain is None:
            self._plain = self._make(None)
        return self._plain

    # Taking up

    def _first(self) -> Seats:
        """Nothing served before, so everyone's adapter is there or raises why not; it loads when it is asked."""
        stamp = self._stamp()
        found = read_serving(self._home)
        name = found.slot(None).adapter
        public = {ALL: self._seat(name)} if name is not None else {}
        return self._taken(stamp, found, Seats(None, public), load=False)

    def _notice(self) -> None:
        """One thread takes the change up; the others need not wait for it."""
        if self._stamp() == self._seats.stamp or not self._loading.acquire(blocking=False):
            return
        try:
            stamp = self._stamp()
            if stamp != self._seats.stamp:
                self._seats = self._changed(stamp)
        finally:
            self._loading.release()

    def _changed(self, stamp: Stamp) -> Seats:
        before = self._seats
        try:
            if stamp is None:
                raise ModelError(f"{self._home.adapters / SERVING} is gone.", "Restore it, or adopt an adapter again.")
            return self._taken(stamp, read_serving(self._home), before, load=True)
        except UNUSABLE as error:
            self._tell(None, error)
            return Seats(stamp, before.by_group, {ALL: str(error)})

    def _taken(self, stamp: Stamp, found: Serving, before: Seats, load: bool) -> Seats:
        seats: dict[str, Seat] = {}
        problems: dict[str, str] = {}
        for group, slot in found.slots.items():
            if slot.adapter is None:
                continue
            old = before.by_group.get(group)
            try:
                seats[group] = self._renewed(slot.adapter, old, load)
            except UNUSABLE as error:
                self._tell(slot.adapter, error)
                problems[group] = str(error)
                if old is not None:
                    seats[group] = old
        return Seats(stamp, seats, problems)

    def _renewed(self, name: str, old: Seat | None, load: bool) -> Seat:
        """The old seat where it is that very adapter; else a new one, which has shown that it computes."""
        adapter = read_adapter(place(self._home, name))
        if old is not None and old.adapter == adapter and (adapter.weights or not load):
            return old
        seat = Seat(adapter, self._make(adapter))
        if load:
            self._prove(seat.reader)
        return seat

    def _seat(self, name: str) -> Seat:
        adapter = read_adapter(place(self._home, name))
        return Seat(adapter, self._make(adapter))

    def _tell(self, adapter: str | None, error: Exception) -> None:
        """In the log too, once, where that may be written; `problems` hold it in any case."""
        told = [(line.get("what"), line.get("adapter"), line.get("why")) for line in noted(self._home)[-1:]]
        if (NOT_TAKEN_UP, adapter, str(error)) not in told:
            with suppress(StorageError):
                note(self._home, NOT_TAKEN_UP, adapter, why=str(error))

    def _stamp(self) -> Stamp:
        try:
            found = (self._home.adapters / SERVING).stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_size, found.st_ino
