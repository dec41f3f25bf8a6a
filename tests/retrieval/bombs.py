"""Files made to hurt their reader: small ones that grow, deep and endless ones, ones that reach for other files."""

from __future__ import annotations

import base64
import io
import json
import struct
import zipfile
import zlib
from collections.abc import Mapping
from functools import lru_cache

from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from tests.retrieval.formats import MADE, SENTENCE, odf
from tests.retrieval.pages import Text, pdf, pdf_of

CANARY = "canary-7f3a-sings"
CANARY_PATH = "/tmp/groundsmith-canary.txt"
MB = 2**20

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
ENTITIES = (
    '<!DOCTYPE r [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(10))
    + "]>"
)
EXTERNAL = f'<!DOCTYPE r [<!ENTITY k SYSTEM "file://{CANARY_PATH}"><!ENTITY % p SYSTEM "file://{CANARY_PATH}"> %p;]>'


@lru_cache
def sample(suffix: str) -> bytes:
    return MADE[suffix]()


# Archives


def packed(parts: Mapping[str, str | bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, data in parts.items():
            archive.writestr(zipfile.ZipInfo(name, (2026, 1, 2, 3, 4, 6)), data, method)
    return buffer.getvalue()


def replaced(suffix: str, part: str, data: bytes, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """The sample of a format, with one of its parts another."""
    with zipfile.ZipFile(io.BytesIO(sample(suffix))) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    return packed(parts | {part: data}, method)


def locked(data: bytes) -> bytes:
    """Every entry says that it is encrypted."""
    for mark, place in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        at = data.find(mark)
        while at >= 0:
            (flags,) = struct.unpack_from("<H", data, at + place)
            data = data[: at + place] + struct.pack("<H", flags | 1) + data[at + place + 2 :]
            at = data.find(mark, at + 4)
    return data


def lying(data: bytes, size: int) -> bytes:
    """Every entry of the directory says that it unpacks to this size."""
    at = data.find(b"PK\x01\x02")
    while at >= 0:
        data = data[: at + 24] + struct.pack("<I", size) + data[at + 28 :]
        at = data.find(b"PK\x01\x02", at + 4)
    return data


def overlapping(many: int) -> bytes:
    """Many entries of the directory that all unpack the same bytes."""
    body = b"# Boom\n\n" + b"word " * (MB // 5)
    stream = zlib.compressobj(9, zlib.DEFLATED, -15)
    data = stream.compress(body) + stream.flush()
    head = struct.pack("<HHHHHIIIH", 20, 0, 8, 0, 33, zlib.crc32(body), len(data), len(body), 4)
    local = b"PK\x03\x04" + head + struct.pack("<H", 0) + b"0.md" + data
    entries = b"".join(
        b"PK\x01\x02"
        + struct.pack("<H", 20)
        + struct.pack("<HHHHHIII", 20, 0, 8, 0, 33, zlib.crc32(body), len(data), len(body))
        + struct.pack("<HHHHHII", len(name), 0, 0, 0, 0, 0, 0)
        + name
        for name in (f"{number}.md".encode() for number in range(many))
    )
    end = struct.pack("<HHHHIIH", 0, 0, many, many, len(entries), len(local), 0)
    return local + entries + b"PK\x05\x06" + end


def nested(depth: int, wide: int) -> bytes:
    data = packed({"a.txt": b"word " * (MB // 5)})
    for _ in range(depth):
        data = packed({f"{number}.zip": data for number in range(wide)})
    return data


def quine_like() -> bytes:
    """An archive that holds itself, as far as its size allows: its first half."""
    data = packed({"a.md": SENTENCE})
    return packed({"a.zip": data[: len(data) // 2], "b.zip": data})


def escaping(name: str) -> bytes:
    return packed({name: "# Out\n\nThis was to be written elsewhere.\n", "good.md": SENTENCE})


def linked() -> bytes:
    """A member that is a link to the canary."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        link = zipfile.ZipInfo("link.txt")
        link.create_system, link.external_attr = 3, 0o120777 << 16
        archive.writestr(link, CANARY_PATH)
    return buffer.getvalue()


# XML, in the formats that are made of it

INSIDE = {".docx": "word/document.xml", ".xlsx": "xl/worksheets/sheet1.xml", ".pptx": "ppt/slides/slide1.xml"}
INSIDE |= {".odt": "content.xml", ".ods": "content.xml", ".epub": "OEBPS/text/one.xhtml"}


def xml_in(suffix: str, text: str) -> bytes:
    return text.encode() if suffix in (".xml", ".html") else replaced(suffix, INSIDE[suffix], text.encode())


def xml_deep(suffix: str, depth: int) -> bytes:
    tag = {".docx": "w:p", ".odt": "text:p"}.get(suffix, "a")
    space = {".docx": f' xmlns:w="{W}"', ".odt": ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'}
    return xml_in(suffix, f"<r{space.get(suffix, '')}>" + f"<{tag}>" * depth + "x" + f"</{tag}>" * depth + "</r>")


def word_body(body: str) -> bytes:
    text = f'<w:document xmlns:w="{W}"><w:body>{body}</w:body></w:document>'
    return replaced(".docx", "word/document.xml", text.encode())


def wide_sheet() -> bytes:
    """A few bytes that claim 16 million cells."""
    rows = "".join(f'<row r="{n}"><c r="XFD{n}"><v>1</v></c></row>' for n in range(1, 1001))
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    merged = "".join(f'<mergeCell ref="A{n}:XFD{n + 9}"/>' for n in range(1, 1000, 10))
    text = f'<worksheet xmlns="{space}"><sheetData>{rows}</sheetData><mergeCells>{merged}</mergeCells></worksheet>'
    return replaced(".xlsx", INSIDE[".xlsx"], text.encode())


def repeated_cells() -> bytes:
    cell = '<table:table-cell table:number-columns-repeated="1000000000"><text:p>x</text:p></table:table-cell>'
    row = f'<table:table-row table:number-rows-repeated="1000000000">{cell}</table:table-row>'
    return odf("spreadsheet", f"<table:table>{row}</table:table>")


# PDF


def locked_pdf() -> bytes:
    buffer = io.BytesIO()
    canvas = Canvas(buffer, encrypt=StandardEncryption("secret", ownerPassword="other"))
    canvas.drawString(70, 700, SENTENCE)
    canvas.save()
    return buffer.getvalue()


def stream(data: str, more: str = "") -> str:
    return f"<< /Length {len(data)} {more} >>\nstream\n{data}\nendstream"


PAGE = "<< /Type /Page /Parent 2 0 R /MediaBox {box} /Contents 4 0 R /Resources << {resources} >> >>"


def page_pdf(content: str, box: str = "[0 0 595 842]", resources: str = "", *more: str) -> bytes:
    page = PAGE.format(box=box, resources=resources)
    objects = ["<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>", page, stream(content)]
    return pdf_of([*objects, *more])


def growing_pdf() -> bytes:
    """A page whose drawing unpacks to 100 MB of text operators."""
    unpacked = b"BT /F 9 Tf 1 1 Td (boom) Tj ET\n" * (100 * MB // 31)
    data = base64.b16encode(zlib.compress(unpacked, 9)).decode() + ">"
    filters = "/Filter [/ASCIIHexDecode /FlateDecode]"
    page = PAGE.format(box="[0 0 595 842]", resources="")
    objects = ["<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>", page]
    return pdf_of([*objects, stream(data, filters)])


def looping_form() -> bytes:
    form = stream(
        "/Me Do /Me Do", "/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /Me 5 0 R >> >>"
    )
    return page_pdf("/Me Do", "[0 0 595 842]", "/XObject << /Me 5 0 R >>", form)


def looping_table(data: bytes) -> bytes:
    """A cross-reference table whose predecessor is itself."""
    at = int(data.split(b"startxref\n")[1].split(b"\n")[0])
    return data.replace(b"/Root", f"/Prev {at} /Root".encode(), 1)


def many_pages(many: int) -> bytes:
    kids = "3 0 R " * many
    objects = ["<< /Type /Catalog /Pages 2 0 R >>", f"<< /Type /Pages /Kids [{kids}] /Count {many} >>"]
    return pdf_of([*objects, PAGE.format(box="[0 0 9 9]", resources=""), stream("")])


def text_pdf(text: str) -> bytes:
    return pdf([[Text(70, 780, text)]])


# Mail


def endless_parts(depth: int) -> bytes:
    head = "From: a@example.org\r\nSubject: Deep\r\n"
    opened = "".join(f'Content-Type: multipart/mixed; boundary="b{n}"\r\n\r\n--b{n}\r\n' for n in range(depth))
    return (head + opened + "Content-Type: text/plain\r\n\r\nEnd.\r\n").encode()


def many_parts(many: int) -> bytes:
    head = 'From: a@example.org\r\nSubject: Wide\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n'
    return (head + "--b\r\nContent-Type: text/plain\r\n\r\nx\r\n" * many + "--b--\r\n").encode()


def letters_in_letters(depth: int) -> bytes:
    head = "From: a@example.org\r\nSubject: In\r\nContent-Type: message/rfc822\r\n\r\n"
    return (head * depth + "From: a@example.org\r\nSubject: Last\r\n\r\nEnd.\r\n").encode()


def attached(name: str, data: bytes) -> bytes:
    lines = base64.encodebytes(data).decode()
    return (
        'From: a@example.org\r\nSubject: Files\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\n'
        "Content-Type: text/plain\r\n\r\nSee the file.\r\n--b\r\n"
        f'Content-Type: application/octet-stream\r\nContent-Disposition: attachment; filename="{name}"\r\n'
        f"Content-Transfer-Encoding: base64\r\n\r\n{lines}\r\n--b--\r\n"
    ).encode()


# Text


def text(pattern: str, times: int, *, before: str = "", after: str = "") -> bytes:
    return (before + pattern * times + after).encode("utf-8", "surrogatepass")


def deep_json(opening: str, closing: str, depth: int) -> bytes:
    return f"{opening * depth}1{closing * depth}".encode()


def wide_table(columns: int, rows: int) -> bytes:
    head = ",".join(f"c{number}" for number in range(columns))
    return "\n".join([head, *[",".join(["1"] * columns)] * rows]).encode()


def records_of(many: int, line: str) -> bytes:
    return (line + "\n").encode() * many


def long_names() -> bytes:
    return json.dumps([{"id": "x" * MB, "title": "y" * MB, "text": "z", "k" * MB: "v" * MB}]).encode()


def office_with(kind: str) -> bytes:
    """What Office writes for a document with a password: not a ZIP at all."""
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + "EncryptedPackage".encode("utf-16-le") + kind.encode()


def without_content(kind: str) -> bytes:
    return packed({"mimetype": f"application/vnd.oasis.opendocument.{kind}"})
