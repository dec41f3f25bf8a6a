"""The process that reads: it is asked for one file after another, and ends with whoever asks.

It bounds itself before every file. Readers get no standard input, and what they print goes to the error stream.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from queue import SimpleQueue
from typing import Any, BinaryIO

from retrieval.errors import ReadError
from retrieval.nouns import Document
from retrieval.readers import patience
from retrieval.workers.bounds import MB, Bounds
from retrieval.workers.wire import pack, problems_to_json, receive, to_json

Read = Callable[[Path, str, int], tuple[list[Document], list[ReadError]]]

_GRACE = 5  # seconds beyond those that the asking process allows: it may have been killed
_MOST_PROBLEMS = 20  # of one file, each told; the others are counted
_LONGEST = 1000  # characters of a fault's description
_MOST_PRINTED = MB
_REQUEST = MB  # bytes


def main() -> None:
    from retrieval.readers import read_with_problems

    serve(read_with_problems)


def serve(read: Read) -> None:
    """Answer until the asking process has gone. `read` is what reads a file."""
    requests, replies = _pipes()
    _bound_files()
    patience.waits(lambda seconds: _ask_for(seconds, replies))
    asked: SimpleQueue[Any] = SimpleQueue()
    threading.Thread(target=_listen, args=(requests, asked), daemon=True).start()
    while True:
        request = asked.get()
        bounds = Bounds(**request["bounds"])
        _bound_memory(bounds)
        _bound_time(bounds.work, bounds.wait + _GRACE)
        reply = _reply(read, request, bounds)
        _bound_time(0, 0)
        _write(replies, reply)


def _pipes() -> tuple[BinaryIO, BinaryIO]:
    requests, replies = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(2, 1)
    return requests, replies


def _listen(requests: BinaryIO, asked: SimpleQueue[Any]) -> None:
    """In a thread of its own, so that the end of whoever asks is heard in the middle of a file."""
    while (request := receive(requests, _REQUEST)) is not None:
        asked.put(request)
    _end()


def _end() -> None:
    """With whatever a reader started, which is in a group of processes with this one."""
    if sys.platform != "win32" and os.getpgrp() == os.getpid():
        os.killpg(0, signal.SIGKILL)
    os._exit(0)


def _write(replies: BinaryIO, frame: bytes) -> None:
    replies.write(frame)
    replies.flush()


def _ask_for(seconds: float, replies: BinaryIO) -> None:
    _bound_time(seconds, seconds + _GRACE)
    _write(replies, pack({"longer": seconds}))


def _bound_files() -> None:
    """No dump of a crash that holds the file's text, and no endless complaints."""
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_FSIZE, (_MOST_PRINTED, _MOST_PRINTED))


def _bound_memory(bounds: Bounds) -> None:
    if sys.platform != "win32":
        import resource

        hard = resource.getrlimit(resource.RLIMIT_AS)[1]
        most = bounds.memory_mb * MB if hard == resource.RLIM_INFINITY else min(bounds.memory_mb * MB, hard)
        with suppress(ValueError, OSError):  # macOS knows this limit, and refuses to set it
            resource.setrlimit(resource.RLIMIT_AS, (most, hard))


def _bound_time(work: float, wait: float) -> None:
    """Held by the system, also where no line of Python runs any more. 0: without a bound."""
    if sys.platform != "win32":
        signal.setitimer(signal.ITIMER_PROF, work)
        signal.setitimer(signal.ITIMER_REAL, wait)


def _reply(read: Read, request: Any, bounds: Bounds) -> bytes:
    """The frame to send back. Memory that ran out is told apart from all that may be wrong with a file."""
    id = request["id"]
    try:
        documents, problems = _found(read, request)
        _refuse_memory(problems)
        if not documents and not problems:
            raise ReadError(f"{id} holds no text.", "Put text into it, or delete it.")
        _check(documents, id, bounds)
        return _pack(documents, _first(problems, id))
    except MemoryError:
        return pack({"memory": True})
    except ReadError as problem:
        return _pack([], [problem])
    except Exception as fault:  # a reader's own fault costs this file, not the others
        told = f"{id} cannot be read ({type(fault).__name__}: {fault})."[:_LONGEST]
        return _pack([], [ReadError(told, "Report this, with the file if you can.")])


def _found(read: Read, request: Any) -> tuple[list[Document], list[ReadError]]:
    try:
        return read(Path(request["path"]), request["id"], request["max_bytes"])
    except ReadError as problem:
        return [], [problem]


def _pack(documents: list[Document], problems: list[ReadError]) -> bytes:
    return pack({"documents": list(map(to_json, documents)), "problems": problems_to_json(problems)})


def _refuse_memory(problems: list[ReadError]) -> None:
    """A reader that takes every failure for damage took this one for it too."""
    for problem in problems:
        cause: BaseException | None = problem
        while cause is not None:
            if isinstance(cause, MemoryError):
                raise cause
            cause = cause.__cause__ or cause.__context__


def _check(documents: list[Document], id: str, bounds: Bounds) -> None:
    blocks = sum(len(document.blocks) for document in documents)
    if blocks > bounds.blocks:
        raise _too_much(id, blocks, "paragraphs, items and rows", bounds.blocks)
    characters = sum(map(_characters, documents))
    if characters > bounds.characters:
        raise _too_much(id, characters, "characters", bounds.characters)


def _characters(document: Document) -> int:
    names = sum(len(key) + len(value) for key, value in document.metadata.items())
    return len(document.id) + len(document.title) + len(document.text) + names


def _too_much(id: str, found: int, what: str, limit: int) -> ReadError:
    return ReadError(f"{id} holds {found:,} {what}; the limit is {limit:,}.", "Split it into smaller files.")


def _first(problems: list[ReadError], id: str) -> list[ReadError]:
    more = len(problems) - _MOST_PROBLEMS
    return problems if more <= 0 else [*problems[:_MOST_PROBLEMS], ReadError(f"{id} has {more:,} more such problems.")]
