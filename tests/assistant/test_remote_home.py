"""A Home whose Spec names a server: what it takes, what it refuses, and what becomes of a question."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from assistant import Assistant, open_assistant
from assistant.language.remote import RemoteModel
from assistant.reading.extractive import ExtractiveReader
from assistant.reading.model import ModelReader
from assistant.reading.prose import ProseReader
from retrieval import Home, SpecError
from tests.assistant.serving import NAME, Script, Served, serving, status
from tests.fakes import WordEncoder
from ui.command import main
from ui.explaining import explanation

ASKED = "How long is the warranty from delivery?"
PROSE = "Cited:1\nAnswer: The warranty lasts 24 months from delivery. [1] It covers the moon. [1]"
SECRET = "sk-tamarisk-41000"


def named(home: Home, base: str, **more: str | int) -> None:
    """Writes the server into the Home's Spec."""
    lines: dict[str, str | int] = {"reader": "auto", "base": base, "remote_model": NAME, "answering": "prose", **more}
    text = home.spec.read_text(encoding="utf-8")
    for key, value in lines.items():
        text = "\n".join(
            f"{key} = {json.dumps(value)}" if row.startswith(f"{key} =") else row for row in text.split("\n")
        )
    home.spec.write_text(text, encoding="utf-8")


def opened(home: Home, served: Served, **more: str | int) -> Assistant:
    named(home, served.base, **more)
    found = open_assistant(home.root, WordEncoder())
    found.library.sync()
    return found


def test_the_server_reads_unless_the_spec_says_otherwise(home: Home) -> None:
    with serving(Script(PROSE)) as served:
        assert isinstance(opened(home, served).reader, ProseReader)
        assert isinstance(opened(home, served, answering="span").reader, ModelReader)
        assert isinstance(opened(home, served, reader="extractive").reader, ExtractiveReader)
        assert served.bodies == [], "opening asks nothing"


def test_a_question_is_answered_and_the_key_shows_nowhere(
    home: Home, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TEST_KEY", SECRET)
    with serving(Script(PROSE)) as served:
        assistant = opened(home, served, key_from="TEST_KEY")
        answer = assistant.ask(ASKED)
        assert answer.text == "The warranty lasts 24 months from delivery. [1]"
        assert answer.model == NAME
        assert served.headers[-1]["Authorization"] == f"Bearer {SECRET}"
        served.faults.append(status(401, f"not with {SECRET}"))
        refused = assistant.ask(ASKED)
        assert refused.abstention is not None and refused.abstention.reason == "unavailable"
    written = home.spec.read_text(encoding="utf-8") + repr(assistant.reader.identity) + repr(assistant.spec)
    assert SECRET not in written + str(answer.trace) + str(refused.trace) + str(refused.to_json())
    assert "127.0.0.1" not in str(refused.to_json()), "where the model runs is for the trace alone"
    assert all(SECRET.encode() not in path.read_bytes() for path in home.root.rglob("*") if path.is_file())
    assert SECRET not in "".join(capsys.readouterr())


def test_a_server_that_is_gone_is_unavailable_and_comes_back(home: Home) -> None:
    with serving(Script(PROSE)) as served:
        assistant = opened(home, served, retries=0)
        language = assistant.reader.language  # type: ignore[attr-defined]
        assert isinstance(language, RemoteModel)
        served.faults += [status(503)] * 3
        gone = assistant.ask(ASKED)
        assert gone.abstention is not None and gone.abstention.reason == "unavailable"
        assert "Unavailable: Unreached: http://127.0.0.1" in explanation(gone)
        served.faults.clear()
        assert assistant.ask(ASKED).abstention is None


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        ({"remote_model": ""}, "remote_model"),
        ({"key_from": SECRET}, "key_from"),
        ({"base": "ftp://host/v1"}, "ftp"),
        ({"base": f"https://me:{SECRET}@host/v1"}, "more than an address"),
        ({"answering": "verse"}, "answering"),
    ],
)
def test_a_spec_that_cannot_serve_says_so_without_repeating_a_secret(
    home: Home, lines: dict[str, str], says: str
) -> None:
    named(home, **({"base": "http://127.0.0.1:9/v1"} | lines))
    with pytest.raises(SpecError, match=says) as raised:
        open_assistant(home.root, WordEncoder())
    assert SECRET not in str(raised.value)


@pytest.mark.models
def test_status_says_whether_it_answers(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    home = tmp_path / "home"
    main(["new", str(home)])
    with serving(Script(PROSE)) as served:
        named(Home(home), served.base)
        assert told(home, capsys)["model_answers"] is True
        main(["status", str(home)])
        assert f"model:      {NAME}, which answers\n" in capsys.readouterr().out
    gone = told(home, capsys)
    assert gone["model_answers"] is False and "cannot be reached" in str(gone["model_problem"])
    main(["status", str(home)])
    assert f"model:      {NAME}: http://127.0.0.1" in capsys.readouterr().out


def told(home: Path, capsys: pytest.CaptureFixture[str]) -> dict[str, object]:
    capsys.readouterr()
    assert main(["status", str(home), "--json"]) == 0
    found: dict[str, object] = json.loads(capsys.readouterr().out)
    return found
