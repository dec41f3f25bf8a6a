"""The pointer that ships with groundsmith, and any other folder of the same form."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from pathlib import Path
from typing import Any

from retrieval.errors import ModelError
from retrieval.models import ENCODER, resolve
from retrieval.pointing.net import WEIGHTS, EmbeddedPointer

EMBEDDED = Path(__file__).parent / "embedded"
CARD = "card.json"
RESTORE = "Install groundsmith again, or restore the file."


@cache
def open_pointer(folder: Path = EMBEDDED) -> EmbeddedPointer:
    """Its weights are held once a process. They are checked against the card before they are used."""
    card = read_pointer_card(folder)
    path = folder / WEIGHTS
    if not path.is_file():
        raise ModelError(f"{path} is missing.", RESTORE)
    with path.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != card["weights"]:
        raise ModelError(f"{path} is not the file that its card was written for.", RESTORE)
    return EmbeddedPointer(folder, resolve(card["encoder"], [ENCODER]), f"pointer-{found[:12]}")


def read_pointer_card(folder: Path = EMBEDDED) -> dict[str, Any]:
    try:
        card = json.loads((folder / CARD).read_text(encoding="utf-8"))
        if not isinstance(card["weights"], str) or not isinstance(card["encoder"], str):
            raise TypeError("weights and encoder are no names")
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError(f"{folder / CARD} cannot be read: {error}.", RESTORE) from error
    return dict(card)
