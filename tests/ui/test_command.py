"""The command: light to start, clear when refused, honest about who may read what."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from ui.command import main

ANSWERED = "What does VPN error 619 mean?"
SALARY = "How much is the Tamarisk allowance?"
HEAVY = ("torch", "transformers", "faiss", "streamlit", "sentence_transformers", "pandas", "peft")


def run(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> tuple[int, str, str]:
    code = main([str(argument) for argument in arguments])
    out, err = capsys.readouterr()
    return code, out, err


def test_help_imports_nothing_heavy() -> None:
    script = f"import sys, ui.command; ui.command.parser(); sys.exit(bool(set({HEAVY!r}) & sys.modules.keys()))"
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


def test_new_then_status(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "new", tmp_path / "home")
    assert code == 0
    assert "groundsmith sync" in out
    code, out, _ = run(capsys, "status", tmp_path / "home", "--json")
    state = json.loads(out)
    assert (code, state["documents"], state["reader"], state["in_step"]) == (0, 0, "pointing", False)


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["ask", "nowhere", "Why?"], 3, "groundsmith new"),
        (["status", "nowhere"], 3, "not a folder"),
        (["ask", "home", "   "], 2, "no question"),
        (["ask", "home", "x" * 4001], 2, "4000"),
        (["new", "home"], 3, "already a Home"),
        (["sync", "home", "no-such-folder"], 2, "not there"),
        (["app", "home", "--port", "70000"], 2, "65535"),
    ],
)
def test_bad_calls_end_with_a_remedy_and_a_code_of_their_own(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    code: int,
    says: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    main(["new", "home"])
    capsys.readouterr()
    assert main(arguments) == code
    assert says in capsys.readouterr().err


def test_a_broken_spec_is_named_with_its_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["new", str(tmp_path / "home")])
    spec = tmp_path / "home" / "assistant.toml"
    spec.write_text(spec.read_text().replace("threshold =", "treshold ="))
    code, _, err = run(capsys, "ask", tmp_path / "home", "Why?")
    assert code == 5
    assert "line" in err
    assert "Did you mean `threshold`?" in err


@pytest.mark.models
def test_an_empty_home_says_that_it_is_empty(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["new", str(tmp_path / "home")])
    code, out, _ = run(capsys, "sync", tmp_path / "home")
    assert code == 0
    assert "nothing to answer from" in out
    code, out, _ = run(capsys, "ask", tmp_path / "home", "How long is the warranty?", "--json")
    assert (code, json.loads(out)["reason"]) == (0, "nothing_found")


@pytest.mark.models
def test_an_answer_shows_its_quote_and_place(sample_home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "ask", sample_home, ANSWERED)
    assert code == 0
    assert '[1] "' in out
    assert "(it/vpn.md)" in out
    assert "reader: pointing" in out


@pytest.mark.models
def test_the_json_answer_is_whole(sample_home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, "ask", sample_home, ANSWERED, "--json", "--explain")
    answer = json.loads(out)
    assert answer["reader"] == "pointing"
    assert answer["citations"][0]["document"] == "it/vpn.md"
    assert answer["trace"]["found"]


@pytest.mark.models
def test_explain_shows_what_was_found_and_decided(sample_home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, "ask", sample_home, ANSWERED, "--explain")
    assert "Found:" in out
    assert "Decided: answers" in out


@pytest.mark.models
def test_only_hr_reads_the_salaries(sample_home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, outside, _ = run(capsys, "ask", sample_home, SALARY, "--json", "--explain")
    _, inside, _ = run(capsys, "ask", sample_home, SALARY, "--json", "--as", "someone", "--groups", "HR")
    assert "hr-only" not in outside
    assert json.loads(inside)["citations"][0]["document"] == "hr-only/salary-bands-2026.docx"


@pytest.mark.models
def test_status_counts_only_what_the_asker_may_read(sample_home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, outside, _ = run(capsys, "status", sample_home, "--json")
    _, inside, _ = run(capsys, "status", sample_home, "--json", "--groups", "HR")
    assert json.loads(inside)["documents"] == json.loads(outside)["documents"] + 1


@pytest.mark.models
def test_chat_answers_line_by_line(
    sample_home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = iter([ANSWERED, "", "x" * 4001, "/quit"])
    monkeypatch.setattr("builtins.input", lambda prompt: next(lines))
    code, out, err = run(capsys, "chat", sample_home)
    assert code == 0
    assert "(it/vpn.md)" in out
    assert "4000" in err


def test_models_are_listed_with_licence_and_origin(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "models")
    assert code == 0
    for expected in ("all-MiniLM-L6-v2", "SmolLM2-135M-Instruct", "Apache-2.0"):
        assert expected in out


def test_a_missing_model_names_its_remedy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GROUNDSMITH_MODELS", str(tmp_path / "none"))
    main(["new", str(tmp_path / "home")])
    code, _, err = run(capsys, "sync", tmp_path / "home")
    assert code == 7
    assert "groundsmith models get" in err
