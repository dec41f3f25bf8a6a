"""A model's name: embedded, a folder, a hub id; whatever is none of these is told what is near."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from retrieval.errors import ModelError
from retrieval.models import ENCODER, resolve
from retrieval.models.cache import folder_of, root
from retrieval.models.manifest import sha256

ROOT = Path(__file__).parents[2]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "own"
    folder.mkdir()
    for name in ("config.json", "tokenizer.json", "model.safetensors"):
        (folder / name).write_text("{}")
    return folder


def run(code: str, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", code]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


def test_a_folder_is_itself(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert resolve(str(folder), [ENCODER]) == folder
    monkeypatch.chdir(folder.parent)
    assert resolve("own", [ENCODER]) == Path("own")


@pytest.mark.parametrize(
    ("lost", "said"),
    [
        ("config.json", "config.json is missing"),
        ("tokenizer.json", "no tokenizer is there"),
        ("model.safetensors", r"weights \(\*.safetensors\) are missing"),
    ],
)
def test_a_folder_names_what_it_lacks(folder: Path, lost: str, said: str) -> None:
    (folder / lost).unlink()
    with pytest.raises(ModelError, match=said):
        resolve(str(folder), [ENCODER])


def test_pickled_weights_are_refused(folder: Path) -> None:
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")
    with pytest.raises(ModelError, match=r"pytorch_model.bin can run code"):
        resolve(str(folder), [ENCODER])


def test_a_lost_shard_is_named(folder: Path) -> None:
    shards = {"a": "model.safetensors", "b": "model-2.safetensors"}
    (folder / "model.safetensors.index.json").write_text(json.dumps({"weight_map": shards}))
    with pytest.raises(ModelError, match=r"model-2.safetensors is missing"):
        resolve(str(folder), [ENCODER])


def test_a_folder_with_a_manifest_is_held_to_it(folder: Path) -> None:
    weights = folder / "model.safetensors"
    files = {weights.name: {"size": 2, "sha256": sha256(weights)}}
    (folder / "model.json").write_text(json.dumps({"files": files}))
    assert resolve(str(folder), [ENCODER]) == folder
    weights.write_text("{")
    with pytest.raises(ModelError, match=r"model.safetensors has 1 bytes instead of 2"):
        resolve(str(folder), [ENCODER])


@pytest.mark.parametrize("other", ["[]", "no JSON", '{"modelTopology": {}}', '{"files": []}'])
def test_somebody_elses_model_json_does_not_matter(folder: Path, other: str) -> None:
    (folder / "model.json").write_text(other)
    assert resolve(str(folder), [ENCODER]) == folder


@pytest.mark.parametrize("name", ["./nowhere", "/nowhere/at/all", "~/nowhere-at-all"])
def test_a_path_that_is_no_folder(name: str) -> None:
    with pytest.raises(ModelError, match="is not a folder"):
        resolve(name, [ENCODER])


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("all-minilm-l6-v2", "Did you mean all-MiniLM-L6-v2?"),
        ("all-MiniLM", "Did you mean all-MiniLM-L6-v2?"),
        ("zzz", "Embedded models: all-MiniLM-L6-v2"),
        ("", "There is no model ''"),
        ("a/b/c", "There is no model 'a/b/c'"),
    ],
)
def test_an_unknown_name(name: str, said: str) -> None:
    with pytest.raises(ModelError, match=said.replace("?", r"\?")):
        resolve(name, [ENCODER])


def test_a_hub_id_without_the_hub(tmp_path: Path) -> None:
    code = (
        "from retrieval.models import resolve\n"
        "from retrieval.errors import ModelError\n"
        "try: resolve('someone/some-model', [])\n"
        "except ModelError as error: print(error)"
    )
    environment = {**os.environ, "HF_HUB_OFFLINE": "1", "HF_HOME": str(tmp_path)}
    done = run(code, environment)
    assert "someone/some-model is not a folder here" in done.stdout and "network" in done.stdout, done.stderr


def test_where_models_lie(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GROUNDSMITH_MODELS", str(tmp_path))
    assert folder_of(ENCODER) == tmp_path / "all-MiniLM-L6-v2-0.1.0"
    monkeypatch.delenv("GROUNDSMITH_MODELS")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    if sys.platform == "linux":
        assert root() == tmp_path / "groundsmith" / "models"


def test_nothing_heavy_is_imported_to_list_models() -> None:
    code = (
        "import sys; from retrieval.models import *; available([ENCODER]);"
        "print({'torch', 'transformers', 'huggingface_hub', 'httpx'} & set(sys.modules))"
    )
    done = run(code, dict(os.environ))
    assert done.stdout.strip() == "set()", done.stderr


@pytest.mark.models
def test_the_encoder_is_the_published_one() -> None:
    folder = resolve("all-MiniLM-L6-v2", [ENCODER])
    assert sha256(folder / "model.safetensors").startswith("53aa5117")
