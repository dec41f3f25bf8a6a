"""A file's bytes, and whether they are what its name says."""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from dataclasses import dataclass, field
from pathlib import Path

from retrieval.errors import ReadError
from retrieval.nouns import Document
from retrieval.readers.room import Room

MAX_BYTES = 64 * 2**20
OTHER_FORMAT = "Save it in a format that is read, such as PDF, DOCX or Markdown."
_CODE = (
    ".py .pyi .js .mjs .cjs .jsx .ts .tsx .java .kt .scala .go .rs .swift .c .h .cc .cpp .hpp .cs .rb .php .sh .bash"
    " .sql"
)
_BY_FAMILY = {  # the first suffix is the one to rename to
    "markdown": ".md .markdown",
    "text": ".txt .text",
    "html": ".html .htm .xhtml",
    "pdf": ".pdf",
    "docx": ".docx",
    "pptx": ".pptx .pptm",
    "xlsx": ".xlsx .xlsm",
    "odt": ".odt",
    "odp": ".odp",
    "ods": ".ods",
    "epub": ".epub",
    "rtf": ".rtf",
    "rst": ".rst",
    "csv": ".csv .tsv",
    "jsonl": ".jsonl .ndjson",
    "json": ".json",
    "settings": ".yaml .yml .toml .ini .cfg .conf .properties",
    "xml": ".xml",
    "code": _CODE,
    "eml": ".eml",
    "mbox": ".mbox",
    "zip": ".zip",
}
FAMILIES = {suffix: family for family, suffixes in _BY_FAMILY.items() for suffix in suffixes.split()}
_NAMES = {
    "markdown": "Markdown",
    "text": "text",
    "html": "HTML",
    "pdf": "PDF",
    "docx": "Word (.docx)",
    "pptx": "a PowerPoint presentation",
    "xlsx": "an Excel workbook",
    "odt": "an OpenDocument text",
    "odp": "an OpenDocument presentation",
    "ods": "an OpenDocument spreadsheet",
    "epub": "an EPUB book",
    "rtf": "RTF",
    "rst": "reStructuredText",
    "csv": "a table",
    "jsonl": "JSON lines",
    "json": "JSON",
    "settings": "settings",
    "xml": "XML",
    "code": "source code",
    "eml": "an e-mail",
    "mbox": "a mailbox",
    "zip": "a ZIP archive",
}
_UNMISTAKABLE = ("pdf", "docx", "pptx", "xlsx", "odt", "odp", "ods", "epub", "rtf", "zip")  # begin as no other does
_HTML_INSIDE = ("text", "code")  # may begin like a page and be none
_MAGIC = (
    (b"\x89PNG\r\n", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"II*\x00", "a TIFF picture"),
    (b"MM\x00*", "a TIFF picture"),
    (b"{\\rtf", "rtf"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"Rar!", "a RAR archive"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90\x00", "a program"),
    (b"SQLite format 3\x00", "an SQLite database"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old or password-protected Office file"),
)
_BY_PART = {"word/document.xml": "docx", "xl/workbook.xml": "xlsx", "ppt/presentation.xml": "pptx"}
_BY_MIMETYPE = {
    b"application/vnd.oasis.opendocument.text": "odt",
    b"application/vnd.oasis.opendocument.presentation": "odp",
    b"application/vnd.oasis.opendocument.spreadsheet": "ods",
    b"application/epub+zip": "epub",
}
_ZIP_ENTRY = b"PK\x01\x02"
_MOST_ENTRIES = 50_000  # in the directory of an archive, which is read whole; a file of them fills the memory
NO_ZIP = (zipfile.BadZipFile, zlib.error, struct.error, ValueError, OSError, EOFError, RuntimeError)
_HTML = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*|<!--.*?-->\s*)*<(?:!doctype\s+html|html)\b", re.I | re.S)


@dataclass(frozen=True, slots=True)
class Source:
    """A file about to be read; `id` names its document and, in messages, the file."""

    id: str
    path: Path
    data: bytes
    depth: int = 0  # how many files it lies in
    room: Room = field(default_factory=Room, compare=False)  # of the file that is being read, for all that is in it


Reading = tuple[list[Document], list[ReadError]]  # what can be read of a file, and what is wrong with the rest


def load(path: Path, id: str, max_bytes: int = MAX_BYTES) -> Source:
    try:
        if path.is_dir():
            raise ReadError(f"{id} is a folder, not a file.", "Name a file, or sync the folder.")
        size = path.stat().st_size
        if not path.is_file():
            raise ReadError(f"{id} is a device or a pipe, not a file.", "Remove it from the folder.")
        if size > max_bytes:
            raise _too_large(id, size, max_bytes)
        data = path.read_bytes()
    except FileNotFoundError:
        raise ReadError(f"{id} is no longer there.", "Sync again.") from None
    except PermissionError:
        raise ReadError(f"{id} may not be read.", "Give the user who syncs permission to read it.") from None
    except (OSError, ValueError) as problem:
        raise ReadError(f"{id} cannot be read: {problem}.", "Check the disk, then sync again.") from problem
    if len(data) > max_bytes:
        raise _too_large(id, len(data), max_bytes)
    return checked(Source(id, path, data))


def checked(source: Source) -> Source:
    """The source, where it holds anything, and what its name says."""
    if not source.data.strip():
        raise ReadError(f"{source.id} is empty.", "Put text into it, or delete it.")
    _check_content(source)
    return source


def _too_large(id: str, size: int, limit: int) -> ReadError:
    return ReadError(f"{id} has {size:,} bytes; the limit is {limit:,}.", "Split it into smaller files.")


def _check_content(source: Source) -> None:
    expected = FAMILIES.get(source.path.suffix.lower(), "text")
    found = content_of(source.data)
    if found is None and expected in _UNMISTAKABLE:
        raise ReadError(
            f"{source.id} is damaged, or not {_NAMES[expected]}: it does not begin as one does.",
            "Open it in the program that made it and save it again.",
        )
    if found is None or found == expected or (found == "html" and expected in _HTML_INSIDE):
        return
    if found in _NAMES:
        suffix = _BY_FAMILY[found].split()[0]
        problem, remedy = _NAMES[found], f"Rename it to {source.path.stem}{suffix}."
    else:
        problem, remedy = found, "Save it as PDF, DOCX or text and sync again."
    raise ReadError(f"{source.id} looks like {problem}, not {_NAMES[expected]}.", remedy)


def content_of(data: bytes) -> str | None:
    """The family that the first bytes give away, or what else they are; None: they tell nothing."""
    if b"%PDF-" in data[:1024]:
        return "pdf"
    if data.startswith(b"PK\x03\x04"):
        return _inside_zip(data) if data.count(_ZIP_ENTRY) < _MOST_ENTRIES else "a ZIP archive of too many files"
    if _HTML.match(data[:4096]):
        return "html"
    return next((name for magic, name in _MAGIC if data.startswith(magic)), None)


def _inside_zip(data: bytes) -> str | None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
            kind = _opening(archive, "mimetype") if "mimetype" in names else b""
    except NO_ZIP:
        return None  # cut short: nothing to tell from, and nothing to read
    parts = (family for name, family in _BY_PART.items() if name in names)
    return _BY_MIMETYPE.get(kind) or next(parts, "zip")


def _opening(archive: zipfile.ZipFile, name: str) -> bytes:
    with archive.open(name) as part:
        return part.read(64).strip()
