"""docs/langchain.md is executed: its examples run one after another, and print what it says they print."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.test_house import ROOT

WORDS = (ROOT / "docs" / "langchain.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"```python\n(.*?)```", re.DOTALL)
PRINTED = re.compile(r"^print\(.*\)  # (.*)$", re.MULTILINE)


@pytest.mark.models
def test_its_examples_print_what_it_says(
    shelf: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(shelf)
    names: dict[str, object] = {}
    for number, block in enumerate(BLOCK.findall(WORDS), start=1):
        exec(compile(block, f"docs/langchain.md, block {number}", "exec"), names)
        assert capsys.readouterr().out.splitlines() == PRINTED.findall(block)
    assert number == 12
