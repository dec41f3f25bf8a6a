"""Conversations out of mailboxes (.mbox) and e-mails (.eml): threads, by what each letter says that it answers."""

from __future__ import annotations

import email
import mailbox
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from email import policy
from email.message import EmailMessage
from email.utils import getaddresses
from pathlib import Path

from retrieval import ReadError
from retrieval.readers.parts import check_nesting, header, letters
from retrieval.readers.source import Source
from tuning.examples.past.nouns import Message
from tuning.examples.past.written import LONGEST, shown

BROKEN = "a letter that cannot be read"
TWICE = "a letter that is there twice"
BULK = "a letter to many, or written by a program"
_ID = re.compile(r"<([^<>\s]{1,200})>")
_ANSWERING = re.compile(r"^(?:\s*(?:re|aw|sv|fw|fwd|wg|antw)\s*:)+\s*", re.IGNORECASE)
_LARGEST = 2**24  # bytes of one letter


@dataclass(frozen=True)
class Letter:
    id: str
    above: tuple[str, ...]  # ids of what it answers, the thread's first one first
    sender: tuple[str, str]  # name and address
    to: tuple[str, ...]  # addresses
    text: str
    when: str
    subject: str
    place: str


def messages(paths: Sequence[Path], left_out: Counter[str]) -> Iterator[Message]:
    """Of all letters together, for threads run through files."""
    met: dict[str, Letter] = {}
    for path in paths:
        for letter in _letters(path, left_out):
            left_out[TWICE] += letter.id in met
            met.setdefault(letter.id, letter)
    threads = _threads(met)
    own = _own_domain(met.values(), threads)
    guests = {threads[letter.id] for letter in met.values() if _domain(letter.sender[1]) != own}
    for letter in met.values():  # among colleagues, as with a help desk, whoever began asks
        asks = _domain(letter.sender[1]) != own if own and threads[letter.id] in guests else None
        name, address = letter.sender
        yield Message(threads[letter.id], letter.text, letter.place, asks, name or address, letter.when, letter.subject)


def _letters(path: Path, left_out: Counter[str]) -> Iterator[Letter]:
    for number, data in enumerate(_data(path), 1):
        try:
            source = Source(path.name, path, data)
            check_nesting(source)
            message = email.message_from_bytes(data, _class=EmailMessage, policy=policy.default)
            letter = _letter(source, message, number)
        except Exception:  # the standard library trips over some of what is sent
            left_out[BROKEN] += 1
            continue
        bulk = header(message, "List-Unsubscribe") or header(message, "Auto-Submitted").lower() not in ("", "no")
        left_out[BULK] += bool(bulk)
        if not bulk:
            yield letter


def _data(path: Path) -> Iterator[bytes]:
    """One letter after the other, none of them longer than the limit."""
    try:
        if path.suffix.lower() == ".eml":
            yield path.read_bytes()[:_LARGEST]
            return
        with path.open("rb") as file:
            if not file.read(5).startswith(b"From "):
                raise ReadError(f'{path} is not a mailbox: it does not begin with "From ".', "Save letters as .eml.")
        box = mailbox.mbox(path, create=False)
        yield from (box.get_bytes(key)[:_LARGEST] for key in box.iterkeys())
        box.close()
    except OSError as error:
        raise ReadError(
            f"{path} cannot be read: {error.strerror or error}.", "Check the path and its rights."
        ) from error


def _letter(source: Source, message: EmailMessage, number: int) -> Letter:
    own, answers = (_ID.findall(header(message, name)) for name in ("Message-ID", "In-Reply-To"))
    text = "\n".join(shown(said) if is_html else said for is_html, said in letters(source, message))
    sender = getaddresses([header(message, "From")])[:1] or [("", "")]
    to = getaddresses([header(message, "To"), header(message, "Cc")])
    place = f"{source.id}, letter {number}"
    return Letter(
        id=own[0] if own else place,
        above=tuple(dict.fromkeys([*_ID.findall(header(message, "References")), *answers])),
        sender=(sender[0][0], sender[0][1].lower()),
        to=tuple(address.lower() for _, address in to),
        text=text[:LONGEST],
        when=header(message, "Date"),
        subject=_ANSWERING.sub("", header(message, "Subject")),
        place=place,
    )


def _threads(met: dict[str, Letter]) -> dict[str, str]:
    """Letter → the thread's name: letters that name one another, or the same letter, are of one thread."""
    leading: dict[str, str] = {}

    def first(id: str) -> str:
        while (up := leading.setdefault(id, id)) != id:
            leading[id] = leading[up]
            id = leading[id]
        return id

    for letter in met.values():
        for other in letter.above:
            leading[first(letter.id)] = first(other)
    return {id: first(id) for id in met}


def _own_domain(found: Iterable[Letter], threads: dict[str, str]) -> str:
    """The domain that takes part in most threads is the company's; nothing where two are as common."""
    taking_part = {
        (threads[letter.id], _domain(address)) for letter in found for address in (letter.sender[1], *letter.to)
    }
    many = Counter(domain for _, domain in taking_part if domain).most_common(2)
    return many[0][0] if many and (len(many) == 1 or many[0][1] > many[1][1]) else ""


def _domain(address: str) -> str:
    return address.rpartition("@")[2]
