"""What a folder must hold to be used as a model: settings, safe weights, a tokenizer."""

from __future__ import annotations

import json
from pathlib import Path

from retrieval.errors import ModelError
from retrieval.models.manifest import faults

TOKENIZERS = (
    ("tokenizer.json",),
    ("tokenizer.model",),
    ("vocab.txt",),
    ("vocab.json", "merges.txt"),
    ("spiece.model",),
    ("sentencepiece.bpe.model",),
)
UNSAFE = ("*.bin", "*.pt", "*.pth", "*.ckpt")


def check_folder(folder: Path) -> Path:
    """The folder, if nothing is missing; else an error that names everything that is."""
    if problems := [*_settings(folder), *_weights(folder), *_tokenizer(folder), *faults(folder)]:
        raise ModelError(
            f"{folder} can't be used as a model: {'; '.join(problems)}.",
            "Copy the whole folder again, or save model and tokenizer with save_pretrained.",
        )
    return folder


def _settings(folder: Path) -> list[str]:
    return [] if (folder / "config.json").is_file() else ["config.json is missing"]


def _weights(folder: Path) -> list[str]:
    shards = _shards(folder)
    if lost := sorted(name for name in shards if not (folder / name).is_file()):
        return [f"{name} is missing" for name in lost]
    if shards or any(folder.glob("*.safetensors")):
        return []
    if found := next((path for kind in UNSAFE for path in folder.glob(kind)), None):
        return [f"{found.name} can run code when it is loaded, and there are no *.safetensors weights"]
    return ["weights (*.safetensors) are missing"]


def _shards(folder: Path) -> set[str]:
    index = folder / "model.safetensors.index.json"
    if not index.is_file():
        return set()
    return set(json.loads(index.read_text(encoding="utf-8"))["weight_map"].values())


def _tokenizer(folder: Path) -> list[str]:
    if any(all((folder / name).is_file() for name in names) for names in TOKENIZERS):
        return []
    return [f"no tokenizer is there ({', '.join(' + '.join(names) for names in TOKENIZERS)})"]
