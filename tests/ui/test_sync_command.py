"""groundsmith sync at the terminal: foreseen, held back until somebody agrees, and watching."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import pytest

from ui.command import main

pytestmark = pytest.mark.models


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A synced Home of a dozen small documents."""
    root = tmp_path / "home"
    main(["new", str(root)])
    for number in range(12):
        (root / "documents" / f"d{number}.md").write_text(f"# D{number}\n\nAbout pump {number}.\n", encoding="utf-8")
    assert main(["sync", str(root)]) == 0
    return root


def run(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> tuple[int, str, str]:
    capsys.readouterr()
    code = main([str(argument) for argument in arguments])
    out, err = capsys.readouterr()
    return code, out, err


def empty(home: Path) -> None:
    for path in (home / "documents").iterdir():
        path.unlink()


def test_a_dry_run_names_what_would_be_done(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    documents = home / "documents"
    (documents / "d0.md").rename(documents / "pump.md")
    (documents / "d1.md").unlink()
    (documents / "d2.md").write_text("# D2\n\nOther.\n", encoding="utf-8")
    (documents / "new\x1b[31m.md").write_text("# New\n", encoding="utf-8")
    code, out, _ = run(capsys, "sync", home, "--dry-run")
    assert code == 0
    assert out.splitlines() == [
        "would add    new[31m.md",
        "would change d2.md",
        "would delete d1.md",
        "would rename d0.md → pump.md",
        "Files: 1 added, 1 changed, 1 renamed, 1 deleted, 9 unchanged. Nothing was read or written yet.",
    ]


def test_a_script_is_told_that_too_much_would_go(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    empty(home)
    for options in (["--dry-run"], []):
        code, out, err = run(capsys, "sync", home, *options)
        assert code == 1
        assert "Not deleted:" in err
        assert f"groundsmith sync {home} --yes" in err
        assert "12 gone but kept" in out
    code, out, _ = run(capsys, "sync", home, "--yes")
    assert (code, "12 deleted" in out) == (0, True)


@pytest.mark.parametrize(("reply", "gone"), [("y", True), ("n", False), ("", False)])
def test_a_person_is_asked(
    reply: str, gone: bool, home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    empty(home)
    asked: list[str] = []

    def answer(question: str) -> str:
        asked.append(question)
        return reply

    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr("builtins.input", answer)
    code, out, _ = run(capsys, "sync", home)
    assert asked == ["Delete the documents of the 12 files that are gone? [y/N] "]
    assert (code, "12 deleted" in out) == (int(not gone), gone)


def test_a_dry_run_does_not_watch(home: Path) -> None:
    with pytest.raises(SystemExit):
        main(["sync", str(home), "--dry-run", "--watch"])


def lines_of(stream: IO[str] | None) -> Iterator[str]:
    assert stream is not None
    yield from (line.strip() for line in stream)


@pytest.mark.slow
def test_watching_follows_files_and_rules_until_it_is_interrupted(home: Path) -> None:
    command = [sys.executable, "-m", "ui.command", "sync", str(home), "--watch"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True, env=os.environ) as watching:
        said = lines_of(watching.stdout)
        assert next(said).startswith("Files: 12 unchanged")
        (home / "documents" / "new.md").write_text("# New\n\nThe quince pump.\n", encoding="utf-8")
        assert next(said).startswith("Files: 1 added, 12 unchanged")
        spec = (home / "assistant.toml").read_text(encoding="utf-8")
        (home / "assistant.toml").write_text(spec + '"new.md" = [""]\n', encoding="utf-8")
        time.sleep(6)  # a Spec that is broken stops nothing, and nothing is synced by the old one
        (home / "documents" / "newer.md").write_text("# Newer\n\nThe medlar pump.\n", encoding="utf-8")
        time.sleep(6)
        (home / "assistant.toml").write_text(spec + '"new.md" = ["HR"]\n', encoding="utf-8")
        assert next(said).startswith("Files: 1 added, 13 unchanged")
        watching.send_signal(signal.SIGINT)
        _, err = watching.communicate(timeout=30)
    assert watching.returncode == 0
    assert err.count("names no groups") == 1
    assert err.endswith("Stopped watching.\n")
    assert "newer.md" not in err
