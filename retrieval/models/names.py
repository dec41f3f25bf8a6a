"""From a model's name to its folder: an embedded model, a folder, or a hub id."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path

from retrieval.errors import ModelError
from retrieval.models.cache import folder_of
from retrieval.models.embedded import EmbeddedModel
from retrieval.models.folder import check_folder
from retrieval.models.hub import HUB_ID, from_hub
from retrieval.models.manifest import is_whole

GET = "Run: groundsmith models get"


def resolve(name: str, known: Sequence[EmbeddedModel]) -> Path:
    for model in known:
        if name == model.name:
            return _embedded(model)
    path = _path(name)
    if name and path.is_dir():
        return check_folder(path)
    if path.is_absolute() or name.startswith((".", "~")):
        raise ModelError(f"{path} is not a folder.", "Give the path of a folder that holds a model.")
    if HUB_ID.fullmatch(name):
        return check_folder(from_hub(name))
    raise _unknown(name, known)


def _path(name: str) -> Path:
    try:
        return Path(name).expanduser()
    except RuntimeError:  # the home of a user who isn't here
        return Path(name)


def _embedded(model: EmbeddedModel) -> Path:
    folder = folder_of(model)
    if is_whole(model, folder):
        return folder
    raise ModelError(f"{model.name} ({model.purpose}) is not there yet: nothing whole in {folder}.", GET)


def _unknown(name: str, known: Sequence[EmbeddedModel]) -> ModelError:
    names = {model.name.lower(): model.name for model in known}
    close = [names[match] for match in get_close_matches(name.lower(), names, n=3, cutoff=0.4)]
    choice = " or ".join(close or names.values()) or "none for this"
    return ModelError(
        f"There is no model {name!r}: no embedded model, no folder and no hub id (organisation/name).",
        f"Did you mean {choice}?" if close else f"Embedded models: {choice}.",
    )
