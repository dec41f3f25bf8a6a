"""Documents that are ZIP archives inside (Office, OpenDocument, EPUB), looked through before anything parses them."""

from __future__ import annotations

import io
import zipfile

from retrieval.errors import ReadError
from retrieval.readers.patience import longer
from retrieval.readers.room import MAX_UNPACKED
from retrieval.readers.source import NO_ZIP, Source

MAX_PARTS = 10_000
MAX_TREE = 96 * 2**20  # of one part that is parsed whole: a tree takes several times its text
MAX_RATIO = 200  # of a part to its packed size; text packs to a tenth, a bomb to a thousandth
SMALL = 2**20
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # the others unpack a little into more than fits
_XML = (".xml", ".rels", ".vml")
_LEAST_SECONDS = 30
_BYTES_A_SECOND = 2**18  # of XML, in the slowest reader
_CHUNK = 2**20
_SPLIT = "Split it into smaller files."


class Package:
    """The parts of such a file. What would unpack to too much is not opened."""

    def __init__(self, source: Source) -> None:
        self.source = source
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(source.data))
            self._parts = {part.filename: part for part in self._archive.infolist()}
        except NO_ZIP as problem:
            raise damaged(source, problem) from problem
        self._check(self._archive.infolist())

    def has(self, name: str) -> bool:
        return name in self._parts

    def read(self, name: str) -> bytes:
        """A part that will be parsed whole."""
        self._check_size(self._parts[name])
        try:
            return self._archive.read(name)
        except NO_ZIP as problem:
            raise damaged(self.source, problem) from problem

    def check_xml(self, streamed: bool = False) -> None:
        """For libraries that parse the parts themselves: none is too large to, and none declares entities."""
        for part in self._parts.values():
            if not part.filename.endswith(_XML):
                continue
            if not streamed:
                self._check_size(part)
            if self._declares_entities(part):
                problem = f"{self.source.id} declares XML entities, which no such file does."
                raise ReadError(problem, "Do not trust this file.")

    def _check(self, parts: list[zipfile.ZipInfo]) -> None:
        unpacked = sum(part.file_size for part in parts)
        if unpacked > MAX_UNPACKED or any(is_bomb(part) for part in parts):
            limits = f"the limits are {MAX_UNPACKED:,}, and {MAX_RATIO} times the packed size of a part"
            remedy = "Remove large embedded objects, or save it as PDF."
            raise ReadError(f"{self.source.id} unpacks to {unpacked:,} bytes; {limits}.", remedy)
        if len(parts) > MAX_PARTS:
            raise ReadError(f"{self.source.id} has {len(parts):,} parts; the limit is {MAX_PARTS:,}.", _SPLIT)
        longer(_LEAST_SECONDS + sum(part.file_size for part in parts if _is_text(part)) / _BYTES_A_SECOND)
        odd = next((part for part in parts if part.compress_type not in METHODS), None)
        if odd:
            raise damaged(self.source, zipfile.BadZipFile(f"compression method {odd.compress_type}"))

    def _check_size(self, part: zipfile.ZipInfo) -> None:
        if part.file_size > MAX_TREE:
            what = f"{self.source.id} has a part ({part.filename}) of {part.file_size:,} bytes"
            raise ReadError(f"{what}; the limit is {MAX_TREE:,}.", _SPLIT)

    def _declares_entities(self, part: zipfile.ZipInfo) -> bool:
        """Anywhere, for a comment may stand before the declaration; in text, "<" is written otherwise."""
        before = b""
        try:
            with self._archive.open(part) as stream:
                while chunk := stream.read(_CHUNK):
                    seen = before + chunk.replace(b"\x00", b"")
                    if b"<!DOCTYPE" in seen or b"<!ENTITY" in seen:
                        return True
                    before = seen[-9:]
        except NO_ZIP as problem:
            raise damaged(self.source, problem) from problem
        return False


def damaged(source: Source, problem: Exception) -> ReadError:
    remedy = "Open it in the program that made it, save it again and sync."
    return ReadError(f"{source.id} is damaged: {type(problem).__name__}, {problem}.", remedy)


def _is_text(part: zipfile.ZipInfo) -> bool:
    return part.filename.endswith((*_XML, ".xhtml", ".html", ".htm"))


def is_bomb(part: zipfile.ZipInfo) -> bool:
    return part.file_size > SMALL and part.file_size > MAX_RATIO * max(1, part.compress_size)
