"""assistant.toml: written with comments and read back equal; whatever is wrong with it is said by line."""

from __future__ import annotations

import dataclasses
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant import Spec
from assistant.spec import SECTIONS, read_spec, write_spec
from retrieval import Access, RetrievalSpec, SpecError, read_section, read_toml, setting, write_section
from retrieval.spec import toml_value


@dataclass(frozen=True)
class Every:
    """One field of every kind."""

    word: str = setting("a", "A text.")
    pick: str = setting("red", "One of two.", among=("red", "blue"))
    count: int = setting(3, "A whole number.", least=1, most=9)
    share: float = setting(0.5, "A number.", least=0, most=1)
    on: bool = setting(False, "A switch.")
    many: tuple[str, ...] = setting((), "Texts.")


Write = Callable[[str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def written(text: str) -> Path:
        path = tmp_path / "assistant.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return written


def read(path: Path) -> Every:
    return read_section(Every, read_toml(path)["every"], path, "every")


def complaint(path: Path) -> str:
    with pytest.raises(SpecError) as raised:
        read(path)
    assert str(path) in str(raised.value)
    assert raised.value.remedy
    return str(raised.value)


@pytest.mark.parametrize(
    "values",
    [Every(), Every('quote " \\ and\nline\r\ttab \x07 \x7f ü 漢 🙂', "blue", 9, 1.0, True, ("a", 'b"', "ü"))],
)
def test_what_is_written_is_read_back_equal(values: Every, write: Write) -> None:
    assert read(write(write_section("every", values))) == values


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_text_survives(text: str) -> None:
    assert tomllib.loads(f"key = {toml_value(text)}") == {"key": text}


def test_every_key_of_every_section_is_written_below_its_comment() -> None:
    lines = write_spec(Spec()).splitlines()
    for name, cls in SECTIONS.items():
        start = lines.index(f"[{name}]")
        for number, item in enumerate(dataclasses.fields(cls)):
            comment, key = lines[start + 1 + 2 * number : start + 3 + 2 * number]
            assert comment == f"# {item.metadata['comment']}"
            assert key.startswith(f"{item.name} = ")


def test_the_whole_spec_is_read_back_equal(write: Write) -> None:
    spec = Spec(retrieval=RetrievalSpec(passages=3), access=Access({"hr/board": frozenset({"HR", "board"})}))
    assert read_spec(write(write_spec(spec))) == spec


def test_what_is_not_written_has_its_default(write: Write) -> None:
    assert read(write("[every]\ncount = 7\n")) == Every(count=7)


def test_a_whole_number_will_do_for_a_number(write: Write) -> None:
    assert read(write("[every]\nshare = 1\n")) == Every(share=1.0)


def test_the_mark_that_windows_editors_leave_is_no_obstacle(write: Write) -> None:
    assert read(write("\ufeff[every]\ncount = 7\n")).count == 7


def test_an_unknown_key_is_refused_by_line_with_the_one_that_was_meant(write: Write) -> None:
    said = complaint(write("[other]\ncuont = 1\n\n[every]\nword = 'x'\ncuont = 2\n"))
    assert "line 6: unknown key in [every] `cuont`" in said
    assert "Did you mean `count`?" in said


def test_an_unknown_key_like_no_other_is_told_all_there_are(write: Write) -> None:
    assert "Known: count, many, on, pick, share, word." in complaint(write("[every]\nzzz = 1\n"))


def test_an_unknown_section_is_refused_by_line_with_the_one_that_was_meant(write: Write) -> None:
    path = write("[model]\n\n[retreival]\npassages = 3\n")
    with pytest.raises(SpecError, match=r"line 3: unknown section `retreival`\. Did you mean `retrieval`\?"):
        read_spec(path)


@pytest.mark.parametrize(
    ("line", "found", "wanted"),
    [
        ('count = "3"', "a text in quotes", "a whole number"),
        ("count = 3.0", "a number", "a whole number"),
        ("count = true", "true or false", "a whole number"),
        ("word = 3", "a whole number", "a text in quotes"),
        ("on = 1", "a whole number", "true or false"),
        ("share = 'x'", "a text in quotes", "a number"),
        ("many = 'x'", "a text in quotes", "a list of texts"),
        ("many = ['x', 3]", "a list", "a list of texts"),
        ("word = 2026-01-01", "a date", "a text in quotes"),
        ("word.x = 1", "a table", "a text in quotes"),
    ],
)
def test_a_wrong_kind_of_value_is_refused(line: str, found: str, wanted: str, write: Write) -> None:
    said = complaint(write(f"[every]\npick = 'red'\n{line}\n"))
    assert "line 3" in said or line.startswith("word.x")
    assert f"is {found}. It must be {wanted}." in said


@pytest.mark.parametrize(
    "line", ["count = 0", "count = 10", "share = -0.1", "share = 1.01", "share = nan", "share = inf"]
)
def test_what_is_out_of_range_is_refused_with_the_range(line: str, write: Write) -> None:
    said = complaint(write(f"# a comment\n\n[every]\n{line}\n"))
    assert "line 4: [every]" in said
    assert f"is out of range. Choose from {'1 to 9' if 'count' in line else '0 to 1'}." in said


def test_the_ends_of_a_range_are_within_it(write: Write) -> None:
    assert read(write("[every]\ncount = 9\nshare = 0.0\n")) == Every(count=9, share=0.0)


def test_a_choice_that_is_not_offered_is_refused(write: Write) -> None:
    assert "is not known. Choose one of: red, blue." in complaint(write("[every]\npick = 'green'\n"))


def test_the_line_is_that_of_the_section_where_two_have_the_same_key(write: Write) -> None:
    said = complaint(write("[other]\ncount = 1\n[every]\nword = ''\n'count' = 99\n[more]\ncount = 1\n"))
    assert "line 5: [every] count = 99" in said


def test_a_table_on_one_line_is_named_by_that_line(write: Write) -> None:
    assert "line 2" in complaint(write("\nevery = { count = 99 }\n"))


def test_broken_toml_is_shown_with_its_line(write: Write) -> None:
    with pytest.raises(SpecError) as raised:
        read_toml(write("[every]\n# \x0c a form feed is no line\ncount = = 3\n".replace("\x0c", "\u2028")))
    assert "is not valid TOML" in str(raised.value)
    assert "at line 3" in str(raised.value)
    assert "`count = = 3`" in str(raised.value)


def test_toml_that_breaks_off_is_refused(write: Write) -> None:
    with pytest.raises(SpecError, match="is not valid TOML"):
        read_toml(write('[every]\nword = """never closed\n'))


def test_what_is_not_utf8_is_refused_by_its_byte(tmp_path: Path) -> None:
    path = tmp_path / "assistant.toml"
    path.write_bytes("word = 'größer'".encode("latin-1"))
    with pytest.raises(SpecError, match=r"is not UTF-8 text \(byte 10\)"):
        read_toml(path)


def test_a_spec_that_is_not_there_is_no_traceback(tmp_path: Path) -> None:
    with pytest.raises(SpecError, match="cannot be read"):
        read_toml(tmp_path / "assistant.toml")


def test_retrieval_has_its_defaults_within_its_limits(write: Write) -> None:
    path = write(write_section("retrieval", RetrievalSpec()))
    assert read_section(RetrievalSpec, read_toml(path)["retrieval"], path, "retrieval") == RetrievalSpec()
