"""What stands in the XML of a Word file: the text of a paragraph, its style, the number before it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_UNREAD = frozenset((f"{W}del", f"{W}moveFrom", f"{W}txbxContent", f"{W}pPr", f"{W}rPr", _FALLBACK))
_SIGNS = {f"{W}tab": "\t", f"{W}br": "\n", f"{W}cr": "\n", f"{W}noBreakHyphen": "-"}
_HEADING = re.compile(r"heading (\d)$", re.I)
_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"),
          (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))  # fmt: skip


def paragraph_text(paragraph: Any) -> str:
    """Runs, links, fields and insertions; not what was deleted, moved away, or hidden."""
    return "".join(_pieces(paragraph))


def _pieces(element: Any) -> Iterator[str]:
    for child in element:
        if child.tag == f"{W}t":
            yield child.text or ""
        elif child.tag in _SIGNS:
            yield _SIGNS[child.tag]
        elif child.tag not in _UNREAD and not (child.tag == f"{W}r" and _is_on(child, "rPr/vanish")):
            yield from _pieces(child)


def _is_on(element: Any, path: str) -> bool:
    found = find(element, path)
    return found is not None and found.get(f"{W}val") not in ("0", "false", "off")


def find(element: Any, path: str) -> Any:
    """The first element at a path such as `pPr/numPr`, or None."""
    return element.find("/".join(W + step for step in path.split("/")))


def value(element: Any, path: str) -> str | None:
    found = find(element, path)
    return None if found is None else found.get(f"{W}val")


class Styles:
    """Looks things up in a style and in those it is based on."""

    def __init__(self, root: Any) -> None:
        self._styles = {style.get(f"{W}styleId"): style for style in root.iter(f"{W}style")}
        default = (s for s in self._styles.values() if s.get(f"{W}default") and s.get(f"{W}type") == "paragraph")
        self._default = next(default, None)

    def chain(self, paragraph: Any) -> list[Any]:
        style = self._styles.get(value(paragraph, "pPr/pStyle"), self._default)
        found: list[Any] = []
        while style is not None and style not in found:
            found.append(style)
            style = self._styles.get(value(style, "basedOn"))
        return found

    def is_title(self, paragraph: Any) -> bool:
        return any((value(style, "name") or "").lower() == "title" for style in self.chain(paragraph))

    def level(self, paragraph: Any) -> int:
        """Of a heading; 0: it is none."""
        chain = self.chain(paragraph)
        named = (_HEADING.match(value(style, "name") or "") for style in chain)
        outline = (value(element, "pPr/outlineLvl") for element in (paragraph, *chain))
        level = next((match[1] for match in named if match), None)
        if level is None:
            level = next((str(int(text) + 1) for text in outline if text and text.isdecimal()), "0")
        return int(level) if int(level) < 10 else 0

    def numbering(self, paragraph: Any) -> tuple[str, int] | None:
        """Which list a paragraph belongs to, and how deep in it."""
        chain = [element for element in (paragraph, *self.chain(paragraph)) if find(element, "pPr/numPr") is not None]
        ids = (value(element, "pPr/numPr/numId") for element in chain)
        levels = (value(element, "pPr/numPr/ilvl") for element in chain)
        list_id = next((text for text in ids if text), None)
        level = next((text for text in levels if text and text.isdecimal()), "0")
        return (list_id, min(int(level), 8)) if list_id and list_id != "0" else None


class Numbers:
    """Counts numbered paragraphs as Word does: lists of one kind count on unless one says where it starts."""

    def __init__(self, root: Any | None) -> None:
        elements = [] if root is None else list(root)
        self._abstract = {e.get(f"{W}abstractNumId"): e for e in elements if e.tag == f"{W}abstractNum"}
        self._lists = {e.get(f"{W}numId"): e for e in elements if e.tag == f"{W}num"}
        self._counts: dict[str, dict[int, int]] = {}
        self._begun: set[tuple[str, int]] = set()

    def next_label(self, list_id: str, level: int) -> str:
        """The number before the next paragraph, "" for a bullet."""
        kind = value(self._lists[list_id], "abstractNumId") if list_id in self._lists else None
        definition = self._level(kind, level)
        if kind is None or definition is None:
            return ""
        counts = self._counts.setdefault(kind, {})
        counts[level] = self._start(list_id, level, definition, counts)
        for deeper in [n for n in counts if n > level]:
            del counts[deeper]
        if value(definition, "numFmt") in ("bullet", "none", None):
            return ""
        pattern = value(definition, "lvlText") or ""
        return re.sub(r"%([1-9])", lambda m: self._number(kind, counts, int(m[1]) - 1), pattern)

    def _start(self, list_id: str, level: int, definition: Any, counts: dict[int, int]) -> int:
        override = next((e for e in self._lists[list_id] if e.get(f"{W}ilvl") == str(level)), None)
        start = value(override, "startOverride") if override is not None else None
        if start and start.isdecimal() and (list_id, level) not in self._begun:
            self._begun.add((list_id, level))
            return int(start)
        first = value(definition, "start") or "1"
        return counts[level] + 1 if level in counts else int(first) if first.isdecimal() else 1

    def _level(self, kind: str | None, level: int) -> Any:
        levels = self._abstract.get(kind)
        return None if levels is None else next(
            (e for e in levels if e.tag == f"{W}lvl" and e.get(f"{W}ilvl") == str(level)), None
        )  # fmt: skip

    def _number(self, kind: str, counts: dict[int, int], level: int) -> str:
        definition = self._level(kind, level)
        form = "decimal" if definition is None else value(definition, "numFmt")
        return spelled(counts.get(level, 1), form or "decimal")


def spelled(number: int, form: str) -> str:
    if form in ("lowerLetter", "upperLetter"):
        text = chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)
    elif form in ("lowerRoman", "upperRoman"):
        text = _roman(number)
    else:
        return str(number)
    return text.upper() if form.startswith("upper") else text


def _roman(number: int) -> str:
    text = ""
    for step, letters in _ROMAN:
        text += letters * (number // step)
        number %= step
    return text
