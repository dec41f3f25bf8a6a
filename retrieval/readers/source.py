"""A file's bytes, and whether they are what its name says."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass
from pathlib import Path

from retrieval.errors import ReadError

MAX_BYTES = 64 * 2**20
FAMILIES = {
    ".md": "markdown",
    ".markdown": "markdown",
    ".txt": "text",
    ".text": "text",
    ".html": "html",
    ".htm": "html",
    ".pdf": "pdf",
    ".docx": "docx",
    ".csv": "csv",
    ".tsv": "csv",
    ".jsonl": "jsonl",
}
_NAMES = {
    "markdown": "Markdown",
    "text": "text",
    "html": "HTML",
    "pdf": "PDF",
    "docx": "Word (.docx)",
    "csv": "a table",
    "jsonl": "JSON lines",
}
_MAGIC = (
    (b"\x89PNG\r\n", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"II*\x00", "a TIFF picture"),
    (b"MM\x00*", "a TIFF picture"),
    (b"{\\rtf", "an RTF file"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"Rar!", "a RAR archive"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90\x00", "a program"),
    (b"SQLite format 3\x00", "an SQLite database"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old or password-protected Office file"),
)
_HTML = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*|<!--.*?-->\s*)*<(?:!doctype\s+html|html)\b", re.I | re.S)


@dataclass(frozen=True, slots=True)
class Source:
    """A file about to be read; `id` names its document and, in messages, the file."""

    id: str
    path: Path
    data: bytes


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
    if not data.strip():
        raise ReadError(f"{id} is empty.", "Put text into it, or delete it.")
    source = Source(id, path, data)
    _check_content(source)
    return source


def _too_large(id: str, size: int, limit: int) -> ReadError:
    return ReadError(f"{id} has {size:,} bytes; the limit is {limit:,}.", "Split it into smaller files.")


def _check_content(source: Source) -> None:
    expected = FAMILIES.get(source.path.suffix.lower(), "text")
    found = content_of(source.data)
    if found is None and expected in ("pdf", "docx"):
        raise ReadError(
            f"{source.id} is damaged, or not {_NAMES[expected]}: it does not begin as one does.",
            "Open it in the program that made it and save it again.",
        )
    if found is None or found == expected or (found, expected) == ("html", "text"):
        return
    if found in _NAMES:
        suffix = next(suffix for suffix, family in FAMILIES.items() if family == found)
        problem, remedy = _NAMES[found], f"Rename it to {source.path.stem}{suffix}."
    else:
        problem, remedy = found, "Save it as PDF, DOCX or text and sync again."
    raise ReadError(f"{source.id} looks like {problem}, not {_NAMES[expected]}.", remedy)


def content_of(data: bytes) -> str | None:
    """The family that the first bytes give away, or what else they are; None: they tell nothing."""
    if b"%PDF-" in data[:1024]:
        return "pdf"
    if data.startswith(b"PK\x03\x04"):
        return _inside_zip(data)
    if _HTML.match(data[:4096]):
        return "html"
    return next((name for magic, name in _MAGIC if data.startswith(magic)), None)


def _inside_zip(data: bytes) -> str | None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return None  # cut short: nothing to tell from, and nothing to read
    kinds = (("word/document.xml", "docx"), ("xl/workbook.xml", "an Excel workbook"))
    presentation = ("ppt/presentation.xml", "a PowerPoint presentation")
    return next((kind for name, kind in (*kinds, presentation) if name in names), "a ZIP archive")
