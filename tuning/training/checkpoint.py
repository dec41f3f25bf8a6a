"""A training's state on disk: written aside, on the disk, renamed. What is found there is whole, or is not there."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

from retrieval import ModelError
from tuning.training.steps import Learner

STATE = "state.json"
WEIGHTS = "learned.safetensors"


def save(learner: Learner, folder: Path, step: int, course: str) -> None:
    """`course` names all that the steps depend on: another course does not go on from here."""
    from safetensors.torch import save_file

    aside = folder.with_name(f"{folder.name}.{os.getpid()}")
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(parents=True)
    save_file(_tensors(learner), aside / WEIGHTS)
    (aside / STATE).write_text(json.dumps({"step": step, "course": course}), encoding="utf-8")
    for path in (aside / WEIGHTS, aside / STATE, aside):
        _sync(path)
    before = folder.with_name(f"{folder.name}.before")
    if folder.exists():
        shutil.rmtree(before, ignore_errors=True)
        folder.rename(before)
    aside.rename(folder)
    shutil.rmtree(before, ignore_errors=True)


def restore(learner: Learner, folder: Path, course: str) -> int:
    """How many steps were done; 0 where there is nothing to go on from."""
    before = folder.with_name(f"{folder.name}.before")
    if not folder.exists() and before.exists():  # ended between two renames
        before.rename(folder)
    if not (folder / STATE).is_file():
        return 0
    try:
        state = json.loads((folder / STATE).read_text(encoding="utf-8"))
        if state["course"] != course:
            return 0
        _put_back(learner, folder / WEIGHTS)
        return int(state["step"])
    except (OSError, ValueError, KeyError, RuntimeError) as error:
        raise ModelError(f"{folder} cannot be read: {error}.", "Remove it: training then begins anew.") from error


def _tensors(learner: Learner) -> dict[str, Any]:
    import torch

    found = {f"weight {name}": master.detach().contiguous() for name, master in learner.masters.items()}
    for name, master in learner.masters.items():
        for key, value in learner.optimiser.state[master].items():
            found[f"{key} {name}"] = torch.as_tensor(value).contiguous()
    return found


def _put_back(learner: Learner, path: Path) -> None:
    import torch
    from safetensors.torch import load_file

    found = load_file(path)
    with torch.no_grad():
        for name, master in learner.masters.items():
            master.copy_(found[f"weight {name}"])
            state = {
                key: found[f"{key} {name}"] for key in ("step", "exp_avg", "exp_avg_sq") if f"{key} {name}" in found
            }
            learner.optimiser.state[master] = state
    learner.hand_over()


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
