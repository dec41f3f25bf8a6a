"""groundsmith memory and feedback at the terminal."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

import pytest

from assistant import Assistant
from retrieval import Home, Principal
from tests.test_house import ROOT
from ui.command import main

ADA, BOB = Principal("ada", frozenset({"HR"})), Principal("bob")


@pytest.fixture
def talked(home: Home, assistant: Assistant) -> Home:
    """Two people asked; one gave a thumb down, with a correction, on an answer from a restricted document."""
    for who, question in ((ADA, "What does the tamarisk band pay a year?"), (BOB, "Who won the cup?")):
        answer = assistant.ask(question, who, conversation=assistant.memory.begin(who))
        assistant.memory.rate(answer.id, who, *(("down", "old", "42,000") if who is ADA else ("up",)))
    assistant.library.database.close()
    return home


def run(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> tuple[int, str, str]:
    capsys.readouterr()
    code = main([str(argument) for argument in arguments])
    out, err = capsys.readouterr()
    return code, out, err


def test_feedback_is_listed_and_filtered(talked: Home, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "feedback", talked.root)
    assert code == 0
    assert out.count("asked:") == 2
    assert "answered:   (withheld: name --groups)" in out
    assert "correction: 42,000" in out
    _, out, _ = run(capsys, "feedback", talked.root, "--corrected", "--groups", "HR")
    assert out.count("asked:") == 1
    assert "answered:   The tamarisk band pays 41,000 a year." in out
    (given,) = json.loads(run(capsys, "feedback", talked.root, "--thumb", "up", "--json")[1])
    assert (given["user"], given["thumb"], given["question"]) == ("bob", "up", "Who won the cup?")
    assert run(capsys, "feedback", talked.root, "--since", "2999-01-01")[1] == "No feedback.\n"
    code, _, err = run(capsys, "feedback", talked.root, "--since", "yesterday")
    assert (code, "Write it as 2026-11-21" in err) == (2, True)


def test_memory_says_what_is_kept_of_whom(talked: Home, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "memory", talked.root)
    assert code == 0
    assert "until somebody erases them, as people write them" in out
    assert "ada: 1 conversation, 1 answer, 1 with feedback, since 2" in out
    spec = talked.spec.read_text(encoding="utf-8")
    spec = spec.replace("retention_days = 0", "retention_days = 30").replace('"keep"', '"mask"')
    talked.spec.write_text(spec, encoding="utf-8")
    assert "for 30 days, with personal data masked" in run(capsys, "memory", talked.root)[1]


def test_a_user_is_exported(talked: Home, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    code, out, err = run(capsys, "memory", talked.root, "--export", "ada", "--groups", "HR")
    assert (code, err) == (0, "2 records of ada.\n")
    begun, answered = map(json.loads, out.splitlines())
    assert (begun["kind"], answered["feedback"]["correction"]) == ("conversation", "42,000")
    assert "41,000" in answered["answer"]["answer"]
    file = tmp_path / "ada.jsonl"
    code, out, err = run(capsys, "memory", talked.root, "--export", "ada", "--out", file)
    assert (code, out) == (0, "")
    assert "Of 1 answer the text is withheld: name --groups" in err
    assert "41,000" not in file.read_text(encoding="utf-8")
    code, _, err = run(capsys, "memory", talked.root, "--export", "eve")
    assert (code, "Nothing is stored about 'eve'" in err) == (2, True)
    code, _, err = run(capsys, "memory", talked.root, "--out", file)
    assert (code, "Add --export USER" in err) == (2, True)
    code, _, err = run(capsys, "memory", talked.root, "--export", "ada", "--out", tmp_path / "none" / "x")
    assert (code, "Name a file in a folder that exists" in err) == (10, True)


def test_the_commands_of_the_docs_run_as_printed(
    talked: Home, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr("builtins.input", lambda asked: "y")
    block = (ROOT / "docs" / "voice.md").read_text(encoding="utf-8").partition("```sh\n")[2].partition("```")[0]
    lines = [shlex.split(line, comments=True) for line in block.splitlines()]
    assert {words[1] for words in lines} == {"feedback", "memory"}
    for words in lines:
        code, _, err = run(capsys, *(talked.root if word == "my-home" else word for word in words[1:]))
        assert code == 0, err
    assert (tmp_path / "ada.jsonl").is_file()


def test_a_user_is_erased(talked: Home, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    code, _, err = run(capsys, "memory", talked.root, "--delete", "ada")
    assert (code, "Add --yes" in err) == (2, True)
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr("builtins.input", lambda asked: "n")
    assert run(capsys, "memory", talked.root, "--delete", "ada")[:2] == (1, "Nothing was erased.\n")
    monkeypatch.setattr("builtins.input", lambda asked: "y" * ("1 conversation with 1 answer of ada" in asked))
    code, out, _ = run(capsys, "memory", talked.root, "--delete", "ada")
    assert (code, out) == (0, "Erased 1 answer to ada, and all about them.\n")
    assert "tamarisk" not in run(capsys, "feedback", talked.root, "--groups", "HR")[1]
    assert run(capsys, "memory", talked.root, "--delete", "ada", "--yes")[1] == "Nothing is stored about ada.\n"
    assert "bob: 1 conversation" in run(capsys, "memory", talked.root)[1]
