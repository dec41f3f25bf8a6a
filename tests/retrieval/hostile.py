"""More than two hundred files that no reader likes: every format bent at random, and bombs for each by name."""

from __future__ import annotations

import os
import random
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from tests.retrieval import bombs as b
from tests.retrieval.bombs import MB, packed, sample
from tests.retrieval.formats import MADE
from tests.retrieval.pages import Text, pdf, pdf_of
from tests.retrieval.runs import runs


@dataclass(frozen=True)
class Case:
    """A file by its name. `says` is what must be told of it; None: it may be read, or be named with any reason."""

    name: str
    write: Callable[[Path], Any]
    says: str | None = None
    huge: bool = False  # minutes of work, or hundreds of megabytes
    silent: bool = False  # left out without a word, as a link out of the folder is
    bound: bool = False  # nothing but a bound of its worker ends it, for it works inside a library


def data(name: str, make: Callable[[], bytes], says: str | None = None, huge: bool = False) -> Case:
    return Case(name, lambda path: path.write_bytes(make()), says, huge)


def cases(seed: int) -> list[Case]:
    found = [*bent(seed), *mistaken(), *archives(), *xml(), *pdfs(), *mails(), *texts(), *tables(), *places()]
    assert len({case.name for case in found}) == len(found)
    return found


# Every format, bent at random

Bend = Callable[[bytes, random.Random], bytes]


def cut(data: bytes, chance: random.Random) -> bytes:
    return data[: chance.randrange(len(data) // 4, len(data) - 2)]


def flipped(data: bytes, chance: random.Random) -> bytes:
    bent = bytearray(data)
    for _ in range(max(4, len(data) // 500)):
        bent[chance.randrange(len(bent))] ^= 1 << chance.randrange(8)
    return bytes(bent)


def holed(data: bytes, chance: random.Random) -> bytes:
    start = chance.randrange(len(data))
    return data[:start] + bytes(len(data) // 5) + data[start + len(data) // 5 :]


def shuffled(data: bytes, chance: random.Random) -> bytes:
    size = max(8, len(data) // 16)
    parts = [data[at : at + size] for at in range(0, len(data), size)]
    chance.shuffle(parts)
    return b"".join(parts)


def stuffed(data: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(data))
    return data[:at] + chance.randbytes(200) + data[at:]


BENDS: dict[str, Bend] = {"cut": cut, "flipped": flipped, "holed": holed, "shuffled": shuffled, "stuffed": stuffed}


def bent(seed: int) -> Iterator[Case]:
    for suffix in MADE:
        for how, bend in BENDS.items():
            chance = random.Random(f"{seed}{suffix}{how}")
            yield data(f"{how}{suffix}", partial(bend, sample(suffix), chance))


def mistaken() -> Iterator[Case]:
    """Files that are not what their names say, and such as hold nothing."""
    suffixes = list(MADE)
    for number, suffix in enumerate(suffixes):
        yield data(f"mistaken{suffix}", partial(sample, suffixes[number - 9]))
    for suffix in (".md", ".txt", ".csv", ".json", ".pdf", ".docx", ".zip", ".eml"):
        yield data(f"empty{suffix}", bytes, "empty")
        yield data(f"nulls{suffix}", partial(bytes, 5000), "")
        yield data(f"noise{suffix}", partial(random.Random(suffix).randbytes, 5000), "")
    for kind in ("docx", "xlsx", "pptx"):
        yield data(f"office-locked.{kind}", partial(b.office_with, kind), "password-protected")
    yield data("picture.pdf", lambda: b"\x89PNG\r\n\x1a\n" + bytes(100), "a PNG picture")
    yield data("song.mp3", lambda: b"ID3" + bytes(100), "no reader for .mp3")
    yield data("nosuffix", lambda: b"text", "no reader for files without a suffix")


# Archives and what is made of them


def turned(turn: Callable[[bytes], bytes], suffix: str) -> bytes:
    return turn(sample(suffix))


def archives() -> Iterator[Case]:
    zeros = bytes(64 * MB)
    for suffix, part in (b.INSIDE | {".zip": "warranty.md"}).items():
        yield data(f"ratio{suffix}", partial(b.replaced, suffix, part, zeros), "unpacks to")
        yield data(f"locked{suffix}", partial(turned, b.locked, suffix), "")
        yield data(f"lying{suffix}", partial(turned, partial(b.lying, size=10), suffix), "")
        yield data(f"boasting{suffix}", partial(turned, partial(b.lying, size=2**32 - 2), suffix))
    yield data("nested2.zip", partial(b.nested, 2, 8), "")
    yield data("nested40.zip", partial(b.nested, 40, 1), "")
    yield data("halves.zip", b.quine_like, "")
    yield data("overlapping.zip", partial(b.overlapping, 2000), "")
    yield data("overlapping.docx", partial(b.overlapping, 2000), "")
    yield data("members.zip", lambda: packed({f"{number}.md": "x" for number in range(6000)}), "the limit is")
    yield data("lzma.zip", lambda: packed({"a.md": "word " * 1000}, 14), "")
    yield data("bzip2.docx", partial(b.replaced, ".docx", "word/document.xml", bytes(MB), 12), "")
    yield data("link.zip", b.linked, "is a link")
    paths = ("../out.md", "/tmp/out.md", "a/../../out.md", "C:\\out.md", "..\\out.md", "a\x00b.md", "x" * 5000 + ".md")
    for number, path in enumerate(paths):
        yield data(f"path{number}.zip", partial(b.escaping, path))
    yield data("front.zip", lambda: b"MZ\x90\x00" + bytes(500) + sample(".zip"), "")
    yield data("entries.zip", lambda: b"PK\x03\x04" + b"PK\x01\x02" * MB + b"PK\x05\x06" + bytes(18), "")


def xml() -> Iterator[Case]:
    for suffix in (".docx", ".xlsx", ".pptx", ".odt", ".ods", ".epub", ".xml", ".html"):
        yield data(f"laughs{suffix}", partial(b.xml_in, suffix, f"{b.ENTITIES}<r>&k;</r>"))
        yield data(f"external{suffix}", partial(b.xml_in, suffix, f"{b.EXTERNAL}<r>&k;</r>"))
        yield data(f"deep{suffix}", partial(b.xml_deep, suffix, 200_000))
    include = '<r xmlns:x="http://www.w3.org/2001/XInclude"><x:include parse="text" href="{}"/></r>'
    yield data("include.xml", lambda: include.format(b.CANARY_PATH).encode())
    yield data("attribute.xml", lambda: b.text("x", 8 * MB, before='<r a="', after='">text</r>'))
    yield data("attributes.xml", lambda: ("<r " + " ".join(f'a{n}="1"' for n in range(200_000)) + ">t</r>").encode())
    yield data("elements.xml", lambda: b.text("<a/>", 2_000_000, before="<r>", after="</r>"))
    yield data("deep-tables.docx", lambda: b.word_body("<w:tbl><w:tr><w:tc>" * 300 + "</w:tc></w:tr></w:tbl>" * 300))
    yield data("runs.docx", lambda: b.word_body(f"<w:p>{'<w:r><w:t>x</w:t></w:r>' * 300_000}</w:p>"))
    spans = '<w:tc><w:tcPr><w:gridSpan w:val="1000000000"/></w:tcPr><w:p><w:r><w:t>x</w:t></w:r></w:p></w:tc>'
    yield data("spans.docx", lambda: b.word_body(f"<w:tbl>{f'<w:tr>{spans * 3}</w:tr>' * 50}</w:tbl>"))
    yield data("wide.xlsx", b.wide_sheet)
    yield data("repeated.ods", b.repeated_cells)
    yield data("nothing.odt", partial(b.without_content, "text"), "")


def pdfs() -> Iterator[Case]:
    yield data("locked.pdf", b.locked_pdf, "password")
    yield replace(data("grows.pdf", b.growing_pdf, ""), bound=True)
    yield replace(data("form-loop.pdf", b.looping_form, ""), bound=True)
    yield data("table-loop.pdf", lambda: b.looping_table(sample(".pdf")))
    tree = ["<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 1000000 >>"]
    yield data("tree-loop.pdf", partial(pdf_of, tree), "")
    tree = [
        tree[0],
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Pages /Kids [2 0 R] /Parent 2 0 R /Count 1 >>",
    ]
    yield data("parents-loop.pdf", partial(pdf_of, tree), "")
    tree = [tree[0], "<< /Type /Pages /Kids [3 0 R] /Count 2147483647 >>", b.PAGE.format(box="[0 0 9 9]", resources="")]
    yield data("count.pdf", partial(pdf_of, tree))
    yield data("pages.pdf", partial(b.many_pages, 100_000), "")
    for name, box in (("huge", "[0 0 1e30 1e30]"), ("odd", "[9 9 0 0]"), ("no", "[]"), ("nan", "[0 0 nan inf]")):
        yield data(f"{name}-box.pdf", partial(b.page_pdf, "BT /F 9 Tf 1 1 Td (x) Tj ET", box))
    yield data("deep.pdf", lambda: b.page_pdf("[" * 100_000 + "]" * 100_000), "")
    yield data("states.pdf", lambda: b.page_pdf("q " * 500_000), "")
    yield data("rules.pdf", lambda: b.page_pdf("0 0 m 9 9 l S " * 200_000 + "0 0 500 500 re S"), "")
    marks = [
        Text(chance.uniform(0, 500), chance.uniform(0, 800), "x1")
        for chance in [random.Random(1)]
        for _ in range(20_000)
    ]
    yield data("scattered.pdf", lambda: pdf([marks]))
    yield data("steering.pdf", lambda: b.text_pdf("Text \x1b[31m \x07 \x08 with steering"))
    yield data("header.pdf", lambda: b"%PDF-1.7\n", "")


def mails() -> Iterator[Case]:
    head = "From: a@example.org\r\nSubject: x\r\n"
    yield data("depths.eml", partial(b.endless_parts, 3000))
    yield data("parts.eml", partial(b.many_parts, 20_000))
    yield data("letters.eml", partial(b.letters_in_letters, 500))
    yield data("heads.eml", lambda: b.text("X-Head: x\r\n", 200_000, before=head, after="\r\nText.\r\n"))
    yield data(
        "long-head.eml", lambda: b.text(" =?utf-8?q?x?=\r\n", 50_000, before=head + "To:", after="\r\nText.\r\n")
    )
    yield data("dots.eml", lambda: b.text("a.", 100_000, before="From: ", after="\r\nSubject: x\r\n\r\nText.\r\n"))
    yield data("quotes.eml", lambda: b.text(">", 500_000, before=head + "\r\n"))
    yield data("replies.eml", lambda: b.text("On a wrote:\r\n> ", 50_000, before=head + "\r\n"))
    kind = head + "Content-Type: text/plain; charset={}\r\n\r\nText \u00e4.\r\n"
    for charset in ("rot13", "no-such", "utf-7", "idna", "x" * 5000, "zlib_codec"):
        yield data(f"charset-{charset[:9]}.eml", partial(b.text, kind.format(charset), 1))
    yield data("boundary.eml", lambda: (head + "Content-Type: multipart/mixed\r\n\r\nText.\r\n").encode())
    yield data("attached-bomb.eml", lambda: b.attached("a.zip", b.nested(2, 4)), "")
    yield data("attached-path.eml", lambda: b.attached("../../out.md", b"# Out\n\nText.\n"))
    yield data("box.mbox", lambda: b"From a b\r\n" * 200_000, "")
    yield data("box-parts.mbox", lambda: b"From a b\r\n" + b.endless_parts(500) * 50, "deep, the limit")


def places() -> Iterator[Case]:
    """What lies in a folder and is no file, and names that are no names."""
    for name in (
        "line\nbreak",
        "bell\x07\x1b[31m",
        "turned\u202egnp",
        os.fsdecode(b"caf\xe9"),
        "'; DROP TABLE files",
        "-rf",
    ):
        yield data(f"{name}.md", lambda: b"# Named\n\nText.\n")
    yield data("n" * 250 + ".md", lambda: b"# Named\n\nText.\n")
    yield Case("pipe.md", os.mkfifo, "not a file")
    yield Case("socket.md", bind, "")
    yield Case("zero.md", lambda path: path.symlink_to("/dev/zero"), silent=True)
    yield Case("out.md", lambda path: path.symlink_to(b.CANARY_PATH), silent=True)
    yield Case("loop.md", lambda path: path.symlink_to(path.name), "")
    yield Case("gone.md", lambda path: path.symlink_to("nothing.md"), "")
    yield Case("sparse.txt", partial(sparse, size=2**40), "the limit is 64 MB")
    yield Case("hollow.txt", partial(sparse, size=20 * MB), "")
    yield Case("deep-folders.d", partial(dig, depth=60), silent=True)


def bind(path: Path) -> None:
    """By a short name, for that of a socket must be."""
    before = Path.cwd()
    os.chdir(path.parent)
    with socket.socket(socket.AF_UNIX) as ear:
        ear.bind(path.name)
    os.chdir(before)


def sparse(path: Path, size: int) -> None:
    with path.open("wb") as file:
        file.truncate(size)


def dig(path: Path, depth: int) -> None:
    for _ in range(depth):
        path.mkdir()
        path /= "d"


# Text


def texts() -> Iterator[Case]:
    for suffix, name, make in runs():
        yield data(f"{name}{suffix}", make)
    yield data("line.txt", lambda: b"word " * (20 * MB), "", huge=True)
    yield data("long-letters.txt", lambda: b"x" * (60 * MB), huge=True)
    yield data("letters.txt", lambda: b"x" * (8 * MB))


def tables() -> Iterator[Case]:
    yield data("columns.csv", partial(b.wide_table, 1_000_000, 2))
    yield data("columns-rows.csv", partial(b.wide_table, 20_000, 50))
    yield data("rows.csv", lambda: b",\n" * MB, "")
    yield data("quote.csv", lambda: b'a,b\n1,"' + b"x\n" * (3 * MB), "")
    yield data("quotes.csv", lambda: b'"' * (4 * MB))
    yield data("blank.tsv", lambda: b"\t" * (4 * MB), "")
    yield data("depth.json", partial(b.deep_json, "[", "]", 500_000), "")
    yield data("depths.json", partial(b.deep_json, '{"a":', "}", 300_000), "")
    yield data("number.json", lambda: b'[{"text": "x", "n": ' + b"9" * MB + b"}]")
    yield data("endless.json", lambda: b'[{"text": "x", "n": 1e999999}]')
    yield data("names.json", b.long_names)
    yield data("bad-lines.jsonl", partial(b.records_of, 200_000, "{torn"), "line 1")
    yield data("same-ids.jsonl", partial(b.records_of, 20_000, '{"id": "same", "text": "Text."}'), "taken")
    yield data("depths.jsonl", partial(b.records_of, 20, "[" * 100_000), "line 1")
    yield data("halves.jsonl", lambda: b'{"id": "\\ud800", "text": "\\udfff text", "\\ud83d": "\\ud83d"}\n')
    yield data("arrays.toml", partial(b.deep_json, "a = [", "]", 100_000))
    yield data("anchors.yaml", lambda: "\n".join(f"a{n}: &a{n} [{f'*a{n - 1}, ' * 9}]" for n in range(1, 30)).encode())
