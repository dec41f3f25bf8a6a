"""Build the sample company's PDFs and Word files from their Markdown sources.

    pip install reportlab python-docx
    python docs/sample/build.py

Every source under `sources/` names its format in its front matter and becomes
`ui/sample/documents/<same path>.<format>`. The same sources give the same bytes: dates come from
the front matter, never from the clock.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from xml.sax.saxutils import escape

from docx import Document as WordDocument
from docx.document import Document as Word
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.table import CT_Row
from docx.shared import Cm, Pt
from docx.text.paragraph import Paragraph as WordParagraph
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import cm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    Flowable,
    Frame,
    ListFlowable,
    ListItem,
    PageTemplate,
    Paragraph,
    Table,
    TableStyle,
)

HERE = Path(__file__).resolve().parent
SOURCES = HERE / "sources"
DOCUMENTS = HERE.parents[1] / "ui" / "sample" / "documents"

COMPANY = "Pellbrook Coffee Machines"
ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)

# --------------------------------------------------------------------------- the source's blocks


@dataclass(frozen=True)
class Heading:
    level: int
    text: str


@dataclass(frozen=True)
class Prose:
    text: str


@dataclass(frozen=True)
class Items:
    ordered: bool
    items: tuple[str, ...]


@dataclass(frozen=True)
class Grid:
    rows: tuple[tuple[str, ...], ...]  # the first row is the header


Block = Heading | Prose | Items | Grid


@dataclass(frozen=True)
class Source:
    meta: dict[str, str]
    blocks: tuple[Block, ...]

    @property
    def date(self) -> datetime:
        return datetime.fromisoformat(self.meta["date"])

    @property
    def footer(self) -> str:
        return f"{COMPANY} | {self.meta['title']} | version {self.meta['version']}"


def read_source(path: Path) -> Source:
    _, head, body = path.read_text(encoding="utf-8").split("---\n", 2)
    meta = dict(line.split(": ", 1) for line in head.strip().splitlines())
    return Source(meta, tuple(blocks(body)))


def blocks(body: str) -> Iterator[Block]:
    for chunk in re.split(r"\n\s*\n", body.strip()):
        yield block(chunk.splitlines())


def block(lines: list[str]) -> Block:
    first = lines[0]
    if mark := re.match(r"(#+) (.*)", first):
        return Heading(len(mark[1]), mark[2])
    if first.startswith("|"):
        return Grid(tuple(cells(line) for line in lines if not re.fullmatch(r"[|\-\s]+", line)))
    if re.match(r"- |\d+\. ", first):
        return Items(
            ordered=not first.startswith("- "),
            items=tuple(re.sub(r"^(- |\d+\. )", "", line) for line in lines),
        )
    return Prose(" ".join(lines))


def cells(line: str) -> tuple[str, ...]:
    return tuple(cell.strip() for cell in line.strip().strip("|").split("|"))


# ------------------------------------------------------------------------------------------- PDF

BODY = ParagraphStyle("Body", fontName="Helvetica", fontSize=10, leading=14, spaceAfter=6)
CELL = ParagraphStyle("Cell", parent=BODY, fontSize=9, leading=11.5, spaceAfter=0)
CELL_HEAD = ParagraphStyle("CellHead", parent=CELL, fontName="Helvetica-Bold")
HEADINGS = {
    level: ParagraphStyle(
        f"Heading{level}",
        fontName="Helvetica-Bold",
        fontSize=size,
        leading=size * 1.2,
        spaceBefore=before,
        spaceAfter=5,
        keepWithNext=1,
    )
    for level, size, before in ((1, 21, 0), (2, 15, 13), (3, 12, 8))
}


class Whole(Paragraph):
    """A paragraph that never runs over a page break, where the footer would interrupt a sentence."""

    def split(self, width: float, height: float) -> list[Flowable]:
        return []


class Booklet(BaseDocTemplate):
    """A page with a footer, and an outline entry for every heading."""

    def __init__(self, file: io.BytesIO, source: Source) -> None:
        super().__init__(
            file,
            pagesize=A4,
            invariant=1,
            leftMargin=2.3 * cm,
            rightMargin=2.3 * cm,
            topMargin=2.2 * cm,
            bottomMargin=2.4 * cm,
            title=source.meta["title"],
            subject=source.meta["subject"],
            author=COMPANY,
            lang="en-GB",
        )
        self.source = source
        self.headings = 0
        edges = {"leftPadding": 0, "rightPadding": 0, "topPadding": 0, "bottomPadding": 0}
        frame = Frame(self.leftMargin, self.bottomMargin, self.width, self.height, **edges)
        self.addPageTemplates(PageTemplate(frames=[frame], onPageEnd=self.draw_footer))

    def draw_footer(self, canvas: Canvas, _: BaseDocTemplate) -> None:
        canvas.setFont("Helvetica", 8)
        canvas.drawString(self.leftMargin, 1.3 * cm, self.source.footer)
        canvas.drawRightString(A4[0] - self.rightMargin, 1.3 * cm, f"Page {canvas.getPageNumber()}")

    def afterFlowable(self, flowable: Flowable) -> None:
        level = getattr(flowable, "outline_level", None)
        if level is None:
            return
        self.headings += 1
        key = f"heading-{self.headings}"
        self.canv.bookmarkPage(key)
        self.canv.addOutlineEntry(flowable.getPlainText(), key, level)


def pdf_bytes(source: Source) -> bytes:
    file = io.BytesIO()
    booklet = Booklet(file, source)
    booklet.build([flowable(block, booklet.width) for block in source.blocks])
    return file.getvalue()


def flowable(block: Block, width: float) -> Flowable:
    match block:
        case Heading(level, text):
            heading = Paragraph(escape(text), HEADINGS[level])
            heading.outline_level = level - 1
            return heading
        case Prose(text):
            return Whole(escape(text), BODY)
        case Items(ordered, items):
            return pdf_list(ordered, items)
        case Grid(rows):
            return pdf_table(rows, width)


def pdf_list(ordered: bool, items: tuple[str, ...]) -> Flowable:
    entries = [ListItem(Whole(escape(item), BODY), spaceAfter=2) for item in items]
    kind = {"bulletType": "1", "bulletFormat": "%s."} if ordered else {"bulletType": "bullet", "start": "•"}
    return ListFlowable(entries, leftIndent=18, bulletFontName="Helvetica", bulletFontSize=10, **kind)


def pdf_table(rows: tuple[tuple[str, ...], ...], width: float) -> Flowable:
    header, *body = rows
    data = [[Paragraph(escape(cell), CELL_HEAD) for cell in header]]
    data += [[Paragraph(escape(cell), CELL) for cell in row] for row in body]
    table = Table(data, colWidths=column_widths(rows, width), repeatRows=1, hAlign="LEFT")
    table.setStyle(
        TableStyle(
            [
                ("GRID", (0, 0), (-1, -1), 0.5, colors.HexColor("#999999")),
                ("BACKGROUND", (0, 0), (-1, 0), colors.HexColor("#eeeeee")),
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ]
        )
    )
    table.spaceBefore, table.spaceAfter = 4, 10
    return table


def column_widths(rows: tuple[tuple[str, ...], ...], width: float) -> list[float]:
    """Share the width by the longest cell of each column, within bounds that keep all readable."""
    longest = (max(len(cell) for cell in column) for column in zip(*rows, strict=True))
    shares = [min(max(length, 7), 60) + 4 for length in longest]
    return [width * share / sum(shares) for share in shares]


# ------------------------------------------------------------------------------------------ DOCX


def docx_bytes(source: Source) -> bytes:
    word = WordDocument()
    set_properties(word, source)
    set_page(word, source)
    for block in source.blocks:
        add_block(word, block)
    file = io.BytesIO()
    word.save(file)
    return repacked(file.getvalue())


def set_properties(word: Word, source: Source) -> None:
    properties = word.core_properties
    properties.title = source.meta["title"]
    properties.subject = source.meta["subject"]
    properties.author = properties.last_modified_by = COMPANY
    properties.created = properties.modified = source.date
    properties.version = source.meta["version"]
    properties.comments, properties.language = "", "en-GB"


def set_page(word: Word, source: Source) -> None:
    section = word.sections[0]
    section.page_width, section.page_height = Cm(21.0), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.4)
    word.styles["Normal"].font.size = Pt(10.5)
    footer = section.footer.paragraphs[0]
    footer.text = f"{source.footer} | Page "
    add_field(footer, "PAGE")


def add_field(paragraph: WordParagraph, instruction: str) -> None:
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), instruction)
    paragraph._p.append(field)


def add_block(word: Word, block: Block) -> None:
    match block:
        case Heading(level, text):
            word.add_heading(text, level)
        case Prose(text):
            word.add_paragraph(text)
        case Items(ordered, items):
            add_list(word, ordered, items)
        case Grid(rows):
            add_table(word, rows)


def add_list(word: Word, ordered: bool, items: tuple[str, ...]) -> None:
    style = "List Number" if ordered else "List Bullet"
    paragraphs = [word.add_paragraph(item, style) for item in items]
    if ordered:
        restart_numbering(word, paragraphs)


def restart_numbering(word: Word, paragraphs: list[WordParagraph]) -> None:
    """Each numbered list begins at 1: Word would otherwise count on through the document."""
    numbering = word.part.numbering_part.element
    style_number = word.styles["List Number"].element.pPr.numPr.numId.val
    abstract = numbering.num_having_numId(style_number).abstractNumId.val
    number = numbering.add_num(abstract)
    number.add_lvlOverride(ilvl=0).add_startOverride(1)
    for paragraph in paragraphs:
        properties = paragraph._p.get_or_add_pPr().get_or_add_numPr()
        properties.get_or_add_ilvl().val = 0
        properties.get_or_add_numId().val = number.numId


def add_table(word: Word, rows: tuple[tuple[str, ...], ...]) -> None:
    table = word.add_table(rows=len(rows), cols=len(rows[0]), style="Table Grid")
    for row, texts in zip(table.rows, rows, strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    for cell in table.rows[0].cells:
        cell.paragraphs[0].runs[0].bold = True
    mark_header(table.rows[0]._tr)
    word.add_paragraph()


def mark_header(row: CT_Row) -> None:
    row.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


def repacked(data: bytes) -> bytes:
    """The same archive with fixed times, because python-docx stamps its members with the clock."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(file, "w") as new:
        for name in old.namelist():
            member = zipfile.ZipInfo(name, ZIP_EPOCH)
            member.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(member, old.read(name))
    return file.getvalue()


# ------------------------------------------------------------------------------------- the whole

WRITERS: dict[str, Callable[[Source], bytes]] = {"pdf": pdf_bytes, "docx": docx_bytes}


def build(sources: Path = SOURCES, documents: Path = DOCUMENTS) -> list[Path]:
    return [write(path, sources, documents) for path in sorted(sources.rglob("*.md"))]


def write(path: Path, sources: Path, documents: Path) -> Path:
    source = read_source(path)
    kind = source.meta["format"]
    target = (documents / path.relative_to(sources)).with_suffix(f".{kind}")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(WRITERS[kind](source))
    return target


if __name__ == "__main__":
    for target in build():
        print(f"{target.stat().st_size:>8,}  {target.relative_to(DOCUMENTS)}")
