"""Encoders turn texts into unit vectors. One face; an engine a file."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from retrieval.models import ENCODER, resolve
from retrieval.models.manifest import MANIFEST

Vectors = NDArray[np.float32]
LOADING = threading.Lock()  # transformers' loading is not made for several threads
DECISIVE = {".safetensors", ".json", ".txt", ".model"}


class Encoder(Protocol):
    """`identity` names the very weights: vectors of two identities are never compared."""

    @property
    def identity(self) -> str: ...
    @property
    def dimension(self) -> int: ...
    @property
    def limit(self) -> int: ...
    def measure(self, texts: Sequence[str]) -> list[int]: ...
    def encode(self, texts: Sequence[str]) -> Vectors: ...


def open_encoder(name: str) -> Encoder:
    """The encoder by embedded name, folder or hub id. Mean-pooled ones run directly, the rest by their library."""
    folder = resolve(name, [ENCODER])
    from retrieval.encoding.pooled import PooledEncoder
    from retrieval.encoding.sentence import SentenceEncoder

    if _is_mean_pooled(folder):
        return PooledEncoder(folder, identify(name, folder))
    return SentenceEncoder(folder, identify(name, folder))


def identify(name: str, folder: Path) -> str:
    """Name and digest of all that a vector depends on: weights, tokenizer and settings, to the last byte."""
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.suffix in DECISIVE and path.name != MANIFEST):
        with path.open("rb") as file:
            own = hashlib.file_digest(file, "sha256").hexdigest()
        digest.update(f"{path.relative_to(folder).as_posix()}:{own}\n".encode())
    return f"{name.replace('/', '--')}-{digest.hexdigest()[:12]}"


def read_json(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}


def _is_mean_pooled(folder: Path) -> bool:
    """Whether it is a transformer, the mean of its tokens, and nothing more."""
    kinds = [str(module["type"]).rsplit(".", 1)[-1] for module in read_json(folder / "modules.json") or []]
    pooling = read_json(folder / "1_Pooling" / "config.json")
    other = [mode for mode, on in pooling.items() if mode.startswith("pooling_mode_") and on is True]
    special = (
        read_json(folder / "config_sentence_transformers.json").get("default_prompt_name"),
        read_json(folder / "sentence_bert_config.json").get("do_lower_case"),
    )
    plain = kinds == ["Transformer", "Pooling", "Normalize"] and other == ["pooling_mode_mean_tokens"]
    return plain and not any(special)
