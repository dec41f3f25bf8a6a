"""What a message consists of: its head, the letter in it, and the files that are attached."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from email.message import EmailMessage

from retrieval.errors import ReadError
from retrieval.readers.canvas import tidy
from retrieval.readers.decode import decode
from retrieval.readers.source import Source

MAX_PARTS = 500  # of a message
MAX_DEPTH = 50  # of parts in parts: the standard library holds every line against the border of each
MAX_HEADER = 20_000  # characters
_SUFFIXES = {"text/plain": ".txt", "text/html": ".html", "message/rfc822": ".eml"}
_LETTERS = ("text/plain", "text/html")
_BORDER = re.compile(
    rb"^(?:(?:content-type:|[ \t])[^\r\n]{0,2000}?boundary=(?:\"([^\"\r\n]{1,200})|([^\s;\"]{1,200}))"
    rb"|--([^\r\n]{1,202}))",
    re.I | re.M,
)
_NO_NAME = re.compile(r"[/\\\x00-\x1f]")


@dataclass(frozen=True)
class Attached:
    name: str
    part: EmailMessage

    @property
    def data(self) -> bytes:
        inner = self.part.get_payload(0) if self.part.get_content_type() == "message/rfc822" else None
        if isinstance(inner, EmailMessage):
            return inner.as_bytes()
        payload = self.part.get_payload(decode=True)
        return payload if isinstance(payload, bytes) else b""


def check_nesting(source: Source) -> None:
    """Before the standard library takes the message apart."""
    depths: dict[bytes, int] = {}  # of the borders that are open, the outermost first
    for match in _BORDER.finditer(source.data):
        if match[3] is None:
            depths.setdefault(match[1] or match[2], len(depths) + 1)
        else:
            said = match[3].rstrip()
            met = depths.get(said) or depths.get(said.removesuffix(b"--"))
            while met and len(depths) > met:  # the parts within the one that begins or ends here are over
                depths.popitem()
        if len(depths) > MAX_DEPTH:
            problem = f"{source.id} has parts in parts, more than {MAX_DEPTH} deep, the limit."
            raise ReadError(problem, "Save its attachments beside it.")


def header(message: EmailMessage, name: str) -> str:
    """Decoded; as it was sent, where it is too long or too odd for the standard library to take apart."""
    sent = next((str(value) for key, value in message.raw_items() if key.lower() == name.lower()), "")
    if len(sent) > MAX_HEADER:
        return tidy(sent[:MAX_HEADER])
    try:
        return tidy(str(message.get(name) or ""))
    except Exception:  # it trips over some addresses
        return tidy(sent)


def letters(source: Source, message: EmailMessage) -> list[tuple[bool, str]]:
    """Whether it is HTML, and the text, of what the sender wrote."""
    chosen = [part for part in _leaves(source, message) if _is_letter(part)]
    return [(part.get_content_type() == "text/html", _text(source, part)) for part in chosen]


def attachments(source: Source, message: EmailMessage) -> list[Attached]:
    """With names that differ. Pictures that the letter shows, and signatures, are part of how it looks."""
    names: dict[str, int] = {}
    found: list[Attached] = []
    for part in _leaves(source, message):
        if _is_letter(part) or _is_ornament(part):
            continue
        name = _name(part, len(found) + 1)
        names[name] = names.get(name, 0) + 1
        stem, dot, suffix = name.rpartition(".")
        found.append(Attached(name if names[name] == 1 else f"{stem or name} ({names[name]}){dot}{suffix}", part))
    return found


def _leaves(source: Source, message: EmailMessage) -> Iterator[EmailMessage]:
    for count, part in enumerate(_walk(message), start=1):
        if count > MAX_PARTS:
            problem = f"{source.id} has more than {MAX_PARTS} parts, the limit."
            raise ReadError(problem, "Save its attachments beside it.")
        yield part


def _walk(part: EmailMessage) -> Iterator[EmailMessage]:
    """In order; of alternatives the plain one, where it says anything."""
    if not part.is_multipart() or part.get_content_type() == "message/rfc822":
        yield part
        return
    inner = [child for child in part.iter_parts() if isinstance(child, EmailMessage)]
    if part.get_content_type() == "multipart/alternative":
        inner = _best(inner)
    for child in inner:
        yield from _walk(child)


def _best(alternatives: list[EmailMessage]) -> list[EmailMessage]:
    plain = (part for part in alternatives if part.get_content_type() == "text/plain" and _payload(part).strip())
    rest = [part for part in alternatives if part.get_content_type() not in _LETTERS and not part.is_multipart()]
    first = next(plain, None) or next((part for part in reversed(alternatives) if part not in rest), None)
    return ([first] if first else []) + rest


def _is_letter(part: EmailMessage) -> bool:
    attached = part.get_content_disposition() == "attachment" or part.get_filename()
    return part.get_content_type() in _LETTERS and not attached


def _is_ornament(part: EmailMessage) -> bool:
    shown = part.get_content_disposition() != "attachment" or part.get("Content-ID")
    signs = part.get_content_type() in ("application/pgp-signature", "application/pkcs7-signature")
    return signs or bool(part.get_content_maintype() == "image" and shown)


def _name(part: EmailMessage, number: int) -> str:
    given = tidy(_NO_NAME.sub("_", part.get_filename() or ""))
    kind = part.get_content_type()
    return given or f"part {number}{_SUFFIXES.get(kind, '.' + part.get_content_subtype())}"


def _payload(part: EmailMessage) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _text(source: Source, part: EmailMessage) -> str:
    """In the encoding that the part states, or what it looks like where that cannot be."""
    data = _payload(part)
    try:
        return data.decode(part.get_content_charset("utf-8"))
    except (UnicodeDecodeError, LookupError):
        return decode(replace(source, data=data))
