"""The app's screen, driven without a browser, over the sample with the real encoder."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

import ui
from assistant import open_assistant
from assistant.feedback import feedback
from retrieval import EVERYONE

APP = Path(str(ui.__file__)).with_name("app.py")
ANSWERED = "What does VPN error 619 mean?"
REFUSED = "What pump pressure does the Dunlin 400 brew with?"
SALARY = "What does the Tamarisk band pay?"
CANARIES = ("Marlpit", "Tamarisk", "Ochre Lantern")

pytestmark = [
    pytest.mark.models,
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),  # of the app's library, about itself
]


@pytest.fixture
def app(sample_home: Path, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    monkeypatch.setattr(sys, "argv", ["app.py", str(sample_home)])
    return AppTest.from_file(str(APP), default_timeout=60).run()


def shown(app: AppTest) -> str:
    """All that the screen says, markup included."""
    parts = [str(element.proto) for element in app.main]
    return "\n".join(parts)


def test_it_greets_and_suggests_what_everyone_may_read(app: AppTest) -> None:
    assert not app.exception
    assert app.title[0].value == "Pellbrook assistant"
    labels = [button.label for button in app.button]
    assert 1 <= len(labels) <= 4
    assert not any(canary in label for canary in CANARIES for label in labels)


def test_a_question_gets_a_cited_answer(app: AppTest) -> None:
    app.chat_input[0].set_value(ANSWERED).run()
    assert not app.exception
    assert len(app.chat_message) == 2
    assert app.expander[0].label.startswith("[1] ")
    assert "<mark" in shown(app)
    assert "it/vpn.md" in shown(app)


def test_a_suggestion_is_asked_when_pressed(app: AppTest) -> None:
    question = app.button[0].label
    app.button[0].click().run()
    assert question in shown(app)
    assert not app.button, "suggestions go once something was asked"


def test_a_refusal_gives_its_reason(app: AppTest) -> None:
    app.chat_input[0].set_value(REFUSED).run()
    assert "insufficient" in shown(app)
    assert not app.expander


def test_a_greeting_gets_one_and_no_thumbs(app: AppTest) -> None:
    app.chat_input[0].set_value("Hello!").run()
    assert "Hello. Ask me" in shown(app)
    assert not app.feedback and not app.expander


def test_a_follow_up_shows_what_it_was_asked_as(app: AppTest) -> None:
    for question in ("How much water does the tank of the Dunlin 400 hold?", "And the Tern?"):
        app.chat_input[0].set_value(question).run()
    assert "Asked as: How much water does the tank of the Tern hold?" in shown(app)


def test_what_is_asked_back_can_be_pressed(app: AppTest) -> None:
    app.chat_input[0].set_value("How do I clean it?").run()
    assert "Do you mean " in shown(app)
    pressed = app.button[0].label
    app.button[0].click().run()
    assert not app.exception and not app.button
    assert pressed in shown(app) and app.expander


def test_a_visitor_learns_nothing_of_restricted_documents(app: AppTest) -> None:
    app.chat_input[0].set_value(SALARY).run()
    text = shown(app).replace(SALARY, "")
    assert "hr-only" not in text
    assert not any(canary in text for canary in CANARIES)


def test_thumbs_are_stored(app: AppTest, sample_home: Path) -> None:
    assistant = open_assistant(sample_home)
    before = assistant.memory.ratings().get("up", 0)
    app.chat_input[0].set_value(ANSWERED).run()
    app.feedback[0].set_value(1).run()
    assert assistant.memory.ratings()["up"] == before + 1


def test_a_thumb_down_asks_what_would_be_right(app: AppTest, sample_home: Path) -> None:
    app.chat_input[0].set_value(ANSWERED).run()
    app.feedback[0].set_value(1).run()
    assert not app.text_area
    app.feedback[0].set_value(0).run()
    app.text_input[0].set_value("Too short.")
    app.text_area[0].set_value("It means that the password has run out.")
    app.button[0].click().run()
    assert not app.exception
    assert not app.text_area
    assert "Thank you." in shown(app)
    (given, *_) = feedback(open_assistant(sample_home).memory.database, EVERYONE)
    assert (given.thumb, given.question, given.comment) == ("down", ANSWERED, "Too short.")
    assert given.correction == "It means that the password has run out."


def test_two_visitors_share_nothing(app: AppTest) -> None:
    app.chat_input[0].set_value(ANSWERED).run()
    other = AppTest.from_file(str(APP), default_timeout=60).run()
    assert not other.chat_message


def test_a_question_that_is_markup_is_only_text(app: AppTest) -> None:
    app.chat_input[0].set_value("<img src=x onerror=alert(1)> ![x](http://localhost/x.png)").run()
    assert "<img" not in shown(app)
