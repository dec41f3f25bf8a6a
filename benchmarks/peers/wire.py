"""One of those compared: a process that does what a line of JSON asks, and answers with a line."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any

ROOT = Path(__file__).parents[2]
Task = Callable[..., Any]


class Peer:
    """It idles while another is asked, so that they can be measured in turn."""

    def __init__(self, python: str | Path, module: str, threads: int) -> None:
        own = {"OMP_NUM_THREADS": str(threads), "TOKENIZERS_PARALLELISM": "true", "PYTHONWARNINGS": "ignore"}
        self._module = module
        self._process = subprocess.Popen(
            [str(python), "-m", module],
            cwd=ROOT,
            env=os.environ | own,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )

    def ask(self, do: str, **given: Any) -> Any:
        process = self._process
        assert process.stdin and process.stdout
        print(json.dumps({"do": do, **given}), file=process.stdin, flush=True)
        answer = process.stdout.readline()
        if not answer:
            sys.exit(f"{self._module} ended with {process.wait()}; what it said of it stands above.")
        return json.loads(answer)

    def __enter__(self) -> Peer:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._process.communicate()


@contextmanager
def clock() -> Iterator[dict[str, float]]:
    """Seconds that pass, and those that the processor works for this process and the children that it waits for.

    Where others want the same processors, the latter tell what the former would be if they did not.
    """
    taken: dict[str, float] = {}
    began = _now()
    yield taken
    taken |= {name: after - began[name] for name, after in _now().items()}


def _now() -> dict[str, float]:
    of = os.times()
    return {
        "seconds": time.perf_counter(),
        "processor": time.process_time() + of.children_user + of.children_system,
    }


def serve(tasks: Mapping[str, Task]) -> None:
    """Until nobody asks any more. What libraries print goes to stderr: the line belongs to the answers."""
    with os.fdopen(os.dup(1), "w", encoding="utf-8") as wire:
        os.dup2(2, 1)
        for line in sys.stdin:
            asked = json.loads(line)
            print(json.dumps(tasks[asked.pop("do")](**asked)), file=wire, flush=True)
