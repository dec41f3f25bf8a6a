"""ZIP archives: every member is a document of its own, `archive.zip/inner/path`, and is read by its own reader."""

from __future__ import annotations

import io
import re
import stat
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path, PurePosixPath

from retrieval.errors import ReadError
from retrieval.readers.canvas import tidy
from retrieval.readers.package import MAX_RATIO, METHODS, SMALL, damaged
from retrieval.readers.room import check_depth
from retrieval.readers.source import FAMILIES, NO_ZIP, OTHER_FORMAT, Reading, Source

MAX_NAMED = 20  # members in one complaint
_CHUNK = 2**18
_ENCRYPTED = 0x1  # a flag of a member
_LONGEST = 400  # characters of a path
_DRIVE = re.compile(r"[A-Za-z]:")


def read(source: Source, read_member: Callable[[Source], Reading]) -> Reading:
    """What the members hold; those that cannot be read are named, and the rest go on."""
    check_depth(source.id, source.depth)
    try:
        archive = zipfile.ZipFile(io.BytesIO(source.data))
    except NO_ZIP as problem:
        raise damaged(source, problem) from problem
    documents, problems = [], []
    unknown: list[str] = []
    for part, name in _members(archive):
        if Path(name).suffix.lower() not in FAMILIES:
            unknown.append(name)
            continue
        try:
            found, wrong = read_member(_member(source, archive, part, name))
        except ReadError as problem:
            found, wrong = [], [problem]
        documents += found
        problems += wrong
    return documents, [*_shortened(source, problems), *_left_out(source, unknown)]


def _members(archive: zipfile.ZipFile) -> Iterator[tuple[zipfile.ZipInfo, str]]:
    """Files, in the order of their names; hidden ones and what macOS adds are left alone, as in a folder."""
    parts = ((part, tidy(part.filename.replace("\\", "/"))) for part in archive.infolist() if not part.is_dir())
    for part, name in sorted(parts, key=lambda found: found[1]):
        steps = name.split("/")
        if "__MACOSX" not in steps and not any(step.startswith(".") and step != ".." for step in steps):
            yield part, name


def _member(source: Source, archive: zipfile.ZipFile, part: zipfile.ZipInfo, name: str) -> Source:
    id = f"{source.id}/{name}"
    source.room.enter(id)
    _check(id, part, name)
    return replace(source, id=id, path=Path(name), data=_unpacked(source, archive, part, id), depth=source.depth + 1)


def _check(id: str, part: zipfile.ZipInfo, name: str) -> None:
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or _DRIVE.match(name) or len(name) > _LONGEST:
        raise ReadError(f"{id} does not name a file inside its archive.", "Do not trust this archive.")
    if stat.S_ISLNK(part.external_attr >> 16):
        raise ReadError(f"{id} is a link, not a file.", "Pack the file itself.")
    if part.flag_bits & _ENCRYPTED:
        raise ReadError(f"{id} is protected by a password.", "Pack it without a password and sync again.")
    if part.compress_type not in METHODS:
        raise ReadError(f"{id} is packed by method {part.compress_type}.", "Pack it as a plain ZIP file (deflate).")


def _unpacked(source: Source, archive: zipfile.ZipFile, part: zipfile.ZipInfo, id: str) -> bytes:
    """Counted while it is unpacked, for what its header says may be a lie."""
    most = max(SMALL, MAX_RATIO * part.compress_size)
    data = bytearray()
    try:
        with archive.open(part) as stream:
            while chunk := stream.read(_CHUNK):
                source.room.take(id, len(chunk))
                data += chunk
                if len(data) > most:
                    limit = f"the limit is {MAX_RATIO} times its packed size"
                    raise ReadError(f"{id} unpacks to more than {most:,} bytes; {limit}.", "Do not trust this archive.")
    except NO_ZIP as problem:
        raise ReadError(f"{id} is damaged: {type(problem).__name__}, {problem}.", "Pack it again.") from problem
    if len(data) != part.file_size:
        raise ReadError(f"{id} is damaged: it states {part.file_size:,} bytes and has {len(data):,}.", "Pack it again.")
    return bytes(data)


def _shortened(source: Source, problems: list[ReadError]) -> list[ReadError]:
    more = len(problems) - MAX_NAMED
    rest = [ReadError(f"{source.id}: {more:,} more members cannot be read.", "Look into those named first.")]
    return problems[:MAX_NAMED] + (rest if more > 0 else [])


def _left_out(source: Source, names: list[str]) -> list[ReadError]:
    if not names:
        return []
    more = f" and {len(names) - MAX_NAMED:,} more" if len(names) > MAX_NAMED else ""
    members = "1 member" if len(names) == 1 else f"{len(names):,} members"
    problem = f"{source.id}: there is no reader for {members}: {', '.join(names[:MAX_NAMED])}{more}."
    return [ReadError(problem, OTHER_FORMAT)]
