"""Adopted adapters: trained weights and the card that says what they are and in which format they may serve."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.format import FORMAT_VERSION
from retrieval import Home, ModelError

CARD = "card.json"
SERVING = "serving.json"  # names the adopted adapter; written last, by renaming
WEIGHTS = ("adapter_model.safetensors", "adapter_config.json")
KEYS: dict[str, type | tuple[type, ...]] = {"base": str, "answering": str, "format": int, "threshold": (int, float)}
_NAME = re.compile(r"\w[\w .-]*")  # of a folder in adapters/, never a way out of it


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
    name = _read(pointer).get("adapter")
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise ModelError(f"{pointer} names {name!r}, which is no adapter's name.", "Restore it, or roll back.")
    return read_adapter(home.adapters / name)


def called(home: Home, name: str) -> Adapter:
    """The adapter of that name, adopted or not."""
    known = sorted(card.parent.name for card in home.adapters.glob(f"*/{CARD}"))
    if name not in known:
        there = f"There are {', '.join(known)}." if known else "This Home has none yet."
        raise ModelError(f"There is no adapter {name!r} in {home.adapters}.", there)
    return read_adapter(home.adapters / name)


def read_adapter(folder: Path) -> Adapter:
    """An adapter by its card; one made for another format version is refused, for it would misread the frame."""
    adapter = _by_card(folder)
    if adapter.format != FORMAT_VERSION:
        raise ModelError(
            f"The adapter {adapter.name} was trained for format {adapter.format}, this is format {FORMAT_VERSION}.",
            "Train it again, or roll back to one of this format.",
        )
    for name in WEIGHTS:
        if not (folder / name).is_file():
            raise ModelError(f"{folder} holds no {name}.", "Restore the file, or roll back.")
    return adapter


def carried(home: Home, name: str) -> object:
    """The calibration that an adapter's card brings along, as it stands there; None where it brings none."""
    card = home.adapters / name / CARD
    return _read(card).get("calibration") if card.is_file() else None


def _by_card(folder: Path) -> Adapter:
    card = _read(folder / CARD)
    for key, kind in KEYS.items():
        if not isinstance(card.get(key), kind) or isinstance(card[key], bool):
            raise ModelError(f"{folder / CARD}: {key} = {card.get(key)!r} is missing or wrong.", "Train it again.")
    if not 0 <= card["threshold"] <= 1:
        raise ModelError(f"{folder / CARD}: threshold = {card['threshold']} is not in 0 to 1.", "Train it again.")
    return Adapter(folder.name, folder, card["base"], card["answering"], card["format"], float(card["threshold"]))


def _read(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ModelError(f"{path} cannot be read: {error}.", "Restore it, or roll back.") from error
    if not isinstance(found, dict):
        raise ModelError(f"{path} holds no JSON object.", "Restore it, or roll back.")
    return found
