"""groundsmith search, and the filters that it shares with ask."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.ui.test_command import run

pytestmark = pytest.mark.models
LEAVE = "How much leave do I get?"


def told(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> Any:
    code, out, err = run(capsys, *arguments, "--json")
    assert code == 0, err
    return json.loads(out)


def found(capsys: pytest.CaptureFixture[str], home: Path, *arguments: str) -> set[str]:
    return {hit["document"] for hit in told(capsys, "search", home, LEAVE, "--k", "50", *arguments)["hits"]}


def test_it_shows_passages_with_place_and_score(sample_home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "search", sample_home, LEAVE, "--k", "2")
    assert code == 0
    first, second = out.strip().split("\n\n")
    assert first.startswith("1. Employee handbook › Leave")
    assert "(hr/employee-handbook.docx)" in first
    assert "dense" in first.splitlines()[1]
    assert second.startswith("2. ")


def test_the_json_holds_each_passage_whole(sample_home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = told(capsys, "search", sample_home, LEAVE, "--k", "3", "--how", "dense")
    assert (found["question"], found["how"], len(found["hits"])) == (LEAVE, "dense", 3)
    for hit in found["hits"]:
        assert hit["end"] - hit["start"] == len(hit["text"])
        assert hit["score"] == hit["found_by"]["dense"]


def test_the_filters_hold(sample_home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert found(capsys, sample_home, "--folder", "policies", "--type", "pdf") == {"policies/travel-and-expenses.pdf"}
    both = found(capsys, sample_home, "--folder", "sales", "--folder", "it")
    assert {name.split("/")[0] for name in both} == {"sales", "it"}
    policies = told(capsys, "search", sample_home, "returns", "--folder", "policies", "--since", "2026", "--k", "50")
    assert policies["hits"]
    assert all(hit["date"] >= "2026" for hit in policies["hits"])
    assert found(capsys, sample_home, "--language", "fr") == set()
    assert found(capsys, sample_home, "--metadata", "nothing=says this") == set()


def test_a_filter_opens_nothing(sample_home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert found(capsys, sample_home, "--folder", "hr-only") == set()
    inside = found(capsys, sample_home, "--folder", "hr-only", "--as", "someone", "--groups", "HR")
    assert inside == {"hr-only/salary-bands-2026.docx"}


def test_nothing_found_and_nothing_meant_are_told_apart(sample_home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "search", sample_home, LEAVE, "--since", "2090")[1] == "No document fits the filter.\n"
    assert run(capsys, "search", sample_home, "xyzzy", "--how", "lexical")[1] == "Nothing was found.\n"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--k", "0"], "the least is 1"),
        (["--metadata", "department"], "NAME=VALUE"),
        (["--type", "zip"], "of the type 'zip'"),
        (["--since", "soon"], "since is 'soon'"),
        (["--how", "reranked"], "names a reranker"),
    ],
)
def test_bad_options_end_with_a_remedy(
    sample_home: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], says: str
) -> None:
    code, _, err = run(capsys, "search", sample_home, LEAVE, *arguments)
    assert code == 2
    assert says in err


def test_an_answer_comes_from_what_is_meant(sample_home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    question = "What does VPN error 619 mean?"
    assert told(capsys, "ask", sample_home, question, "--folder", "it")["citations"][0]["document"] == "it/vpn.md"
    answer = told(capsys, "ask", sample_home, question, "--folder", "manuals", "--explain")
    assert answer["citations"] == []
    assert all(hit["passage"].startswith("manuals/") for hit in answer["trace"]["found"])
    assert told(capsys, "ask", sample_home, question, "--until", "1999")["reason"] == "nothing_found"
