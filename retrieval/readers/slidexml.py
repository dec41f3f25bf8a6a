"""What stands in the XML of a slide: the bullet before a paragraph, the numbers of a chart, the words of a diagram."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from retrieval.readers.source import Source
from retrieval.readers.wordxml import spelled
from retrieval.readers.xmltree import parse

A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
DIAGRAM = "{http://schemas.openxmlformats.org/drawingml/2006/diagram}"
_LINK = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_BULLETS = {f"{A}buNone": "none", f"{A}buChar": "bullet", f"{A}buBlip": "bullet", f"{A}buAutoNum": "number"}
_FORMS = {
    "alphaLc": "lowerLetter",
    "alphaUc": "upperLetter",
    "romanLc": "lowerRoman",
    "romanUc": "upperRoman",
    "arabic": "decimal",
}
_AROUND = {"Period": "{}.", "ParenR": "{})", "ParenBoth": "({})", "Plain": "{}"}
_BULLETED = ("body", "obj", "subTitle", "tbl", "chart", None)  # placeholders for the body


class Bullets:
    """Which paragraphs of a shape are items, and the numbers before them: the nearest style that says so counts."""

    def __init__(self, shape: Any, slide: Any) -> None:
        self._styles = [style for style in _styles(shape, slide) if style is not None]
        self._counts: dict[int, int] = {}

    def before(self, paragraph: Any) -> str | None:
        """The number, "" for a bullet, None where the paragraph is no item."""
        own = paragraph.find(f"{A}pPr")
        level = int(own.get("lvl", "0")) if own is not None else 0
        levels = (style.find(f"{A}lvl{level + 1}pPr") for style in self._styles)
        sign = next((sign for each in (own, *levels) if (sign := _sign(each)) is not None), None)
        kind = _BULLETS[sign.tag] if sign is not None else "none"
        self._counts = {depth: count for depth, count in self._counts.items() if depth <= level}
        if sign is None or kind != "number":
            self._counts.pop(level, None)
            return None if kind == "none" else ""
        self._counts[level] = self._counts.get(level, int(sign.get("startAt", "1")) - 1) + 1
        return _label(sign.get("type", "arabicPeriod"), self._counts[level])


def _sign(properties: Any) -> Any:
    return None if properties is None else next((child for child in properties if child.tag in _BULLETS), None)


def _label(form: str, number: int) -> str:
    kind = next((kind for kind in _FORMS if form.startswith(kind)), "arabic")
    return _AROUND.get(form.removeprefix(kind), "{}.").format(spelled(number, _FORMS[kind])) + " "


def _styles(shape: Any, slide: Any) -> Iterator[Any]:
    """List styles from the nearest to the farthest: of the shape, its layout, its master."""
    yield shape._element.find(f"{P}txBody/{A}lstStyle")
    place = shape._element.find(f".//{P}nvPr/{P}ph")
    if place is None:
        return
    layout = slide.slide_layout
    kind, index = place.get("type"), place.get("idx")
    for page, key, value in ((layout, "idx", index), (layout.slide_master, "type", kind or "body")):
        if value is not None:
            yield page._element.find(f".//{P}ph[@{key}='{value}']/../../../{P}txBody/{A}lstStyle")
    if kind in _BULLETED:
        yield layout.slide_master._element.find(f"{P}txStyles/{P}bodyStyle")


def chart_rows(chart: Any) -> tuple[list[str], list[list[str]]]:
    """The names of the series, and a row of their values for each category."""
    series = list(chart.iter(f"{C}ser"))
    values = [_points(each.find(f"{C}val")) or _points(each.find(f"{C}yVal")) for each in series]
    named = (_points(each.find(f"{C}cat")) or _points(each.find(f"{C}xVal")) for each in series)
    categories = next((found for found in named if found), {})
    places = sorted(set(categories).union(*values)) if series else []
    names = [" ".join(_points(each.find(f"{C}tx")).values()) for each in series]
    return ["", *names], [[categories.get(n, ""), *(column.get(n, "") for column in values)] for n in places]


def _points(element: Any) -> dict[int, str]:
    points = [] if element is None else element.iter(f"{C}pt")
    return {int(point.get("idx")): _number(point.findtext(f"{C}v") or "") for point in points}


def _number(text: str) -> str:
    """As a person writes it: 4.3, not 4.2999999999999998."""
    try:
        return format(float(text), ".10g")
    except ValueError:
        return text


def diagram_words(frame: Any, slide: Any, source: Source) -> list[str]:
    """What stands in the boxes of a SmartArt diagram, box after box."""
    ids = next(frame.iter(f"{DIAGRAM}relIds"), None)
    if ids is None:
        return []
    root = parse(source, slide.part.related_part(ids.get(f"{_LINK}dm")).blob, {A[1:-1]: "a", DIAGRAM[1:-1]: "dgm"})
    boxes = ([words.text or "" for words in box.iter("a:t")] for box in root.iter("dgm:pt"))
    return ["".join(words) for words in boxes if words]
