"""Encoders turn texts into unit vectors. One face; an engine a file."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from retrieval.models import ENCODER, resolve

Vectors = NDArray[np.float32]
Progress = Callable[[int, int], None]
SAMPLES, SAMPLE_BYTES = 16, 65_536


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
    """Name and digest of the weights, from their header, size and samples: cheap, and no two models share it."""
    digest = hashlib.sha256()
    for path in sorted(folder.glob("*.safetensors")):
        size = path.stat().st_size
        digest.update(f"{path.name}:{size}".encode())
        with path.open("rb") as file:
            for number in range(SAMPLES):
                file.seek(number * size // SAMPLES)
                digest.update(file.read(SAMPLE_BYTES))
    return f"{name.replace('/', '--')}-{digest.hexdigest()[:12]}"


def read_json(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}


def _is_mean_pooled(folder: Path) -> bool:
    kinds = [str(module["type"]).rsplit(".", 1)[-1] for module in read_json(folder / "modules.json") or []]
    pooling = read_json(folder / "1_Pooling" / "config.json")
    other = [mode for mode, on in pooling.items() if mode.startswith("pooling_mode_") and on is True]
    return kinds == ["Transformer", "Pooling", "Normalize"] and other == ["pooling_mode_mean_tokens"]
