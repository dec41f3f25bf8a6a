"""A training's state on disk: written aside, on the disk, renamed. What is found there is whole, or is not there."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Protocol

from retrieval import ModelError

STATE = "state.json"
WEIGHTS = "learned.safetensors"
_REFUSED = re.compile(r"\(os error (\d+)\)")


class Kept(Protocol):
    """What learns: its weights in full precision by name, and what moves them."""

    masters: dict[str, Any]
    optimiser: Any

    def hand_over(self) -> None: ...


@dataclass(frozen=True)
class Reached:
    """How far a training has come. `missed` checks in a row found nothing better than at `best_step`."""

    step: int = 0
    best: float | None = None
    best_step: int = 0
    missed: int = 0


def save(learner: Kept, folder: Path, reached: Reached, course: str) -> None:
    """`course` names all that the steps depend on: another course does not go on from here."""
    from safetensors.torch import save_file

    aside = folder.with_name(f"{folder.name}.part")
    with _or_nothing(aside):
        aside.mkdir(parents=True)
        save_file(_tensors(learner), aside / WEIGHTS)
        (aside / STATE).write_text(json.dumps({"reached": asdict(reached), "course": course}), encoding="utf-8")
        for path in (aside / WEIGHTS, aside / STATE, aside):
            _sync(path)
    before = folder.with_name(f"{folder.name}.before")
    if folder.exists():
        shutil.rmtree(before, ignore_errors=True)
        folder.rename(before)
    aside.rename(folder)
    shutil.rmtree(before, ignore_errors=True)


def restore(learner: Kept, folder: Path, course: str) -> Reached:
    """As far as it had come; at the beginning where there is nothing to go on from."""
    before = folder.with_name(f"{folder.name}.before")
    if not folder.exists() and before.exists():  # ended between two renames
        before.rename(folder)
    if not (folder / STATE).is_file():
        return Reached()
    try:
        state = json.loads((folder / STATE).read_text(encoding="utf-8"))
        if state["course"] != course:
            return Reached()
        _put_back(learner, folder / WEIGHTS)
        return Reached(**state["reached"])
    except (OSError, ValueError, KeyError, TypeError, RuntimeError) as error:
        raise ModelError(f"{folder} cannot be read: {error}.", "Remove it: training then begins anew.") from error


def keep_best(learner: Kept, folder: Path, step: int) -> None:
    """The weights as they are now; those of another step are kept until the checkpoint no longer names them."""
    from safetensors.torch import save_file

    path = _best(folder, step)
    aside = path.with_suffix(".part")
    with _or_nothing(aside):
        save_file({name: master.detach().contiguous() for name, master in learner.masters.items()}, aside)
        _sync(aside)
    aside.replace(path)


def take_best(learner: Kept, folder: Path, step: int) -> None:
    import torch
    from safetensors.torch import load_file

    found = load_file(_best(folder, step))
    with torch.no_grad():
        for name, master in learner.masters.items():
            master.copy_(found[name])
    learner.hand_over()


def forget_others(folder: Path, step: int) -> None:
    for path in folder.glob("best-*"):
        if path != _best(folder, step):
            path.unlink(missing_ok=True)


@contextmanager
def refusals() -> Iterator[None]:
    """What the system refuses safetensors reports as an error of its own, with the system's number in its words."""
    from safetensors import SafetensorError

    try:
        yield
    except SafetensorError as error:
        if not (found := _REFUSED.search(str(error))):
            raise
        raise OSError(int(found[1]), os.strerror(int(found[1]))) from error


@contextmanager
def _or_nothing(aside: Path) -> Iterator[None]:
    """What is written here from the beginning; where that fails it goes again, for a full disk has no room for half."""
    _remove(aside)
    try:
        with refusals():
            yield
    except OSError:
        _remove(aside)
        raise


def _remove(path: Path) -> None:
    shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)


def _best(folder: Path, step: int) -> Path:
    return folder / f"best-{step}.safetensors"


def _tensors(learner: Kept) -> dict[str, Any]:
    import torch

    found = {f"weight {name}": master.detach().contiguous() for name, master in learner.masters.items()}
    for name, master in learner.masters.items():
        for key, value in learner.optimiser.state[master].items():
            found[f"{key} {name}"] = torch.as_tensor(value).contiguous()
    return found


def _put_back(learner: Kept, path: Path) -> None:
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
