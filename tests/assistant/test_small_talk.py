"""Small talk is known by its whole wording; whatever holds a question is one."""

from __future__ import annotations

import pytest

from assistant.conversation.small_talk import Kind, reply, small_talk
from assistant.spec import PersonaSpec, Spec


@pytest.mark.parametrize(
    ("message", "kind"),
    [
        ("Hi", "greeting"),
        ("Hello there!", "greeting"),
        ("hi Pip 👋", "greeting"),
        ("Grüß Gott", "greeting"),
        ("Bonjour !", "greeting"),
        ("¡Hola! ¿Qué tal?", "greeting"),
        ("Wie geht’s?", "greeting"),
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
    assert small_talk(message, "Pip") == kind


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


def test_the_reply_says_who_the_spec_says() -> None:
    spec = Spec(assistant=PersonaSpec(name="Pip", organisation="the {mill}", greeting="Ask away."))
    assert reply("greeting", spec) == "Hello. Ask away."
    assert "Pip" in reply("who", spec) and "the {mill}" in reply("who", spec)
