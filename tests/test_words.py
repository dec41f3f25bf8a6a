"""Words are executed: the README's commands run as printed, and what it shows them printing is what they print."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.test_house import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"```(\w+)\n(.*?)```", re.DOTALL)


def blocks(kind: str) -> list[str]:
    return [text for name, text in BLOCK.findall(README) if name == kind]


def commands() -> list[str]:
    """Every line of the README's shell blocks, without its comment."""
    lines = [shlex.join(shlex.split(line, comments=True)) for block in blocks("sh") for line in block.splitlines()]
    return [line for line in lines if line]


def test_make_targets_exist() -> None:
    targets = {shlex.split(line)[1] for line in commands() if line.startswith("make ")}
    assert {"demo", "test"} <= targets
    for target in sorted(targets):
        subprocess.run(["make", "--dry-run", target], cwd=ROOT, check=True, capture_output=True)


def test_figures_are_those_of_the_results() -> None:
    """Each row of the README's table, and nothing else, as `make bench` wrote it."""
    results = json.loads((ROOT / "benchmarks" / "results" / "sample.json").read_text(encoding="utf-8"))["metrics"]
    rows = re.findall(r"^\| (.+?) `(\w[\w ]*)` \| ([\d.]+) \| ([\d.]+) to ([\d.]+) \| (\d+) \|$", README, re.MULTILINE)
    assert len(rows) >= 6
    for _, name, value, low, high, n in rows:
        found = results[name]
        expected = tuple(round(found[key], 2) for key in ("value", "low", "high"))
        assert (float(value), float(low), float(high)) == expected
        assert int(n) == found["n"]


def test_links_and_pictures_are_there() -> None:
    for link in re.findall(r"\]\(([^)#]+)\)", README):
        assert link.startswith("https://") or (ROOT / link).exists(), link


@pytest.mark.models
@pytest.mark.slow
def test_groundsmith_commands_run_as_printed(tmp_path: Path) -> None:
    documents = tmp_path / "path" / "to" / "your" / "documents"
    shutil.copytree(ROOT / "ui" / "sample" / "documents" / "it", documents)
    row = {"id": "p", "question": "How do I reset my password?", "answerable": True, "answers": ["Reset"]}
    row["gold_ids"] = ["documents/passwords-and-sign-in.html"]
    (tmp_path / "my-questions.jsonl").write_text(json.dumps(row) + "\n", encoding="utf-8")
    ran = [line for line in commands() if line.startswith("groundsmith ") and "groundsmith app" not in line]
    assert {line.split()[1] for line in ran} >= {"new", "sync", "ask", "chat", "status", "models", "exam"}
    for line in ran:
        done = _run(line, tmp_path)
        assert done.returncode == 0, f"{line}\n{done.stdout}{done.stderr}"


@pytest.mark.models
@pytest.mark.slow
def test_the_answers_shown_are_the_answers_given(sample_home: Path) -> None:
    shown = [block for block in blocks("console") if block.startswith("$ groundsmith ask")]
    assert len(shown) == 2
    for block in shown:
        prompt, _, expected = block.partition("\n")
        question = shlex.split(prompt)[-1]
        done = _run(shlex.join(["groundsmith", "ask", str(sample_home), question]), sample_home)
        assert _words(done.stdout) == _words(expected)


def _run(line: str, folder: Path) -> subprocess.CompletedProcess[str]:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = os.environ | {"PATH": path}
    return subprocess.run(
        shlex.split(line),
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        input="",
        check=False,
        timeout=300,
    )


def _words(text: str) -> list[str]:
    """The words alone: the README may break its lines where it likes, and confidence differs with the processor."""
    return re.sub(r"confidence: [\d.]+", "confidence", text).split()
