"""docs/models.md is executed: its settings are read, its example runs and prints what it says it prints."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from assistant import open_assistant, read_spec
from assistant.prose import sentences_of
from retrieval import create
from tests.assistant.minds import Spoken
from tests.assistant.serving import Script
from tests.test_house import ROOT

WORDS = (ROOT / "docs" / "models.md").read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")
PRINTED = re.compile(r"^print\(.*\)  # (.*)$", re.MULTILINE)
PROSE = "Cited:1\nAnswer: The boiler is covered for five years. [1]"


def blocks(kind: str, of: str = WORDS) -> list[str]:
    return [text for name, text in re.findall(r"```(\w*)\n(.*?)```", of, re.DOTALL) if name == kind]


def test_its_settings_are_settings(tmp_path: Path) -> None:
    found = [block for text in (WORDS, README) for block in blocks("toml", text) if block.startswith("[model]")]
    assert len(found) == 2
    for block in found:
        (tmp_path / "assistant.toml").write_text(block, encoding="utf-8")
        spec = read_spec(tmp_path / "assistant.toml").model
        assert (spec.answering, spec.remote_model, spec.key_from) == ("prose", "Qwen3-8B", "MODEL_KEY")
    assert f"`patience_seconds` ({spec.patience_seconds:.0f})" in WORDS and f"`retries` ({spec.retries})" in WORDS


def test_the_frame_it_shows_is_the_frame() -> None:
    (shown,) = [block for block in blocks("") if block.startswith("Cited:")]
    assert [(one.marks, one.fault) for one in sentences_of([shown], 3)] == [((0,), ""), ((2,), "")]


@pytest.mark.models
def test_its_example_prints_what_it_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    home = create(tmp_path / "my-home", '[model]\nanswering = "prose"\n')
    (home.documents / "boiler.md").write_text("# Boiler\n\nThe boiler is covered for 5 years.\n", encoding="utf-8")
    open_assistant(home.root).library.sync()
    (block,) = blocks("python")
    exec(compile(block, "docs/models.md", "exec"), {"model": Spoken(mind=Script(PROSE), tells=False)})
    assert capsys.readouterr().out.splitlines() == PRINTED.findall(block)
