"""A reader for tests, in a worker of its own: what a file says is what befalls whoever reads it."""

from __future__ import annotations

import ctypes
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

from retrieval.errors import ReadError
from retrieval.nouns import Block, Document
from retrieval.readers import patience
from retrieval.workers.worker import serve

PROGRAM = f"sys.path.insert(0, {str(Path(__file__).parents[2])!r}); from tests.retrieval.tempers import main; main()"
MANY = 2_000
_read_before: list[str] = []


def main() -> None:
    serve(read)


def read(path: Path, id: str, most: int) -> tuple[list[Document], list[ReadError]]:
    word, _, rest = path.read_text(encoding="utf-8").partition(" ")
    text = _befalls(word, rest) or "Nothing happened."
    _read_before.append(id)
    if word == "nothing":
        return [], []
    blocks = (Block("paragraph", 0, len(text)),) * (MANY if word == "blocks" else 1)
    problems = [ReadError(f"{id}: row {number} is odd.") for number in range(MANY if word == "problems" else 0)]
    return [Document(id, id, text, blocks, "text")], problems


def _befalls(word: str, rest: str) -> str | None:
    match word:
        case "sleep":
            time.sleep(float(rest))
        case "patience":  # rests so often, and says so each time
            for _ in range(int(rest)):
                patience.longer(2)
                time.sleep(1)
        case "backtrack":  # in C, without a word to Python
            re.match("(a+)+$", "a" * 64 + "b")
        case "abort":  # as a library does that can't go on without more memory
            _ = b"x" * (160 * 2**20)
            os.abort()
        case "segfault":
            ctypes.string_at(0)
        case "exit":
            print("the last words", file=sys.stderr)
            os._exit(int(rest))
        case "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        case "eat" | "gulp":
            _eat(word == "gulp")
        case "fault":
            raise ZeroDivisionError("a fault")
        case "flood":
            return "x" * int(rest)
        case "tired":  # bears no file but the first
            if _read_before:
                os._exit(1)
        case _:
            return _tells(word, rest)
    return None


def _tells(word: str, rest: str) -> str | None:
    match word:
        case "print":
            print("noise " * 10_000)
            os.write(1, b"more noise")
        case "stdin":
            return f"read {sys.stdin.read()!r}"
        case "pid":
            return str(os.getpid())
        case "modules":
            return " ".join(sorted(sys.modules))
        case "linger":  # leaves its process's number where it is told to, and stays
            Path(rest).write_text(str(os.getpid()), encoding="utf-8")
            time.sleep(60)
        case "delegate":  # likewise, in a process of the reader's own
            subprocess.run(["sh", "-c", 'echo $$ > "$0"; exec sleep 60', rest], check=True)
    return None


def _eat(swallowed: bool) -> None:
    """More memory than there is; where it is swallowed, the reader takes that for damage, as some do."""
    try:
        _ = [bytearray(2**24) for _ in range(2**10)]
    except MemoryError as problem:
        if swallowed:
            raise ReadError("The file is damaged.") from problem
        raise
