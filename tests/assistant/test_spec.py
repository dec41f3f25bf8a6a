"""The whole Spec: written with every key commented, and read back as it was."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant import PersonaSpec, Spec, read_spec, write_spec
from assistant.spec import SECTIONS
from retrieval import Access, SpecError


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("spec") / "assistant.toml"


def test_every_key_stands_below_its_comment() -> None:
    lines = write_spec(Spec()).splitlines()
    keys = [number for number, line in enumerate(lines) if " = " in line and not line.startswith("#")]
    assert len(keys) >= 20
    assert all(lines[number - 1].startswith("# ") for number in keys)
    assert {f"[{name}]" for name in [*SECTIONS, "access"]} <= set(lines)


@given(name=st.text(st.characters(exclude_categories=["Cs"])), group=st.text("abcÄ\"'\\ \t", min_size=1).map(str.strip))
def test_what_is_written_is_what_is_read(file: Path, name: str, group: str) -> None:
    groups = frozenset({group or "HR"})
    spec = Spec(assistant=PersonaSpec(name=name, suggestions=(name, "Why?")), access=Access({'a "b"/ç': groups}))
    file.write_text(write_spec(spec), encoding="utf-8", newline="\n")
    assert read_spec(file) == spec


def test_a_key_outside_a_section_is_refused(file: Path) -> None:
    file.write_text('assistant = "me"\n', encoding="utf-8")
    with pytest.raises(SpecError, match="outside a section"):
        read_spec(file)


def test_an_unknown_section_is_refused_with_a_suggestion(file: Path) -> None:
    file.write_text("[retreival]\n", encoding="utf-8")
    with pytest.raises(SpecError, match="Did you mean `retrieval`"):
        read_spec(file)
