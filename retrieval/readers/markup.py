"""XML that is data: what elements say as `path: text`, records of them as rows. Running text stays a paragraph."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from retrieval.nouns import Document
from retrieval.readers.canvas import Canvas, tidy
from retrieval.readers.facts import Facts, finish
from retrieval.readers.source import Source
from retrieval.readers.xmltree import child, parse

_SECTIONS = 2  # how deep elements become headings


def read(source: Source) -> Document:
    root = parse(source, source.data)
    canvas = Canvas()
    _write(canvas, root, ())
    title = next((found for path in (("title",), ("info", "title")) if (found := child(root, *path)) is not None), None)
    stated = Facts("".join(title.itertext()) if title is not None else source.path.name, version=root.get("version"))
    return finish(source, canvas, "xml", stated)


def _write(canvas: Canvas, element: Element, path: tuple[str, ...], depth: int = 0) -> None:
    """Sections last, for what follows a heading stands under it."""
    if _is_text(element):
        canvas.add("paragraph", "".join(element.itertext()))
        return
    if element.attrib:
        canvas.row([".".join((*path, name)) for name in element.attrib], list(element.attrib.values()))
    for part in sorted(element, key=lambda part: _is_section(part, depth)):
        if _is_leaf(part):
            _write_leaf(canvas, part, path)
        elif _is_record(part):
            canvas.row(*_record(part))
        elif _is_section(part, depth):
            title = child(part, "title")
            canvas.heading(part.tag if title is None else "".join(title.itertext()), depth + 1)
            _write(canvas, part, (), depth + 1)
        else:
            _write(canvas, part, (*path, part.tag), depth)


def _is_section(element: Element, depth: int) -> bool:
    return depth < _SECTIONS and not (_is_leaf(element) or _is_record(element) or _is_text(element))


def _write_leaf(canvas: Canvas, leaf: Element, path: tuple[str, ...]) -> None:
    name = ".".join((*path, leaf.tag))
    if leaf.attrib:
        canvas.row([f"{name}.{key}" for key in leaf.attrib] + [name], [*leaf.attrib.values(), leaf.text or ""])
    elif tidy(leaf.text or ""):
        canvas.add("item", f"{name}: {leaf.text}")


def _is_leaf(element: Element) -> bool:
    return len(element) == 0


def _is_text(element: Element) -> bool:
    """Words beside elements: a sentence with something set in bold."""
    return len(element) > 0 and any(tidy(text or "") for text in (element.text, *(part.tail for part in element)))


def _is_record(element: Element) -> bool:
    """Nothing but leaves, each with another name."""
    names = [part.tag for part in element]
    return not _is_text(element) and len(set(names)) == len(names) and all(_is_leaf(part) for part in element)


def _record(element: Element) -> tuple[list[str], list[str]]:
    pairs = list(element.attrib.items())
    for part in element:
        pairs += [(f"{part.tag}.{key}", value) for key, value in part.attrib.items()] + [(part.tag, part.text or "")]
    return [name for name, _ in pairs], [text for _, text in pairs]
