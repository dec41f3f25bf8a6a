"""What stands in the XML of an OpenDocument file: words, styles, lists, spans of cells, facts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from xml.etree.ElementTree import Element

from retrieval.errors import ReadError
from retrieval.readers.canvas import tidy
from retrieval.readers.facts import Facts, sensible_title
from retrieval.readers.package import Package, damaged
from retrieval.readers.source import Source
from retrieval.readers.wordxml import spelled
from retrieval.readers.xmltree import child, children, parse

_OASIS = "urn:oasis:names:tc:opendocument:xmlns:"
PREFIXES = {
    **{f"{_OASIS}{name}:1.0": name for name in ("office", "text", "table", "style", "presentation", "meta")},
    f"{_OASIS}drawing:1.0": "draw",
    f"{_OASIS}xsl-fo-compatible:1.0": "fo",
    "http://purl.org/dc/elements/1.1/": "dc",
}
_UNREAD = frozenset(("text:note", "office:annotation", "text:ruby-text", "draw:frame", "text:bookmark"))
_SIGNS = {"text:tab": "\t", "text:line-break": "\n"}
_FORMS = {"a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman", "1": "decimal"}
_WIDEST = 16_384  # columns and rows that a number of repetitions or a span may claim


class OpenDocument:
    """The body, and what the styles say of it."""

    def __init__(self, source: Source, kind: str) -> None:
        package = Package(source)
        if package.has("META-INF/manifest.xml") and b"encryption-data" in package.read("META-INF/manifest.xml"):
            raise ReadError(f"{source.id} is protected by a password.", "Save it without a password and sync again.")
        if not package.has("content.xml"):
            raise damaged(source, KeyError("content.xml"))
        content = parse(source, package.read("content.xml"), PREFIXES)
        parts = [parse(source, package.read(name), PREFIXES) for name in ("styles.xml",) if package.has(name)]
        body = child(content, "office:body", f"office:{kind}")
        if body is None:
            raise damaged(source, KeyError(f"office:{kind}"))
        self.body = body
        self.styles = Styles([*parts, content])
        meta = parse(source, package.read("meta.xml"), PREFIXES) if package.has("meta.xml") else Element("none")
        self.facts = _facts(meta, self.styles.language)


def _facts(meta: Element, language: str | None) -> Facts:
    said = {fact.tag: fact.text or "" for part in children(meta, "office:meta") for fact in part}
    date = said.get("dc:date") or said.get("meta:creation-date")
    return Facts(sensible_title(said.get("dc:title")), date, None, said.get("dc:language") or language)


class Styles:
    def __init__(self, roots: list[Element]) -> None:
        self._styles = {style.get("style:name", ""): style for root in roots for style in root.iter("style:style")}
        self._lists = {style.get("style:name", ""): style for root in roots for style in root.iter("text:list-style")}
        defaults = (style for root in roots for style in root.iter("style:default-style"))
        texts = (text for style in defaults if (text := child(style, "style:text-properties")) is not None)
        language = next((text.get("fo:language", "") for text in texts if text.get("fo:language")), "none")
        self.language = None if language == "none" else language

    def chain(self, name: str | None) -> list[Element]:
        """A style and those it is based on."""
        found: list[Element] = []
        while name in self._styles and self._styles[name] not in found:
            found.append(self._styles[name])
            name = found[-1].get("style:parent-style-name")
        return found

    def is_title(self, name: str | None) -> bool:
        return any(style.get("style:name") == "Title" for style in self.chain(name))

    def says(self, name: str | None, kind: str, key: str) -> str | None:
        """The first value that a style or one below it gives, such as ("text", "fo:font-weight")."""
        found = (child(style, f"style:{kind}-properties") for style in self.chain(name))
        return next((value for each in found if each is not None and (value := each.get(key))), None)

    def label(self, name: str | None, level: int, number: int) -> str:
        """The number before an item, "" for a bullet."""
        style = self._lists.get(name or "")
        levels = [] if style is None else children(style, "text:list-level-style-number")
        found = next((each for each in levels if each.get("text:level") == str(level)), None)
        form = "" if found is None else found.get("style:num-format", "")
        if found is None or not form:
            return ""
        around = found.get("style:num-prefix", ""), found.get("style:num-suffix", "")
        return f"{around[0]}{spelled(number, _FORMS.get(form, 'decimal'))}{around[1]} "


def words(element: Element) -> str:
    """The text of a paragraph, without its notes, comments and pictures."""
    return "".join(_pieces(element))


def _pieces(element: Element) -> Iterator[str]:
    yield element.text or ""
    for part in element:
        if part.tag == "text:s":
            yield " " * span(part, "text:c")
        elif part.tag in _SIGNS:
            yield _SIGNS[part.tag]
        elif part.tag not in _UNREAD:
            yield from _pieces(part)
        yield part.tail or ""


def span(element: Element, name: str) -> int:
    """A number of repetitions, or of columns that a cell covers: at least one, and no more than can be meant."""
    text = element.get(name, "1")
    return min(max(int(text), 1), _WIDEST) if text.isdecimal() and len(text) < 10 else 1


def cell_words(cell: Element) -> str:
    return tidy(" ".join(words(text) for text in inside(cell, ("text:p", "text:h"))))


def inside(element: Element, tags: Sequence[str]) -> Iterator[Element]:
    """The outermost elements of these names, in order; what is only a comment is not looked into."""
    for part in element:
        if part.tag in tags:
            yield part
        elif part.tag != "office:annotation":
            yield from inside(part, tags)


def rows_of(table: Element) -> Iterator[tuple[Element, bool]]:
    """Every row, and whether it is a header; the rows of tables inside a cell are not among them."""
    for part in table:
        if part.tag == "table:table-row":
            yield part, table.tag == "table:table-header-rows"
        elif part.tag in ("table:table-header-rows", "table:table-rows", "table:table-row-group"):
            yield from rows_of(part)
