"""Small talk is known by its whole wording; whatever holds a question is one."""

from __future__ import annotations

import pytest

from assistant.conversation.small_talk import PHRASES, Kind, Talk, reply, small_talk
from assistant.spec import PersonaSpec, Spec
from assistant.voice.sentences import SENTENCES
from assistant.voice.settings import TALK, VoiceSpec


@pytest.mark.parametrize(
    ("message", "kind"),
    [
        ("Hi", "hello"),
        ("Hello there!", "hello"),
        ("hi Pip 👋", "hello"),
        ("Grüß Gott", "hello"),
        ("Bonjour !", "hello"),
        ("¡Hola! ¿Qué tal?", "hello"),
        ("Wie geht’s?", "hello"),
        ("Thank you very much, that helped.", "thanks"),
        ("OK, got it", "thanks"),
        ("Vielen Dank!", "thanks"),
        ("Merci beaucoup", "thanks"),
        ("Thanks, bye", "farewell"),
        ("Danke, tschüss", "farewell"),
        ("Hello, who are you?", "who"),
        ("Wer bist du?", "who"),
        ("help", "help"),
        ("What can you do?", "help"),
    ],
)
def test_it_is_known(message: str, kind: Kind) -> None:
    found = small_talk(message, "Pip")
    assert found and found.kind == kind


@pytest.mark.parametrize(
    "message",
    [
        "Hello, how long is the warranty?",
        "Thanks. And the Tern?",
        "Help with my password",
        "Who are you buying the beans from?",
        "thanks to whom?",
        "hi-fi",
        "Hello kettle",
        "Good",
        "and",
        "please",
        "?",
        "",
        "hi " * 100,
    ],
)
def test_all_else_is_a_question(message: str) -> None:
    assert small_talk(message, "Pip") is None


def said(message: str, spec: Spec | None = None) -> str:
    found = small_talk(message)
    assert found
    return reply(found, spec or Spec())


def test_the_reply_says_who_the_spec_says() -> None:
    spec = Spec(assistant=PersonaSpec(name="Pip", organisation="the {mill}", greeting="Ask away."))
    assert said("Hello", spec) == "Hello. Ask away."
    assert "Pip" in said("Who are you?", spec) and "the {mill}" in said("Who are you?", spec)
    assert "Pip" in said("Wer bist du?", spec) and "the {mill}" in said("Wer bist du?", spec)


@pytest.mark.parametrize(
    ("message", "language"),
    [
        ("Hello", "en"),
        ("Hi", "en"),
        ("OK", "en"),
        ("Guten Morgen!", "de"),
        ("Ok, danke", "de"),
        ("Wie funktioniert das?", "de"),
        ("Bonjour !", "fr"),
        ("Muchas gracias", "es"),
        ("Grazie mille", "it"),
        ("Dank u wel", "nl"),
    ],
)
def test_it_is_answered_in_the_askers_language(message: str, language: str) -> None:
    found = small_talk(message)
    assert found
    ours = SENTENCES[language]
    words = {"name": "Assistant", "organisation": ours["organisation"], "greeting": ours["greeting"]}
    assert reply(found, Spec()) == ours[found.kind].format(**words)


def test_what_several_languages_say_is_answered_in_the_owners() -> None:
    dutch = Spec(voice=VoiceSpec(written_in="nl", hello="Goedendag."))
    assert said("Hallo", dutch) == "Goedendag."
    assert said("Hi", dutch) == "Goedendag."
    assert said("Hallo") == f"Hallo. {SENTENCES['de']['greeting']}"


def test_the_owners_words_go_first_in_each_language() -> None:
    portuguese = {"thanks": "Às ordens na {organisation}."}
    translations = {"voice": {"pt": portuguese}, "assistant": {"de": {"greeting": "Los."}}}
    voice = VoiceSpec(thanks="Any time, says {name}.", who="{{name}} is {name}.")
    spec = Spec(assistant=PersonaSpec(name="Pip", organisation="Mill"), voice=voice, translations=translations)
    assert said("Thanks!", spec) == "Any time, says Pip."
    assert said("Who are you?", spec) == "{name} is Pip."
    assert said("Obrigado", spec) == "Às ordens na Mill."
    assert said("Hallo", spec) == "Hallo. Los."
    assert said("Danke", spec) == SENTENCES["de"]["thanks"]
    fixed = Spec(voice=VoiceSpec(language="fr"))
    assert said("Thanks!", fixed) == SENTENCES["fr"]["thanks"]


def test_words_to_avoid_are_replaced_and_names_are_not() -> None:
    spec = Spec(
        assistant=PersonaSpec(name="Document", organisation="Program"),
        words={"program": "machine", "documents": "papers", "name": "title"},
    )
    assert said("Who are you?", spec) == (
        "I am Document, the assistant of Program: a machine that answers from papers, in their own words."
    )


def test_each_kind_is_a_setting_and_is_known_in_each_language() -> None:
    assert tuple(PHRASES) == TALK
    for kind, spoken in PHRASES.items():
        assert set(SENTENCES) <= set(spoken)
        for tag in SENTENCES:
            for phrase in " | ".join(spoken[tag].splitlines()).split("|"):
                assert isinstance(found := small_talk(phrase), Talk)
                assert found.kind == kind and tag in found.languages
