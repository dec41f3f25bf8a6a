"""Workers that read files beside one another. One that dies costs the file it read, and another takes its place."""

from __future__ import annotations

import os
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

from retrieval.errors import ReadError
from retrieval.nouns import Document
from retrieval.readers import MAX_BYTES
from retrieval.workers.bounds import Bounds, bounds_for
from retrieval.workers.process import PROGRAM, Died, Worker
from retrieval.workers.wire import from_json, problems_from_json

T = TypeVar("T")
R = TypeVar("R")
Outcome = tuple[list[Document], list[ReadError]]

MOST_WORKERS = 4
_REMEDY = "Save it anew, split it, or save it as text"
_WORTH = 2**18  # bytes of files that take about as long to read as one more worker to start
_AHEAD = 2  # files that each worker may be ahead of the one that is waited for


class OutOfBounds(ReadError):
    """A file that costs more than any may, and will again: nobody need try as long as file and bounds are these."""


def workers_for(paths: Iterable[Path]) -> Workers:
    """No more of them than such files are worth."""
    return Workers(1 + sum(map(_size, paths)) // _WORTH)


class Workers:
    """As many workers as are busy at a time, started when there is something to read. A context, which ends them."""

    def __init__(
        self, most: int = MOST_WORKERS, program: str = PROGRAM, bounds: Callable[[int], Bounds] = bounds_for
    ) -> None:
        self.most = min(most, MOST_WORKERS, os.cpu_count() or 1)
        self._program = program
        self._bounds = bounds
        self._lock = threading.Lock()
        self._all: list[Worker] = []
        self._idle: list[Worker] = []
        self._closed = False
        self._threads = ThreadPoolExecutor(self.most)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        with self._lock:
            self._closed = True
            for worker in self._all:
                worker.end()
        self._threads.shutdown(cancel_futures=True)
        for worker in self._all:
            worker.close()

    def read(self, path: Path, id: str, max_bytes: int = MAX_BYTES) -> Outcome:
        """What can be read of a file, and what is wrong with the rest. May be called from several threads."""
        request = {"path": str(path.absolute()), "id": id, "max_bytes": max_bytes}
        try:
            reply = self._ask(request, self._bounds(_size(path)))
        except Died as death:
            if death.lasting:
                return [], [
                    OutOfBounds(f"{id} cannot be read: {death}.", f"{_REMEDY}; until then it is not tried again.")
                ]
            return [], [ReadError(f"{id} cannot be read: {death}.", f"{_REMEDY}, then sync again.")]
        return [from_json(document) for document in reply["documents"]], problems_from_json(reply["problems"])

    def in_turn(self, work: Callable[[T], R], items: Sequence[T]) -> Iterator[R]:
        """What `work` makes of each item, in the order of the items, though several are worked on at a time."""
        waiting: deque[Future[R]] = deque()
        for item in items:
            waiting.append(self._threads.submit(work, item))
            if len(waiting) > _AHEAD * self.most:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()

    def _ask(self, request: dict[str, Any], bounds: Bounds, fresh: bool = False) -> Any:
        """No file pays for what its worker read before: where that one died, a fresh one is asked."""
        worker = self._start() if fresh else self._take()
        again = worker.used
        try:
            reply = worker.ask(request, bounds)
        except Died as death:
            self._drop(worker)
            if death.overdue or not again:
                raise
            return self._ask(request, bounds, fresh=True)
        with self._lock:
            self._idle.append(worker)
        return reply

    def _take(self) -> Worker:
        with self._lock:
            if self._idle:
                return self._idle.pop()
        return self._start()

    def _start(self) -> Worker:
        with self._lock:
            if self._closed:
                raise Died("reading was stopped")
            try:
                worker = Worker(self._program)
            except OSError as error:
                raise Died(f"no process could be started for it ({error.strerror})") from error
            self._all.append(worker)
            return worker

    def _drop(self, worker: Worker) -> None:
        with self._lock:
            self._all.remove(worker)
        worker.close()


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:  # the reader will say what is wrong
        return 0
