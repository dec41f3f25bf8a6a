"""XML as a tree of plain elements: no entity is expanded, nothing is fetched, and a tree has a largest size."""

from __future__ import annotations

from collections.abc import Mapping
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from retrieval.errors import ReadError
from retrieval.readers.source import Source

MAX_ELEMENTS = 1_000_000
MAX_DEPTH = 200
_SEPARATOR = " "  # between a namespace and a name, which can hold none


def parse(source: Source, data: bytes, prefixes: Mapping[str, str] | None = None) -> Element:
    """The root. A name in a known namespace gets that prefix (`text:p`), in any other none."""
    builder = _Builder(source, prefixes or {})
    parser = expat.ParserCreate(namespace_separator=_SEPARATOR)
    parser.buffer_text = True
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.tree.data
    parser.StartDoctypeDeclHandler = builder.doctype
    parser.SkippedEntityHandler = builder.entity
    try:
        parser.Parse(data, True)
    except (expat.ExpatError, ValueError, LookupError) as problem:
        raise ReadError(f"{source.id} is not well-formed XML: {problem}.", "Mend it where it says.") from problem
    return builder.tree.close()


def children(element: Element, *path: str) -> list[Element]:
    """The elements at the end of a path of names, such as `office:body`, `office:text`."""
    found = [element]
    for name in path:
        found = [child for parent in found for child in parent if child.tag == name]
    return found


def child(element: Element, *path: str) -> Element | None:
    return next(iter(children(element, *path)), None)


class _Builder:
    def __init__(self, source: Source, prefixes: Mapping[str, str]) -> None:
        self.tree = TreeBuilder()
        self._source = source
        self._prefixes = prefixes
        self._names: dict[str, str] = {}
        self._count = self._depth = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._count += 1
        self._depth += 1
        if self._count > MAX_ELEMENTS:
            raise self._refused(f"has more than {MAX_ELEMENTS:,} elements, the limit", "Split it into smaller files.")
        if self._depth > MAX_DEPTH:
            raise self._refused(f"nests elements more than {MAX_DEPTH} deep, the limit", "Save it in a plainer form.")
        self.tree.start(self._short(name), {self._short(key): value for key, value in attributes.items()})

    def end(self, name: str) -> None:
        self._depth -= 1
        self.tree.end(self._short(name))

    def doctype(self, name: str, system: str | None, public: str | None, declares: int) -> None:
        if declares:
            raise self._refused("declares entities of its own", "Do not trust this file.")

    def entity(self, name: str, is_parameter: bool) -> None:
        raise self._refused(f"uses the entity &{name};, which it does not define", "Write the sign itself.")

    def _short(self, name: str) -> str:
        if name not in self._names:
            namespace, _, local = name.rpartition(_SEPARATOR)
            prefix = self._prefixes.get(namespace)
            self._names[name] = f"{prefix}:{local}" if prefix else local
        return self._names[name]

    def _refused(self, problem: str, remedy: str) -> ReadError:
        return ReadError(f"{self._source.id} {problem}.", remedy)
