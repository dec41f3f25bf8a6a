"""One small document in every format: a title, two headings, a sentence, a list, a table, a note with a date."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Callable, Mapping, Sequence
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from docx import Document as new_word
from openpyxl import Workbook
from openpyxl.styles import Font
from pptx import Presentation
from pptx.util import Inches

from tests.retrieval.pages import Mark, Text, grid, paragraph, pdf

TITLE, FIRST, SECOND = "Warranty", "Duration", "Prices"
SENTENCE = "The warranty lasts 24 months from delivery, in Zürich too."
RAW = SENTENCE.replace("ü", "u\u0308").replace("months", "mon\u200bths")  # as other programs may write it
ITEMS = ("Boiler", "Pump")
TABLE = (("Part", "Price"), ("Boiler", "120 EUR"), ("Pump", "40 EUR"))
ROWS = ["Part: Boiler; Price: 120 EUR", "Part: Pump; Price: 40 EUR"]
NOTE = "Prices valid from 1 March 2026."
OASIS = "urn:oasis:names:tc:opendocument:xmlns:"

MARKDOWN = f"""# {TITLE}

## {FIRST}

{RAW}

- Boiler
- Pump

## {SECOND}

| Part | Price |
|---|---|
| Boiler | 120 EUR |
| Pump | 40 EUR |

{NOTE}
"""
HTML = f"""<html><head><title>{TITLE}</title></head><body><h1>{TITLE}</h1><h2>{FIRST}</h2><p>{RAW}</p>
<ul><li>Boiler</li><li>Pump</li></ul><h2>{SECOND}</h2><table><tr><th>Part</th><th>Price</th></tr>
<tr><td>Boiler</td><td>120 EUR</td></tr><tr><td>Pump</td><td>40 EUR</td></tr></table><p>{NOTE}</p></body></html>"""
TEXT = f"""{TITLE}
========

{FIRST}
--------

{RAW}

* Boiler
* Pump

{SECOND}
------

{NOTE}
"""
RST = f"""{TITLE}
========

{FIRST}
--------

{RAW}

* Boiler
* Pump

{SECOND}
--------

====== =======
Part   Price
====== =======
Boiler 120 EUR
Pump   40 EUR
====== =======

{NOTE}
"""
RTF = (
    r"{\rtf1\ansi\ansicpg1252{\fonttbl{\f0 Arial;}}{\stylesheet{\s1 heading 1;}{\s2 heading 2;}}"
    rf"\pard\s1 {TITLE}\par\pard\s2 {FIRST}\par"
    rf"\pard {SENTENCE.replace('ü', chr(92) + chr(39) + 'fc')}\par"
    r"{\listtext\bullet\tab}Boiler\par{\listtext\bullet\tab}Pump\par"
    rf"\pard\s2 {SECOND}\par"
    + "".join(rf"\trowd\pard\intbl {left}\cell {right}\cell\row" for left, right in TABLE)
    + rf"\pard {NOTE}\par}}"
)
OBJECT = {
    "title": TITLE,
    FIRST: {"rule": RAW, "parts": list(ITEMS)},
    SECOND: {"note": NOTE, "list": [dict(zip(TABLE[0], row, strict=True)) for row in TABLE[1:]]},
}
XML = f"""<?xml version="1.0" encoding="UTF-8"?>
<guide><title>{TITLE}</title><{FIRST}><rule>{RAW}</rule><part>Boiler</part><part>Pump</part></{FIRST}>
<{SECOND}><note>{NOTE}</note><entry><Part>Boiler</Part><Price>120 EUR</Price></entry>
<entry><Part>Pump</Part><Price>40 EUR</Price></entry></{SECOND}></guide>"""
YAML = f"""title: {TITLE}

{FIRST}:
  rule: {RAW}
  parts: [Boiler, Pump]

{SECOND}:
  # {NOTE}
  Boiler: 120 EUR
  Pump: 40 EUR
"""
PYTHON = f'''"""{TITLE}"""


def {FIRST}():
    """{RAW}"""
    return ["Boiler", "Pump"]


class {SECOND}:
    """{NOTE}"""

    Boiler = "120 EUR"
    Pump = "40 EUR"
'''


def docx() -> bytes:
    word = new_word()
    word.add_heading(TITLE, 1)
    word.add_heading(FIRST, 2)
    word.add_paragraph(RAW)
    for item in ITEMS:
        word.add_paragraph(item, "List Bullet")
    word.add_heading(SECOND, 2)
    fill(word.add_table(rows=3, cols=2))
    word.add_paragraph(NOTE)
    return saved(word)


def fill(table: Any) -> None:
    for row, texts in zip(table.rows, TABLE, strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text


def saved(file: Any) -> bytes:
    buffer = io.BytesIO()
    file.save(buffer)
    return buffer.getvalue()


def pptx() -> bytes:
    deck = Presentation()
    deck.slides.add_slide(deck.slide_layouts[0]).shapes.title.text = TITLE
    first = deck.slides.add_slide(deck.slide_layouts[1])
    first.shapes.title.text = FIRST
    first.shapes.add_textbox(0, 0, Inches(3), Inches(1)).text_frame.text = RAW
    first.placeholders[1].text_frame.text = "\n".join(ITEMS)
    second = deck.slides.add_slide(deck.slide_layouts[5])
    second.shapes.title.text = SECOND
    fill(second.shapes.add_table(3, 2, 0, 0, Inches(4), Inches(2)).table)
    second.notes_slide.notes_text_frame.text = NOTE
    return saved(deck)


def xlsx() -> bytes:
    book = Workbook()
    book.properties.title = TITLE
    first = book.active
    first.title = FIRST
    for text in (RAW, *ITEMS):
        first.append([text])
    second = book.create_sheet(SECOND)
    for row in TABLE:
        second.append(row)
    for cell in second[1]:
        cell.font = Font(bold=True)
    second.append([])
    second.append([NOTE])
    return saved(book)


def odf(kind: str, body: str, styles: str = "", meta: str = "") -> bytes:
    """A file of which only the body, the styles and the meta data are written by a test."""
    names = ("office", "text", "table", "style", "presentation", "meta")
    spaces = " ".join(f'xmlns:{name}="{OASIS}{name}:1.0"' for name in names)
    spaces += f' xmlns:draw="{OASIS}drawing:1.0" xmlns:fo="{OASIS}xsl-fo-compatible:1.0" xmlns:dc="http://purl.org/dc/elements/1.1/"'
    content = (
        f"<office:document-content {spaces}><office:automatic-styles>{styles}</office:automatic-styles>"
        f"<office:body><office:{kind}>{body}</office:{kind}></office:body></office:document-content>"
    )
    facts = f"<office:document-meta {spaces}><office:meta>{meta}</office:meta></office:document-meta>"
    mimetype = f"application/vnd.oasis.opendocument.{kind}"
    return packed({"mimetype": mimetype, "content.xml": content, "meta.xml": facts})


def packed(parts: Mapping[str, str | bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def odf_table(rows: Sequence[Sequence[str]] = TABLE) -> str:
    cells = ("".join(f"<table:table-cell><text:p>{text}</text:p></table:table-cell>" for text in row) for row in rows)
    return "".join(f"<table:table-row>{row}</table:table-row>" for row in cells)


def odf_list() -> str:
    items = "".join(f"<text:list-item><text:p>{item}</text:p></text:list-item>" for item in ITEMS)
    return f"<text:list>{items}</text:list>"


def odt() -> bytes:
    def heading(text: str, level: int) -> str:
        return f'<text:h text:outline-level="{level}">{text}</text:h>'

    table = f"<table:table>{odf_table()}</table:table>"
    return odf(
        "text",
        f"{heading(TITLE, 1)}{heading(FIRST, 2)}<text:p>{RAW}</text:p>{odf_list()}"
        f"{heading(SECOND, 2)}{table}<text:p>{NOTE}</text:p>",
    )


def odf_box(inside: str) -> str:
    return f"<draw:text-box>{inside}</draw:text-box>"


def odp() -> bytes:
    def slide(title: str, body: str = "") -> str:
        heading = f'<draw:frame presentation:class="title">{odf_box(f"<text:p>{title}</text:p>")}</draw:frame>'
        return f"<draw:page>{heading}{body}</draw:page>"

    first = f"<draw:frame>{odf_box(f'<text:p>{RAW}</text:p>{odf_list()}')}</draw:frame>"
    notes = f"<presentation:notes><draw:frame>{odf_box(f'<text:p>{NOTE}</text:p>')}</draw:frame></presentation:notes>"
    second = f"<draw:frame><table:table>{odf_table()}</table:table></draw:frame>{notes}"
    return odf("presentation", slide(TITLE) + slide(FIRST, first) + slide(SECOND, second))


def ods() -> bytes:
    empty = '<table:table-row table:number-rows-repeated="3"><table:table-cell/></table:table-row>'
    first = odf_table([[RAW], *([item] for item in ITEMS)])
    second = odf_table() + empty + odf_table([[NOTE]])
    sheets = "".join(
        f'<table:table table:name="{name}">{rows}</table:table>' for name, rows in ((FIRST, first), (SECOND, second))
    )
    return odf("spreadsheet", sheets, meta=f"<dc:title>{TITLE}</dc:title>")


def epub() -> bytes:
    parts = HTML.partition(f"<h2>{SECOND}")
    container = (
        '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
        '<rootfile full-path="OEBPS/content.opf"/></rootfiles></container>'
    )
    contents = f"""<package xmlns="http://www.idpf.org/2007/opf" xmlns:dc="http://purl.org/dc/elements/1.1/">
        <metadata><dc:title>{TITLE}</dc:title><dc:language>en</dc:language></metadata><manifest>
        <item id="b" href="text/two.xhtml" media-type="application/xhtml+xml"/>
        <item id="a" href="text/one.xhtml" media-type="application/xhtml+xml"/>
        </manifest><spine><itemref idref="a"/><itemref idref="b"/></spine></package>"""
    return packed(
        {
            "mimetype": "application/epub+zip",
            "META-INF/container.xml": container,
            "OEBPS/content.opf": contents,
            "OEBPS/text/one.xhtml": f"{parts[0]}</body></html>",
            "OEBPS/text/two.xhtml": f"<html><body>{parts[1]}{parts[2]}",
        }
    )


def message(**headers: str) -> EmailMessage:
    mail = EmailMessage()
    said = {"From": "Anna <anna@heron.example>", "Subject": TITLE, "Date": "Sun, 01 Mar 2026 10:00:00 +0100", **headers}
    for name, value in said.items():
        mail[name.replace("_", "-")] = value
    return mail


def eml() -> bytes:
    mail = message()
    mail.set_content("See the formatted text.")
    mail.set_content(HTML, subtype="html")
    return mail.as_bytes()


def mbox() -> bytes:
    return b"From anna@heron.example Sun Mar  1 10:00:00 2026\n" + eml() + b"\n"


def printed() -> bytes:
    marks: list[Mark] = [Text(70, 780, TITLE, 20), Text(70, 740, FIRST, 14), *paragraph(710, SENTENCE)]
    marks += [Text(72, 680, "•"), Text(90, 680, "Boiler"), Text(72, 664, "•"), Text(90, 664, "Pump")]
    marks += [Text(70, 630, SECOND, 14), *grid((70, 200, 330), (610, 590, 570, 550))]
    for y, row in zip((596, 576, 556), TABLE, strict=True):
        marks += [Text(75, y, row[0]), Text(205, y, row[1])]
    return pdf([[*marks, *paragraph(520, NOTE)]])


def delimited(delimiter: str) -> Callable[[], bytes]:
    def write() -> bytes:
        buffer = io.StringIO()
        csv.writer(buffer, delimiter=delimiter).writerows(TABLE)
        return buffer.getvalue().encode()

    return write


def text_of(content: str) -> Callable[[], bytes]:
    return content.encode


def record() -> bytes:
    return (json.dumps({"id": "w-1", "title": TITLE, "text": f"{RAW}\n\n- Boiler\n- Pump\n\n{NOTE}"}) + "\n").encode()


MADE: dict[str, Callable[[], bytes]] = {
    ".md": text_of(MARKDOWN),
    ".html": text_of(HTML),
    ".txt": text_of(TEXT),
    ".rst": text_of(RST),
    ".rtf": text_of(RTF),
    ".pdf": printed,
    ".docx": docx,
    ".pptx": pptx,
    ".xlsx": xlsx,
    ".odt": odt,
    ".odp": odp,
    ".ods": ods,
    ".epub": epub,
    ".eml": eml,
    ".mbox": mbox,
    ".zip": lambda: packed({f"{TITLE.lower()}.md": MARKDOWN}),
    ".csv": delimited(","),
    ".tsv": delimited("\t"),
    ".json": text_of(json.dumps(OBJECT)),
    ".jsonl": record,
    ".xml": text_of(XML),
    ".yaml": text_of(YAML),
    ".py": text_of(PYTHON),
}


def write(folder: Path, suffix: str) -> Path:
    path = folder / f"{TITLE.lower()}{suffix}"
    path.write_bytes(MADE[suffix]())
    return path
