"""Adopted adapters: trained weights and the card that says what they are and in which format they may serve."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.format import FORMAT_VERSION
from retrieval import Home, ModelError

CARD = "card.json"
SERVING = "serving.json"  # names the adopted adapter; written last, by renaming


@dataclass(frozen=True)
class Adapter:
    name: str
    folder: Path
    base: str
    answering: str
    format: int
    threshold: float


def serving(home: Home) -> Adapter | None:
    """The adapter that this Home has adopted, if any."""
    pointer = home.adapters / SERVING
    if not pointer.is_file():
        return None
    return read_adapter(home.adapters / str(_read(pointer)["adapter"]))


def read_adapter(folder: Path) -> Adapter:
    """An adapter by its card; one made for another format version is refused, for it would misread the frame."""
    card = _read(folder / CARD)
    try:
        adapter = Adapter(
            folder.name, folder, card["base"], card["answering"], int(card["format"]), float(card["threshold"])
        )
    except (KeyError, TypeError, ValueError) as error:
        raise ModelError(f"{folder / CARD}: {error} is missing or wrong.", "Train the adapter again.") from error
    if adapter.format != FORMAT_VERSION:
        raise ModelError(
            f"The adapter {adapter.name} was trained for format {adapter.format}, this is format {FORMAT_VERSION}.",
            "Train it again, or roll back to one of this format.",
        )
    if not (folder / "adapter_model.safetensors").is_file():
        raise ModelError(f"{folder} holds no adapter_model.safetensors.", "Restore the file, or roll back.")
    return adapter


def _read(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ModelError(f"{path} cannot be read: {error}.", "Restore it, or roll back.") from error
    if not isinstance(found, dict):
        raise ModelError(f"{path} holds no JSON object.", "Restore it, or roll back.")
    return found
