"""PDF files written by hand, byte by byte, so that a test knows where every word stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

FONTS = {"regular": "Helvetica", "bold": "Helvetica-Bold", "mono": "Courier"}


@dataclass(frozen=True)
class Text:
    x: float
    y: float  # up from the bottom of a page of 595 by 842 points
    text: str
    size: float = 10
    font: str = "regular"

    def drawn(self) -> str:
        safe = self.text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
        return f"BT /{self.font} {self.size} Tf {self.x} {self.y} Td ({safe}) Tj ET"


@dataclass(frozen=True)
class Stroke:
    x0: float
    y0: float
    x1: float
    y1: float

    def drawn(self) -> str:
        return f"{self.x0} {self.y0} m {self.x1} {self.y1} l S"


Mark = Text | Stroke


def paragraph(y: float, *lines: str, x: float = 70) -> list[Mark]:
    """Lines 14 points apart, the first at `y`."""
    return [Text(x, y - 14 * n, line) for n, line in enumerate(lines)]


def grid(x: Sequence[float], y: Sequence[float]) -> list[Mark]:
    """Every line of a ruled table."""
    levels = [Stroke(x[0], at, x[-1], at) for at in y]
    return [*levels, *(Stroke(at, y[0], at, y[-1]) for at in x)]


def pdf(pages: Sequence[Sequence[Mark]], info: str = "", extra: str = "", trailer: str = "") -> bytes:
    """`info` goes into the document's properties, `trailer` at the end, with `extra` as objects 3 + 2 pages on."""
    fonts = " ".join(
        f"/{name} << /Type /Font /Subtype /Type1 /BaseFont /{base} /Encoding /WinAnsiEncoding >>"
        for name, base in FONTS.items()
    )
    kids = " ".join(f"{3 + 2 * n} 0 R" for n in range(len(pages)))
    objects = ["<< /Type /Catalog /Pages 2 0 R >>", f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>"]
    for n, marks in enumerate(pages):
        stream = "\n".join(mark.drawn() for mark in marks)
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {4 + 2 * n} 0 R "
            f"/Resources << /Font << {fonts} >> >> >>"
        )
        objects.append(f"<< /Length {len(stream.encode('cp1252'))} >>\nstream\n{stream}\nendstream")
    objects.append(f"<< {info} >>")
    objects += [extra] if extra else []
    return pdf_of(objects, f"/Info {3 + 2 * len(pages)} 0 R {trailer}")


def pdf_of(objects: Sequence[str], trailer: str = "") -> bytes:
    data = b"%PDF-1.4\n"
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(len(data))
        data += f"{number} 0 obj\n{body}\nendobj\n".encode("cp1252")
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    head = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}"
    return (
        data
        + f"{head}trailer\n<< /Size {len(objects) + 1} /Root 1 0 R {trailer} >>\n".encode()
        + f"startxref\n{len(data)}\n%%EOF\n".encode()
    )
