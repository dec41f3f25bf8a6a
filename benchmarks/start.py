"""How long a person waits for a fresh process: `python -m benchmarks.start`. Run it alone on the machine."""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from assistant import open_assistant
from ui.sample import create_sample_home

ROUNDS = 7
QUESTION = "What does VPN error 619 mean?"


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        home = create_sample_home(Path(folder) / "home")
        open_assistant(home.root).library.sync()
        commands = {
            "python, doing nothing": [sys.executable, "-c", "pass"],
            "groundsmith --help": [sys.executable, "-m", "ui.command", "--help"],
            "groundsmith status": [sys.executable, "-m", "ui.command", "status", str(home.root)],
            "groundsmith ask": [sys.executable, "-m", "ui.command", "ask", str(home.root), QUESTION],
        }
        seconds: dict[str, list[float]] = {name: [] for name in commands}
        for _ in range(ROUNDS):  # in turn, so that a busy moment falls on all of them
            for name, command in commands.items():
                seconds[name].append(_time(command))
    for name, measured in seconds.items():
        print(f"{name:<24} median {statistics.median(measured):.2f} s, worst {max(measured):.2f} s of {ROUNDS}")


def _time(command: list[str]) -> float:
    began = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
