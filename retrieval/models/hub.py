"""Models by hub id, through huggingface_hub: safetensors only, since pickled weights can run code."""

from __future__ import annotations

import re
from pathlib import Path

from retrieval.errors import ModelError, StorageError
from retrieval.models.cache import is_full

HUB_ID = re.compile(r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*", re.ASCII)
LOGIN = "hf auth login"
PATTERNS = ("*.json", "*.safetensors", "*.txt", "*.model", "*.jinja")


def from_hub(name: str) -> Path:
    """The snapshot's folder: downloaded when online, else as the hub's own cache has it."""
    from httpx import HTTPError
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import CachedRepoTreeNotFoundError

    try:
        return Path(snapshot_download(name, allow_patterns=list(PATTERNS)))
    except (OSError, ValueError, HTTPError, CachedRepoTreeNotFoundError) as error:
        raise _failure(name, error) from error


def _failure(name: str, error: Exception) -> ModelError | StorageError:
    from huggingface_hub.errors import GatedRepoError, RepositoryNotFoundError

    if is_full(error):
        return StorageError(f"There is no space left for {name}.", "Free some, or set HF_HOME elsewhere.")
    if isinstance(error, GatedRepoError):
        return ModelError(f"{name} has terms to accept first.", f"Accept them on the hub, then: {LOGIN}")
    if isinstance(error, RepositoryNotFoundError):
        return ModelError(f"The hub has no {name} that you may read.", f"Check the name, or: {LOGIN}")
    return ModelError(
        f"{name} is not a folder here, and the hub could not be asked for it: {_reason(error)}.",
        "Check the name and the network, or give the path of a folder that holds the model.",
    )


def _reason(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".")
