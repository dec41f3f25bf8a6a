"""E-mails (.eml) and mailboxes (.mbox): the head as a row, then what was written. An attachment is its own document."""

from __future__ import annotations

import email
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from email import policy
from email.message import EmailMessage
from email.parser import BytesHeaderParser
from pathlib import Path
from types import MappingProxyType

from retrieval.errors import ReadError
from retrieval.nouns import Document
from retrieval.readers.canvas import Canvas
from retrieval.readers.facts import Facts, finish
from retrieval.readers.html import write_page
from retrieval.readers.parts import Attached, attachments, check_nesting, header, letters
from retrieval.readers.replies import write_letter
from retrieval.readers.room import check_depth
from retrieval.readers.source import FAMILIES, OTHER_FORMAT, Reading, Source

MAX_MESSAGES = 20_000  # of a mailbox
_HEAD = ("From", "To", "Cc", "Date")
_FIRST_LINE = re.compile(rb"(?:\A|(?<=\n)\r?\n)From [^\r\n]*\r?\n")
_ESCAPED = re.compile(rb"^>(>*From )", re.M)
_HEAD_END = re.compile(rb"\r?\n\r?\n")
_LONGEST_HEAD = 100_000  # bytes
_ID = re.compile(r"<([^<>\s]{1,200})>")

ReadMember = Callable[[Source], Reading]


def read(source: Source, read_member: ReadMember) -> Reading:
    """The message, and after it what is attached to it."""
    try:
        check_nesting(source)
        message = email.message_from_bytes(source.data, _class=EmailMessage, policy=policy.default)
        if not header(message, "From") and not header(message, "Date") and not header(message, "Subject"):
            raise ReadError(f"{source.id} has no head of an e-mail.", "Save it from the mail program as .eml.")
        document = _document(source, message)
        files = attachments(source, message)
    except ReadError:
        raise
    except Exception as problem:  # the standard library trips over some of what is sent
        raise _damaged(source.id, problem) from problem
    documents, problems = _attached(source, document, files, read_member)
    return [document, *documents], problems


def read_box(source: Source, read_member: ReadMember) -> Reading:
    """A document a message, known by its Message-ID: so it stays itself when another message goes."""
    documents: list[Document] = []
    problems: list[ReadError] = []
    for number, data in enumerate(_messages(source), start=1):
        try:
            found, wrong = read(replace(source, id=_id(source, data, number), data=data), read_member)
        except ReadError as problem:
            found, wrong = [], [problem]
        documents += found
        problems += wrong
    return documents, problems


def _messages(source: Source) -> Iterator[bytes]:
    starts = list(_FIRST_LINE.finditer(source.data))
    if not starts:
        raise ReadError(f'{source.id} is not a mailbox: no line begins with "From ".', "Save single e-mails as .eml.")
    if len(starts) > MAX_MESSAGES:
        problem = f"{source.id} holds {len(starts):,} messages; the limit is {MAX_MESSAGES:,}."
        raise ReadError(problem, "Split it into smaller mailboxes.")
    ends = [*(start.start() for start in starts[1:]), len(source.data)]
    for start, end in zip(starts, ends, strict=True):
        yield _ESCAPED.sub(rb"\1", source.data[start.end() : end])


def _id(source: Source, data: bytes, number: int) -> str:
    top = _HEAD_END.split(data[:_LONGEST_HEAD], maxsplit=1)[0]
    head = BytesHeaderParser(_class=EmailMessage, policy=policy.default).parsebytes(top)
    match = _ID.search(header(head, "Message-ID"))
    return f"{source.id}/{match[1]}" if match else f"{source.id}#{number}"


def _document(source: Source, message: EmailMessage) -> Document:
    canvas = Canvas()
    subject = header(message, "Subject")
    canvas.heading(subject, 1)
    names = ", ".join(file.name for file in attachments(source, message))
    canvas.row((*_HEAD, "Attachments"), [*(header(message, name) for name in _HEAD), names])
    for is_html, text in letters(source, message):
        letter = Canvas()
        if is_html:
            write_page(source, letter, text)
        else:
            write_letter(letter, text)
        canvas.pour(letter, deeper=1)
    stated = Facts(subject or None, header(message, "Date"), language=header(message, "Content-Language"))
    return finish(source, canvas, "eml", stated, metadata=_thread(message))


def _thread(message: EmailMessage) -> dict[str, str]:
    """What the message is called, what it answers, and the message that the thread began with."""
    own, answers = (_ID.findall(header(message, name)) for name in ("Message-ID", "In-Reply-To"))
    above = _ID.findall(header(message, "References")) + answers
    found = {"message_id": own[:1], "in_reply_to": answers[:1], "thread": (above + own)[:1]}
    return {name: ids[0] for name, ids in found.items() if ids}


def _attached(source: Source, document: Document, files: list[Attached], read_member: ReadMember) -> Reading:
    documents: list[Document] = []
    problems: list[ReadError] = []
    belongs = {"attached_to": document.id, **{k: v for k, v in document.metadata.items() if k == "thread"}}
    for file in files:
        try:
            found, wrong = read_member(_member(source, file))
        except ReadError as problem:
            found, wrong = [], [problem]
        except Exception as problem:  # what is attached is a message, and odd itself
            found, wrong = [], [_damaged(f"{source.id}/{file.name}", problem)]
        documents += [replace(each, metadata=MappingProxyType({**each.metadata, **belongs})) for each in found]
        problems += wrong
    return documents, problems


def _member(source: Source, file: Attached) -> Source:
    id = f"{source.id}/{file.name}"
    check_depth(source.id, source.depth)
    path = Path(file.name)
    if path.suffix.lower() not in FAMILIES:
        raise ReadError(f"{id}: there is no reader for {path.suffix or 'files without a suffix'}.", OTHER_FORMAT)
    data = file.data
    source.room.enter(id)
    source.room.take(id, len(data))
    return replace(source, id=id, path=path, data=data, depth=source.depth + 1)


def _damaged(id: str, problem: Exception) -> ReadError:
    remedy = "Save it from the mail program again and sync."
    return ReadError(f"{id} is damaged: {type(problem).__name__}, {problem}.", remedy)
