"""Files that are archives inside are looked through before a library parses them; XML is parsed without its tricks."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from retrieval.errors import ReadError
from retrieval.nouns import Document
from retrieval.readers import package, read, xmltree
from retrieval.readers.source import Source
from tests.retrieval.formats import MADE, odf

OFFICE = {".docx": "word/document.xml", ".pptx": "ppt/slides/slide1.xml", ".xlsx": "xl/worksheets/sheet1.xml"}
OPEN = {".odt": "content.xml", ".ods": "content.xml", ".odp": "content.xml", ".epub": "OEBPS/content.opf"}
LAUGHS = '<!DOCTYPE d [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;"><!ENTITY f SYSTEM "file:///etc/passwd">]><d>&b;&f;</d>'


def with_part(suffix: str, name: str, content: bytes, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(MADE[suffix]())) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for each in old.namelist():
            if each != name:
                new.writestr(each, old.read(each))
        new.writestr(name, content, method)
    return buffer.getvalue()


def opened(folder: Path, suffix: str, data: bytes) -> Document:
    path = folder / f"a{suffix}"
    path.write_bytes(data)
    return read(path, path.name)[0]


@pytest.mark.parametrize("content", [
    LAUGHS.encode(),
    f'<?xml version="1.0"?><!--{"x" * 9000}-->{LAUGHS}'.encode(),
    f'<?xml version="1.0" encoding="UTF-16"?>{LAUGHS}'.encode("utf-16"),
    b" " * (2**20 - 4) + LAUGHS.encode(),
])  # fmt: skip
@pytest.mark.parametrize("suffix", OFFICE)
def test_entities_are_refused_wherever_they_are_declared(suffix: str, content: bytes, tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="declares XML entities"):
        opened(tmp_path, suffix, with_part(suffix, OFFICE[suffix], content, zipfile.ZIP_STORED))


@pytest.mark.parametrize("suffix", OPEN)
def test_entities_in_open_formats_are_refused_by_the_parser(suffix: str, tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="declares entities of its own"):
        opened(tmp_path, suffix, with_part(suffix, OPEN[suffix], LAUGHS.encode()))


@pytest.mark.parametrize("suffix", [*OFFICE, *OPEN])
def test_a_bomb_is_not_unpacked(suffix: str, tmp_path: Path) -> None:
    with pytest.raises(ReadError, match=r"unpacks to 3,\d+,\d+ bytes; the limits are 268,435,456, and 200 times"):
        opened(tmp_path, suffix, with_part(suffix, "media/image.png", bytes(3_000_000)))


@pytest.mark.parametrize("suffix", [*OFFICE, *OPEN])
def test_other_ways_to_pack_are_refused(suffix: str, tmp_path: Path) -> None:
    with pytest.raises(ReadError, match=r"is damaged: BadZipFile, compression method 12"):
        opened(tmp_path, suffix, with_part(suffix, "more.xml", b"<a/>", zipfile.ZIP_BZIP2))


@pytest.mark.parametrize("suffix", [".docx", ".pptx", ".odt"])
def test_a_part_too_large_for_a_tree_is_told(suffix: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(package, "MAX_TREE", 500)
    with pytest.raises(ReadError, match=r"has a part \(.+\) of [\d,]+ bytes; the limit is 500"):
        opened(tmp_path, suffix, MADE[suffix]())


def test_too_many_parts_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(package, "MAX_PARTS", 5)
    with pytest.raises(ReadError, match=r"has \d+ parts; the limit is 5\. Split"):
        opened(tmp_path, ".xlsx", MADE[".xlsx"]())


@pytest.mark.parametrize("suffix", [*OFFICE, *OPEN])
def test_a_part_that_is_gone_or_broken_is_told(suffix: str, tmp_path: Path) -> None:
    name = (OFFICE | OPEN)[suffix]
    with pytest.raises(ReadError, match=r"is damaged|is not well-formed XML"):
        opened(tmp_path, suffix, with_part(suffix, name, b"<unclosed"))


# --------------------------------------------------------------------------------------------- XML


def parsed(data: str) -> str:
    source = Source("a.xml", Path("a.xml"), data.encode())
    root = xmltree.parse(source, source.data, {"urn:x": "x"})
    return f"{root.tag} {root.text} {dict(root.attrib)}"


def test_names_get_the_prefixes_that_were_asked_for() -> None:
    assert parsed('<q:a xmlns:q="urn:x" xmlns:o="urn:o" q:b="1" o:c="2">t</q:a>') == "x:a t {'x:b': '1', 'c': '2'}"


def test_a_definition_elsewhere_is_not_fetched() -> None:
    assert parsed('<!DOCTYPE a SYSTEM "http://example.org/a.dtd"><a>t</a>') == "a t {}"
    with pytest.raises(ReadError, match="uses the entity &x;, which it does not define"):
        parsed('<!DOCTYPE a SYSTEM "http://example.org/a.dtd"><a>&x;</a>')


@pytest.mark.parametrize(("data", "told"), [
    ("<a>" * 300, "nests elements more than 200 deep"),
    ("<a><b></a>", "not well-formed XML: mismatched tag: line 1"),
    ('<?xml version="1.0" encoding="no-such"?><a/>', "unknown encoding"),
    ("", "no element found"),
])  # fmt: skip
def test_what_is_wrong_with_xml_is_told(data: str, told: str) -> None:
    with pytest.raises(ReadError, match=told):
        parsed(data)


def test_the_number_of_elements_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xmltree, "MAX_ELEMENTS", 10)
    with pytest.raises(ReadError, match="has more than 10 elements, the limit"):
        parsed(f"<a>{'<b/>' * 10}</a>")


def test_a_password_is_told(tmp_path: Path) -> None:
    data = odf("text", "<text:p>x</text:p>")
    buffer = io.BytesIO(data)
    with zipfile.ZipFile(buffer, "a") as archive:
        archive.writestr("META-INF/manifest.xml", "<m><encryption-data/></m>")
    with pytest.raises(ReadError, match="is protected by a password"):
        opened(tmp_path, ".odt", buffer.getvalue())
