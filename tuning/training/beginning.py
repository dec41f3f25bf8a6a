"""What a training goes on from: an adapter that is named, else the one that serves, else the one that ships."""

from __future__ import annotations

from assistant import Adapter
from assistant.adapters import called, folder_of, read_serving, shipped
from assistant.card import check_weights, read_card
from retrieval import Home

BASE = "none"  # the model as it comes


def beginning(home: Home, base: str, domain: str | None, chosen: str | None = None) -> Adapter | None:
    """What serves these people, or everyone, unless it learned what was purged since."""
    if chosen:
        return called(home, chosen) if chosen != BASE else None
    slots = read_serving(home)
    name = slots.slot(domain).adapter or slots.slot(None).adapter
    if name and not read_card(folder_of(home, name)).retrain:
        return called(home, name)
    ground = shipped(base)
    if ground:
        check_weights(ground.folder, ground.weights)
    return ground
