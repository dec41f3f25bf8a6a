"""Who may read what: the deepest rule above a file decides, and a rule that can't be meant is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from retrieval import EVERYONE, Access, Principal, SpecError, read_access, read_toml
from retrieval.access import PUBLIC, may_read

RULES = Access({"hr": frozenset({"HR"}), "hr/board": frozenset({"board", "HR"}), "hr/board/open": frozenset({"all"})})


def from_toml(tmp_path: Path, rules: str) -> Access:
    path = tmp_path / "assistant.toml"
    path.write_text(f"[retrieval]\n\n[access]\n{rules}\n", encoding="utf-8")
    return read_access(read_toml(path)["access"], path)


@pytest.mark.parametrize(
    ("file", "groups"),
    [
        ("readme.md", set()),
        ("hr/pay.md", {"HR"}),
        ("hr/board/minutes.md", {"board", "HR"}),
        ("hr/board/open/agenda.md", {"all"}),
        ("hr/boardroom/plan.md", {"HR"}),
        ("hr.md", set()),
        ("hrx/pay.md", set()),
        ("manuals/hr/pay.md", set()),
        ("HR/pay.md", set()),
    ],
)
def test_the_deepest_folder_rule_decides(file: str, groups: set[str]) -> None:
    assert RULES.audience(file) == groups


def test_without_rules_everyone_reads_everything() -> None:
    assert Access({}).audience("hr/pay.md") == PUBLIC


@pytest.mark.parametrize(
    ("groups", "reads"), [(set(), False), ({"HR"}, True), ({"board"}, True), ({"hr"}, False), ({"x", "HR"}, True)]
)
def test_one_of_the_groups_is_enough(groups: set[str], reads: bool) -> None:
    assert may_read(Principal("ada", frozenset(groups)), frozenset({"HR", "board"})) is reads


def test_nobody_in_particular_reads_what_everyone_may() -> None:
    assert may_read(EVERYONE, PUBLIC)
    assert not may_read(EVERYONE, frozenset({"HR"}))


@pytest.mark.parametrize("written", ["hr", "hr/", "/hr", "./hr", "hr//", "hr\\\\"])
def test_a_folder_may_be_written_in_several_ways(written: str, tmp_path: Path) -> None:
    access = from_toml(tmp_path, f'"{written}" = ["HR"]')
    assert access.audience("hr/pay.md") == {"HR"}


@pytest.mark.parametrize("written", ["", ".", "/", "./"])
def test_a_rule_for_the_whole_holds_for_the_whole(written: str, tmp_path: Path) -> None:
    access = from_toml(tmp_path, f'"{written}" = ["staff"]\nopen = ["all"]')
    assert access.audience("pay.md") == {"staff"}
    assert access.audience("open/pay.md") == {"all"}


def test_a_letter_written_as_two_characters_is_the_same_letter(tmp_path: Path) -> None:
    access = from_toml(tmp_path, '"Geh\u00e4lter" = ["HR"]')
    assert access.audience("Geha\u0308lter/pay.md") == {"HR"}


@pytest.mark.parametrize("groups", ["[]", '"HR"', "[1]", '[""]', '[" "]', "true", '{ x = "HR" }'])
def test_a_rule_that_names_no_group_is_refused_by_line(groups: str, tmp_path: Path) -> None:
    with pytest.raises(SpecError, match=r"line 5: \[access\] 'hr/pay' = .* names no groups.*\[\"HR\"\]"):
        from_toml(tmp_path, f'ok = ["HR"]\n"hr/pay" = {groups}')


def test_a_rule_that_leads_out_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SpecError, match=r"line 4.*leads out of the documents"):
        from_toml(tmp_path, '"../hr" = ["HR"]')


def test_two_rules_for_one_folder_are_refused(tmp_path: Path) -> None:
    with pytest.raises(SpecError, match=r"line 5: .*'hr/' is the second rule"):
        from_toml(tmp_path, 'hr = ["HR"]\n"hr/" = ["all"]')


def test_rules_for_folders_in_which_nothing_lies_are_known() -> None:
    access = Access({"hr": frozenset({"HR"}), "documents/hr": frozenset({"HR"})})
    assert access.idle(["hr/pay.md", "readme.md"]) == ["documents/hr"]
    assert access.idle([]) == ["hr", "documents/hr"]


def test_the_digest_tells_rules_apart_and_not_their_order() -> None:
    one, two = frozenset({"HR"}), frozenset({"board"})
    assert Access({"a": one, "b": two}).digest == Access({"b": two, "a": one}).digest
    assert len({Access(rules).digest for rules in ({}, {"a": one}, {"a": two}, {"b": one}, {"a": one | two})}) == 5
