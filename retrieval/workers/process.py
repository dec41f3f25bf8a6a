"""One worker as whoever asks sees it: a process that reads a file at a time, and the words for its end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import ExitStack, suppress
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any

from retrieval.workers.bounds import Bounds
from retrieval.workers.wire import Overlong, pack, receive

PROGRAM = "from retrieval.workers.worker import main; main()"
# The readers alone: all else that `retrieval` imports, and Python's own set-up, would cost every worker half a second.
_START = """
import sys, types
package = types.ModuleType("retrieval")
package.__path__ = [sys.argv[1]]
sys.modules["retrieval"] = package
sys.path[:] = sys.argv[2:]
"""
_LONGEST = 20  # times what a file is waited for otherwise, however often its reader asks for more
_OUT_OF_WORK, _KILLED = (getattr(signal, name, None) for name in ("SIGPROF", "SIGKILL"))  # neither is on Windows
_LAST_WORDS = 300  # characters


class Died(Exception):
    """How a worker ended, in words. Being overdue is the file's own doing; all else may come of an earlier one.

    `lasting`: it will end so again, for it ran into a bound and not into the machine's troubles.
    """

    def __init__(self, reason: str, overdue: bool = False, lasting: bool = False) -> None:
        super().__init__(reason)
        self.overdue = overdue
        self.lasting = lasting


class Worker:
    def __init__(self, program: str = PROGRAM) -> None:
        self.used = False
        self._overdue = False
        self._asked = 0.0
        with ExitStack() as opening:
            self._said = opening.enter_context(tempfile.TemporaryFile())
            self._process = opening.enter_context(_started(program, self._said))
            self._open = opening.pop_all()

    def ask(self, request: dict[str, Any], bounds: Bounds) -> Any:
        """The reply to one request, or how the worker died of it."""
        reply = self._exchange(request, bounds)
        if reply is None:
            raise self._death(bounds)
        if "memory" in reply:
            raise Died(f"the reader used more than {bounds.memory_mb:,} MB", lasting=True)
        self.used = True
        return reply

    def end(self) -> None:
        """At once, with whatever it started: a worker writes nothing, so it has nothing to lose."""
        if self._process.poll() is not None:
            return
        if sys.platform == "win32":
            self._process.kill()
        else:
            with suppress(ProcessLookupError):  # it ended this very moment
                os.killpg(self._process.pid, signal.SIGKILL)

    def close(self) -> None:
        self.end()
        with suppress(BrokenPipeError):  # a request that it did not take any more
            self._open.close()

    def _exchange(self, request: dict[str, Any], bounds: Bounds) -> Any:
        self._asked = time.monotonic()
        seconds, last = bounds.wait, self._asked + _LONGEST * bounds.wait
        try:
            self._write(pack(request | {"bounds": asdict(bounds)}))
            while True:
                reply = self._hear(seconds, bounds.frame)
                if reply is None or "longer" not in reply:
                    return reply
                seconds = min(reply["longer"], max(0.0, last - time.monotonic()))
        except OSError:
            return None
        except Overlong:
            raise Died(f"the reader gave back more than {bounds.frame:,} bytes", lasting=True) from None
        except ValueError:
            raise Died("what the reader gave back cannot be understood") from None

    def _write(self, frame: bytes) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(frame)
        self._process.stdin.flush()

    def _hear(self, seconds: float, most: int) -> Any:
        """The next frame. A worker that keeps silent for longer than this is ended."""
        assert self._process.stdout is not None
        clock = threading.Timer(seconds, self._end_overdue)
        clock.daemon = True
        clock.start()
        try:
            return receive(self._process.stdout, most)
        finally:
            clock.cancel()

    def _end_overdue(self) -> None:
        self._overdue = True
        self.end()

    def _death(self, bounds: Bounds) -> Died:
        code = self._process.wait()
        if self._overdue:
            return Died(f"reading took longer than {int(time.monotonic() - self._asked)} s", overdue=True)
        if -code == _OUT_OF_WORK:
            return Died(
                f"reading took more than {bounds.work:.3g} s of the processor's time", overdue=True, lasting=True
            )
        if -code == _KILLED:
            return Died("the system ended its reader, most likely for want of memory")
        how = f"signal {-code}" if code < 0 else f"exit {code}"
        return Died(f"the reader crashed ({how}){self._last_words()}")

    def _last_words(self) -> str:
        self._said.seek(0)
        lines = self._said.read().decode("utf-8", "replace").splitlines()
        last = next((line.strip() for line in reversed(lines) if line.strip()), "")
        return f": {last[:_LAST_WORDS]}" if last else ""


def _started(program: str, errors: IO[bytes]) -> subprocess.Popen[bytes]:
    """With this process's interpreter and paths; none of what Python runs at its start, in a home folder say."""
    encoding = f"utf8={sys.flags.utf8_mode}"
    here, paths = str(Path(__file__).parents[1]), filter(None, sys.path)
    return subprocess.Popen(
        [sys.executable, "-I", "-S", "-X", encoding, "-c", _START + program, here, *paths],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=errors,
        start_new_session=True,  # ^C is for whoever asks; they end the worker and whatever it started
    )
