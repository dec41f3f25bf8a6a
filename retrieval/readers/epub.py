"""Books (.epub): the chapters in the order of the spine, each read as the page that it is."""

from __future__ import annotations

import posixpath
from dataclasses import replace
from urllib.parse import unquote
from xml.etree.ElementTree import Element

from retrieval.errors import ReadError
from retrieval.nouns import Document
from retrieval.readers.canvas import Canvas
from retrieval.readers.decode import decode
from retrieval.readers.facts import Facts, finish
from retrieval.readers.html import write_page
from retrieval.readers.package import Package, damaged
from retrieval.readers.source import Source
from retrieval.readers.xmltree import children, parse

_PREFIXES = {
    "urn:oasis:names:tc:opendocument:xmlns:container": "container",
    "http://www.idpf.org/2007/opf": "opf",
    "http://purl.org/dc/elements/1.1/": "dc",
}
_RIGHTS = "META-INF/rights.xml"  # what shops put beside a book that they have encrypted
_PAGES = ("application/xhtml+xml", "text/html")


def read(source: Source) -> Document:
    package = Package(source)
    if package.has(_RIGHTS):
        raise ReadError(f"{source.id} is protected against copying.", "Bring a copy without protection.")
    place = _place_of_contents(source, package)
    contents = parse(source, _part(source, package, place), _PREFIXES)
    canvas = Canvas()
    for chapter in _chapters(contents, posixpath.dirname(place)):
        page = Canvas()
        text = decode(replace(source, id=f"{source.id}/{chapter}", data=_part(source, package, chapter) or b" "))
        write_page(source, page, text)
        canvas.pour(page)
    return finish(source, canvas, "epub", _facts(contents))


def _place_of_contents(source: Source, package: Package) -> str:
    container = parse(source, _part(source, package, "META-INF/container.xml"), _PREFIXES)
    for file in container.iter("container:rootfile"):
        if path := file.get("full-path"):
            return path
    raise damaged(source, KeyError("rootfile"))


def _part(source: Source, package: Package, name: str) -> bytes:
    if not package.has(name):
        raise damaged(source, KeyError(name))
    return package.read(name)


def _chapters(contents: Element, folder: str) -> list[str]:
    """Paths inside the archive; no other place can be named, for only its parts are looked up."""
    pages = (item for item in contents.iter("opf:item") if item.get("media-type") in _PAGES)
    places = {item.get("id"): item.get("href", "") for item in pages}
    ids = (entry.get("idref") for entry in contents.iter("opf:itemref"))
    hrefs = (unquote(places[id].partition("#")[0]) for id in ids if id in places)
    return list(dict.fromkeys(posixpath.normpath(posixpath.join(folder, href)) for href in hrefs))


def _facts(contents: Element) -> Facts:
    said: dict[str, str] = {}
    for fact in (fact for part in children(contents, "opf:metadata") for fact in part):
        said.setdefault(fact.tag, fact.text or "")
        if fact.get("property") == "dcterms:modified":
            said["modified"] = fact.text or ""
    return Facts(said.get("dc:title"), said.get("modified") or said.get("dc:date"), None, said.get("dc:language"))
