"""The peers' environment, beside ours: what both need is borrowed from ours, by the pins that we have."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
from pathlib import Path

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / ".venv-peers"
PYTHON = FOLDER / "bin" / "python"
PINS = Path(__file__).with_name("requirements.txt")


def make() -> None:
    """What is there is made anew; nothing is written outside its folder."""
    _run(sys.executable, "-m", "venv", "--clear", FOLDER)
    borrowed = sysconfig.get_path("purelib")
    (_packages() / "borrowed.pth").write_text(f"{borrowed}\n", encoding="utf-8")
    _run(PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement", PINS)


def python() -> Path:
    if not PYTHON.exists():
        sys.exit("The peers have no environment yet. Make it: python -m benchmarks.peers --make")
    return PYTHON


def _packages() -> Path:
    return next((FOLDER / "lib").glob("python*/site-packages"))


def _run(*command: str | Path) -> None:
    subprocess.run([str(part) for part in command], check=True)
