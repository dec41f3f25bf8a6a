"""Lines below a Home that name what is purged: each goes for itself, and the rest stays to the letter."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from retrieval import Home, Purge
from retrieval.life.lines import erase_lines, still_naming
from tests.retrieval.homes import make

ID = "policies/ü, gone.md"
PURGE = Purge(frozenset({ID}), frozenset({ID}), frozenset({"Gone"}))
KEPT = [
    {"id": "a", "question": "Gone?", "gold_ids": ["kept.md"]},
    {"id": "b", "gold_ids": [f"other/{ID}", f"{ID}.bak"]},
    {"title": "Gone", "text": "Another document of the same title."},
    {"asked": "1", "value": {"found": ["Gone too › Heading"]}},
]
LEAVING = [
    {"id": "c", "gold_ids": ["kept.md", ID]},
    {"id": "d", "without": [f"{ID}@0123456789ab:0-17"]},
    {"id": "e", "passages": [{"deep": {"deeper": ID}}]},
    {"id": "f", ID: "a key"},
    {"asked": "2", "value": {"found": ["Gone › Heading, p. 3"]}},
    {"asked": "3", "value": {"found": ["Gone"]}},
]


@pytest.fixture
def home(shelf: Path) -> Home:
    return make(shelf / "home", {})


def erase(home: Home, name: str, text: str) -> str:
    path = home.exams / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode())
    erase_lines(home, PURGE.names, PURGE.place_of)
    assert [each.name for each in path.parent.iterdir()] == [path.name]
    return path.read_bytes().decode()


@pytest.mark.parametrize("escaped", [True, False])
def test_json_lines(escaped: bool, home: Home) -> None:
    kept = [json.dumps(each, ensure_ascii=escaped) + "\n" for each in KEPT]
    leaving = [json.dumps(each, ensure_ascii=escaped) + "\n" for each in LEAVING]
    mixed = "".join(leaving[:3] + kept[:2] + leaving[3:] + kept[2:])
    assert erase(home, "deep/er/rows.jsonl", mixed) == "".join(kept)


def test_a_line_of_somebodys_that_is_torn_stays_and_one_that_is_made_again_goes(home: Home) -> None:
    assert (
        erase(home, "rows.jsonl", '{"id": "half\n\u2028{"asked": "4", "val')
        == '{"id": "half\n\u2028{"asked": "4", "val'
    )
    assert erase(home, "rows.jsonl", '{"id": 1}\n{"asked": "4", "val') == '{"id": 1}\n'


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_tables(delimiter: str, home: Home) -> None:
    def row(*cells: str) -> str:
        return delimiter.join('"' + cell.replace('"', '""') + '"' for cell in cells) + "\r\n"

    head, kept = row("id", "question", "gold_ids"), row("a", "Gone?\nReally?", "kept.md|other.md")
    leaving = [row("b", "x", f"kept.md|{ID}"), row("c", "y", json.dumps([ID])), row("d", "z", ID)]
    left = erase(home, "rows.csv", "".join([head, *leaving, kept]))
    assert left.replace('"', "") == (head + kept).replace('"', "")
    assert erase(home, "rows.csv", head + kept) == head + kept


@pytest.mark.parametrize("broken", [f"id,text\r\na,{'x' * 200_000}{ID}\r\n", f"[{'[' * 100_000}\n"])
def test_what_is_no_table_and_no_json_stays_as_it_is(broken: str, home: Home) -> None:
    assert erase(home, "rows.csv", broken) == broken
    (home.exams / "rows.csv").unlink()
    assert erase(home, "rows.jsonl", broken) == broken


def test_what_names_it_yet_is_found_however_it_is_written(home: Home) -> None:
    (home.exams / "report.html").write_text(f"<p>{ID}</p>", encoding="utf-8")
    (home.exams / "report.json").write_text(json.dumps({"document": ID}), encoding="utf-8")
    (home.exams / "other.html").write_text("<p>kept.md</p>", encoding="utf-8")
    assert still_naming(home, [ID]) == [home.exams / "report.html", home.exams / "report.json"]
