"""The wheel alone, in an empty environment: what is missing is said with its remedy, and then it works."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

import pytest

from tests.test_house import ROOT

pytestmark = pytest.mark.slow
CONSTRAINTS = ROOT / "constraints.txt"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from a copy, for a build leaves its traces beside the sources, and takes up those of earlier ones."""
    out = tmp_path_factory.mktemp("dist")
    left_out = shutil.ignore_patterns(".*", "build", "demo", "*.egg-info", "__pycache__")
    source = shutil.copytree(ROOT, tmp_path_factory.mktemp("source") / "groundsmith", ignore=left_out)
    done = _run([sys.executable, "-m", "build", "--wheel", "--outdir", str(out), str(source)], source)
    assert done.returncode == 0, done.stderr
    return next(out.glob("*.whl"))


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory, wheel: Path) -> Path:
    """An environment with the wheel and nothing of any extra."""
    folder = tmp_path_factory.mktemp("empty")
    venv.create(folder, with_pip=True)
    python = folder / "bin" / "python"
    _install(python, "torch")
    _install(python, str(wheel))
    return python


def test_the_wheel_works_once_it_has_what_it_asked_for(python: Path, wheel: Path, tmp_path: Path) -> None:
    command = str(python.with_name("groundsmith"))
    assert _run([command, "new", "home", "--sample"], tmp_path).returncode == 0
    first = _run([command, "sync", "home"], tmp_path, models=tmp_path / "models")
    assert (first.returncode, "groundsmith models get" in first.stderr) == (7, True), first.stderr
    assert _run([command, "models", "get"], tmp_path, models=tmp_path / "models").returncode == 0
    second = _run([command, "sync", "home"], tmp_path, models=tmp_path / "models")
    assert (second.returncode, "groundsmith[cpu]" in second.stderr) == (8, True), second.stderr
    _install(python, f"{wheel}[cpu]")
    assert _run([command, "sync", "home"], tmp_path, models=tmp_path / "models").returncode == 0
    asked = _run([command, "ask", "home", "What does VPN error 619 mean?", "--json"], tmp_path, tmp_path / "models")
    assert json.loads(asked.stdout)["citations"][0]["document"] == "it/vpn.md"


def test_its_dependencies_agree(python: Path, tmp_path: Path) -> None:
    done = _run([str(python), "-m", "pip", "check"], tmp_path)
    assert done.returncode == 0, done.stdout


def _install(python: Path, what: str) -> None:
    pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    done = _run([*pip, "--constraint", str(CONSTRAINTS), what], python.parent)
    assert done.returncode == 0, done.stderr


def _run(command: list[str], folder: Path, models: Path | None = None) -> subprocess.CompletedProcess[str]:
    environment = os.environ | ({"GROUNDSMITH_MODELS": str(models)} if models else {})
    environment.pop("PYTHONPATH", None)
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=900
    )
