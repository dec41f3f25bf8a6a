"""The whole Spec: written with every key commented, and read back as it was."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant import PersonaSpec, Spec, read_spec, write_spec
from assistant.spec import SECTIONS
from assistant.voice.settings import PolicySpec, VoiceSpec
from retrieval import Access, SpecError


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("spec") / "assistant.toml"


def test_every_key_stands_below_its_comment() -> None:
    lines = write_spec(Spec()).splitlines()
    keys = [number for number, line in enumerate(lines) if " = " in line and not line.startswith("#")]
    assert len(keys) >= 20
    assert all(lines[number - 1].startswith("# ") for number in keys)
    assert {f"[{name}]" for name in [*SECTIONS, "access"]} <= set(lines)


@settings(deadline=None)
@given(name=st.text(st.characters(exclude_categories=["Cs"])), group=st.text("abcÄ\"'\\ \t", min_size=1).map(str.strip))
def test_what_is_written_is_what_is_read(file: Path, name: str, group: str) -> None:
    groups = frozenset({group or "HR"})
    spec = Spec(assistant=PersonaSpec(name=name, suggestions=(name, "Why?")), access=Access({'a "b"/ç': groups}))
    file.write_text(write_spec(spec), encoding="utf-8", newline="\n")
    assert read_spec(file) == spec


def test_a_key_outside_a_section_is_refused(file: Path) -> None:
    file.write_text('assistant = "me"\n', encoding="utf-8")
    with pytest.raises(SpecError, match="outside a section"):
        read_spec(file)


def test_an_unknown_section_is_refused_with_a_suggestion(file: Path) -> None:
    file.write_text("[retreival]\n", encoding="utf-8")
    with pytest.raises(SpecError, match="Did you mean `retrieval`"):
        read_spec(file)


# Voice, words and policy


def test_voice_words_and_policy_are_read_back_equal(file: Path) -> None:
    spec = Spec(
        voice=VoiceSpec(tone="warm", language="de", phrases=("So {title} ({date}): {answer}.", "{answer}")),
        policy=PolicySpec(disclaimer="No advice.", off_limits=("law suits",), hand_over_after=("withdrawn",)),
        words={"cheap deal": "offer", 'a "b"': ""},
        translations={
            "voice": {"de": {"phrases": ("Laut {title}: {answer}.",)}},
            "refusals": {"de": {"off_topic": "Nein."}, "pl": {"off_topic": "Nie."}},
            "policy": {"de": {"hand_over": "Fragen Sie uns."}},
        },
    )
    file.write_text(write_spec(spec), encoding="utf-8")
    assert read_spec(file) == spec


@pytest.mark.parametrize(
    ("written", "complaint"),
    [
        (
            '[voice]\nphrases = ["{answer}", "By {author}: {answer}"]',
            r"line 2: \[voice\] phrases: .*\{author\}.* Known: ",
        ),
        ('[voice]\nwhole = ["None."]', r"line 2: .*\{answer\} 0 times"),
        ('[voice]\nyes_no = ["{answer}"]', r"line 2: .*\{polarity\} 0 times"),
        ('[voice.de]\nphrases = ["{antwort}"]', r"\[voice.de\] phrases: .*\{antwort\}"),
        ('[voice.de]\ntone = "warm"', r"unknown key in \[voice.de\] `tone`.* Known: conflict"),
        ('[voice]\nlanguage = "german"', r"line 2: \[voice\] language = 'german' is no language"),
        ('[voice]\nwritten_in = "auto"', r"line 2: \[voice\] written_in = 'auto' is no language"),
        ('[refusals.german]\noff_topic = "Nein."', r"\[refusals.german\] names no language"),
        ('[refusals.en]\noff_topic = "No."', r"\[refusals.en\] .*written in 'en' already"),
        ('[voice]\nthanks = "Welcome, {answer}."', r"line 2: \[voice\] thanks: .*\{answer\}, which is not known"),
        ('[voice.de]\nwho = "Ich, {nam}."', r"\[voice.de\] who: .*\{nam\}, which is not known"),
        ('[voice]\nhello = "{"', r"line 2: \[voice\] hello: .*cannot be read"),
        ('[assistant.de]\nname = "Ada"', r"unknown key in \[assistant.de\] `name`.* Known: greeting"),
        ('[refusals.de]\nof_topic = "Nein."', "line 1: unknown key .*Did you mean `off_topic`"),
        ("[refusals.de]\noff_topic = 7", r"line 1: \[refusals.de\] off_topic = 7 is a whole number"),
        ('[model.de]\nbase = "x"', "unknown key in .model. `de`"),
        ('[policy]\nhand_over_after = ["tired"]', "line 2: .*'tired', which is no reason.* Known: nothing_found"),
        ('[policy]\n\noff_limits = ["law", " - "]', "line 3: .*' - ', which is no word"),
        ('[policy]\npersonal_data = "sell"', "line 2: .*Choose one of: keep, mask"),
        ("[words]\ncheap = 7", r"line 2: \[words\] cheap = 7 is no word"),
        ('[words]\ncheap = "Cheap"', "line 2: .*to be avoided and to be used"),
        ('[words]\ndocuments = ""', r"\[refusals\] nothing_found says 'documents', which \[words\] avoids"),
        ('[words]\npapers = ""\n[voice]\nphrases = ["Papers: {answer}"]', r"line 4: \[voice\] phrases says 'papers'"),
        ('words = "cheap"', "outside a section"),
    ],
)
def test_what_is_wrong_with_voice_words_and_policy_is_said_with_its_line(
    file: Path, written: str, complaint: str
) -> None:
    file.write_text(written + "\n", encoding="utf-8")
    with pytest.raises(SpecError, match=complaint) as refusal:
        read_spec(file)
    assert refusal.value.remedy
