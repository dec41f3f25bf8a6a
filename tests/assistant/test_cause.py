"""What went wrong is traced without what this machine has to keep: paths, keys, passwords in addresses."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant import Assistant
from assistant.cause import LONGEST, cause_of, cleaned
from retrieval import ModelError, Principal
from tests.assistant.making import Liar

ADA = Principal("ada")
KEPT = (
    "/srv/models/marlpit/weights",
    "/home/marlpit/my own models/x",
    "~/marlpit/x",
    "../marlpit/x/y",
    "C:\\Users\\marlpit\\x",
    "\\\\marlpit\\share",
    "file:///srv/marlpit",
    "https://ada:marlpit@models.example/v1",
    "postgresql://ada:mar/lp@it@db.example/marlpit",
    "https://models.example/marlpit?key=marlpit",
    "Authorization: Bearer marlpit.1234",
    "bearer marlpit1234",
    "api_key='marlpit 1'",
    "password=marlpit",
    "sk-marlpit0123456789",
    "hf_marlpitABCDEFG012345",
    "marlpit0123456789abcdef0123456789",
)


@pytest.mark.parametrize("kept", KEPT)
@pytest.mark.parametrize("around", ["{} is gone.", "It broke: {}", "[Errno 2] No such file: '{}'", "see ({}), stop"])
def test_places_and_keys_are_left_out(kept: str, around: str) -> None:
    told = cleaned(around.format(kept))
    assert "marlpit" not in told
    assert told.startswith(around.partition("{}")[0].split("'")[0].rstrip(" ("))


@pytest.mark.parametrize(("name", "value"), [("OUR_SERVER", "dunlin"), ("SOME_API_KEY", "dunlin-and-tern")])
def test_keys_of_the_environment_are_left_out(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    assert cleaned(f"It got {value}!", "OUR_SERVER") == "It got …!"


@pytest.mark.parametrize(
    "text",
    [
        "SmolLM2-135M-Instruct cannot compute: out of memory. Use a smaller model.",
        "HuggingFaceTB/SmolLM2-135M-Instruct is no model.",
        "I/O error at 3 tokens/s; read/write failed",
        "The environment variable OUR_KEY, which [model] key_from names, is not set. Set it.",
        "https://models.example:8000 answers with 503.",
        "The token budget is 2048.",
    ],
)
def test_all_else_is_told(text: str) -> None:
    assert cleaned(text) == text


def test_the_class_and_a_file_of_ours_are_told() -> None:
    error = ModelError("/srv/home/adapters/first/adapter_model.safetensors: broken.", "Restore it.")
    assert cause_of(error) == "ModelError: adapter_model.safetensors: broken. Restore it."


@settings(deadline=None)
@given(st.text(max_size=2000))
def test_it_is_one_short_line_and_stays_what_it_is(text: str) -> None:
    told = cleaned(text)
    assert len(told) <= LONGEST + 2
    assert told.isprintable()


@pytest.mark.parametrize("late", [False, True])
def test_no_trace_has_them(assistant: Assistant, late: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OUR_SERVER", "dunlin")
    assistant.spec = replace(assistant.spec, model=replace(assistant.spec.model, key_from="OUR_SERVER"))
    error = ModelError(f"dunlin: {' and '.join(KEPT)}.", "Mend it.")
    assistant.reader = Liar(error) if late else Liar(decision=error)
    conversation = assistant.memory.begin(ADA)
    question = "How long does the warranty last from delivery?"
    answer = assistant.ask(question, ADA, conversation=conversation)
    assert answer.trace["error"].startswith("ModelError: ")
    rows = assistant.memory.database.rows("SELECT * FROM answers")
    stored = json.dumps([dict(row) for row in rows])
    for seen in (stored, repr(answer)):
        assert "marlpit" not in seen and "dunlin" not in seen
