"""Archives: members under their archive's name, bounded in number, size and depth, and never outside of it."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from retrieval.access import Access
from retrieval.readers import archive as reader
from retrieval.readers import read_with_problems
from retrieval.readers.room import Room
from retrieval.readers.source import Source
from tests.retrieval.formats import MARKDOWN, docx, packed, record

OTHER = "# Other\n\nAnother text."


def read(folder: Path, data: bytes, name: str = "a.zip") -> tuple[list[str], list[str]]:
    path = folder / name
    path.write_bytes(data)
    documents, problems = read_with_problems(path, f"hr/{name}")
    return [document.id for document in documents], [str(problem) for problem in problems]


def test_members_are_read_by_their_own_readers_in_the_order_of_their_names(tmp_path: Path) -> None:
    parts: dict[str, str | bytes] = {"b/guide.md": MARKDOWN, "a.docx": docx(), "b/faq.jsonl": record(), "b/": ""}
    ids, problems = read(tmp_path, packed({**parts, "b/.hidden.md": OTHER, "__MACOSX/._a.docx": "x"}))
    assert ids == ["hr/a.zip/a.docx", "w-1", "hr/a.zip/b/guide.md"]
    assert not problems


def test_the_rules_for_the_archives_folder_hold_for_its_members(tmp_path: Path) -> None:
    ids, _ = read(tmp_path, packed({"public/guide.md": MARKDOWN}))
    assert Access({"hr": frozenset({"HR"})}).audience(ids[0]) == {"HR"}


def test_members_without_a_reader_are_named_together(tmp_path: Path) -> None:
    ids, problems = read(tmp_path, packed({"a.md": OTHER, **{f"{n:02}.bin": "x" for n in range(25)}}))
    assert ids == ["hr/a.zip/a.md"]
    (told,) = problems
    assert "there is no reader for 25 members: 00.bin, 01.bin" in told
    assert "19.bin and 5 more. Save it in a format that is read" in told


def test_bad_members_are_named_and_the_rest_goes_on(tmp_path: Path) -> None:
    parts = {**{f"{n:02}.pdf": "no pdf" for n in range(22)}, "empty.md": " ", "good.md": OTHER, "page.txt": "%PDF-1.7"}
    ids, problems = read(tmp_path, packed(parts))
    assert ids == ["hr/a.zip/good.md"]
    assert problems[0].startswith("hr/a.zip/00.pdf is damaged, or not PDF")
    assert problems[-1] == "hr/a.zip: 4 more members cannot be read. Look into those named first."


@pytest.mark.parametrize("name", ["../out.md", "/tmp/out.md", "a/../../out.md", "..\\out.md", "C:\\out.md", "x" * 500])
def test_paths_that_lead_out_are_refused(name: str, tmp_path: Path) -> None:
    name = name if name.endswith(".md") else f"{name}.md"
    ids, problems = read(tmp_path, packed({name: OTHER, "good.md": OTHER}))
    assert ids == ["hr/a.zip/good.md"]
    assert "does not name a file inside its archive. Do not trust" in problems[0]


def test_links_and_locked_members_are_refused(tmp_path: Path) -> None:
    link = zipfile.ZipInfo("link.md")
    link.external_attr = 0o120777 << 16
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(link, "/etc/passwd")
        archive.writestr("locked.md", OTHER)
        archive.writestr("other.md", OTHER, zipfile.ZIP_BZIP2)
    data = bytearray(buffer.getvalue())
    directory = data.index(b"PK\x01\x02", data.index(b"PK\x01\x02") + 4)
    data[directory + 8] |= 1
    ids, problems = read(tmp_path, bytes(data))
    assert not ids
    told = " ".join(problems)
    assert "hr/a.zip/link.md is a link, not a file" in told
    assert "hr/a.zip/locked.md is protected by a password" in told
    assert "hr/a.zip/other.md is packed by method 12" in told


def test_archives_in_archives_go_one_deep(tmp_path: Path) -> None:
    third = packed({"c.md": OTHER})
    second = packed({"b.md": OTHER, "third.zip": third})
    ids, problems = read(tmp_path, packed({"a.md": OTHER, "second.zip": second}))
    assert ids == ["hr/a.zip/a.md", "hr/a.zip/second.zip/b.md"]
    assert "hr/a.zip/second.zip/third.zip lies 2 files deep and holds files itself; the limit is 2" in problems[0]


# ------------------------------------------------------------------------------------------ bombs


def test_what_unpacks_too_far_is_refused_while_it_is_unpacked(tmp_path: Path) -> None:
    ids, problems = read(tmp_path, packed({"bomb.txt": b"\n" * 8_000_000, "good.md": OTHER}))
    assert ids == ["hr/a.zip/good.md"]
    assert "hr/a.zip/bomb.txt unpacks to more than" in problems[0]
    assert "the limit is 200 times its packed size" in problems[0]


def test_a_header_that_lies_about_its_size_is_found_out(tmp_path: Path) -> None:
    data = packed({"a.md": OTHER})
    size = len(OTHER).to_bytes(4, "little")
    for stated in (3, 2**31):
        ids, problems = read(tmp_path, data.replace(size, stated.to_bytes(4, "little")))
        assert not ids
        assert "hr/a.zip/a.md is damaged" in problems[0]


def member(name: str, data: bytes, room: Room) -> Source:
    return Source(name, Path(name), data, room=room)


def test_all_members_share_one_budget_with_those_of_inner_archives() -> None:
    room = Room(members=5, unpacked=1000)
    inner = packed({f"{n}.md": f"# Text {n}\n\n{'word ' * 50}" for n in range(4)})
    told: list[str] = []

    def read_member(source: Source) -> tuple[list[object], list[object]]:
        if source.path.suffix == ".zip":
            _, problems = reader.read(source, read_member)  # type: ignore[arg-type]
            told.extend(map(str, problems))
        return [], []

    _, problems = reader.read(
        member("a.zip", packed({"one.zip": inner, "two.zip": inner}), room),
        read_member,  # type: ignore[arg-type]
    )
    assert any("unpacks to more than what is left of 1,000 bytes, the limit" in each for each in told)
    assert "a.zip/two.zip is member 6; the limit is 5" in " ".join([*told, *map(str, problems)])


def test_an_archive_of_nothing_is_told(tmp_path: Path) -> None:
    assert read(tmp_path, packed({}))[1][0].startswith("hr/a.zip is damaged, or not a ZIP archive")


def test_a_directory_that_would_fill_the_memory_is_not_read(tmp_path: Path) -> None:
    _, (told,) = read(tmp_path, b"PK\x03\x04" + b"PK\x01\x02" * 60_000)
    assert "looks like a ZIP archive of too many files" in told
