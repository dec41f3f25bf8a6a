"""The app's screen, driven without a browser, over the sample with the real encoder."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

import ui
from assistant import create_home, open_assistant
from assistant.feedback import feedback
from retrieval import EVERYONE
from tuning.opening import open_whole

APP = Path(str(ui.__file__)).with_name("app.py")
ANSWERED = "What does VPN error 619 mean?"
REFUSED = "What pump pressure does the Dunlin 400 brew with?"
SALARY = "How much is the Tamarisk allowance?"
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


def offered(app: AppTest) -> list[str]:
    """What may be pressed in place of asking."""
    return [button.label for button in app.button if str(button.key).startswith("suggestion-")]


def press(app: AppTest, label: str) -> AppTest:
    (button,) = [button for button in app.button if button.label == label]
    return button.click().run()


def test_it_greets_and_suggests_what_everyone_may_read(app: AppTest) -> None:
    assert not app.exception
    assert app.title[0].value == "Pellbrook assistant"
    labels = offered(app)
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
    question = offered(app)[0]
    press(app, question)
    assert question in shown(app)
    assert not offered(app), "suggestions go once something was asked"


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
    pressed = offered(app)[0]
    press(app, pressed)
    assert not app.exception and not offered(app)
    assert pressed.replace("\\", "") in shown(app) and app.expander


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
    press(app, "Send")
    assert not app.exception
    assert not app.text_area
    assert "Thank you." in shown(app)
    (given, *_) = feedback(open_assistant(sample_home).memory.database, EVERYONE)
    assert (given.thumb, given.question, given.comment) == ("down", ANSWERED, "Too short.")
    assert given.correction == "It means that the password has run out."


def opened_by(visitor: str, conversation: str = "") -> AppTest:
    """The app as a later visit finds it."""
    app = AppTest.from_file(str(APP), default_timeout=60)
    app.session_state["visitor"] = visitor
    if conversation:
        app.query_params["conversation"] = conversation
    return app.run()


def open_one(app: AppTest) -> str:
    return str(app.query_params["conversation"])


def test_two_visitors_share_nothing(app: AppTest) -> None:
    app.chat_input[0].set_value(ANSWERED).run()
    for other in (opened_by("0" * 32), opened_by("0" * 32, open_one(app))):
        assert not other.exception and not other.chat_message
        assert not any("Earlier" in caption.value for caption in other.caption)
        assert "conversation" not in other.query_params
        assert not any(str(button.key).startswith("earlier-") for button in other.button)


def test_who_comes_back_goes_on_with_what_they_asked(app: AppTest) -> None:
    app.chat_input[0].set_value("How long are the boilers of the Heron 320 covered against leaks?").run()
    first = open_one(app)
    press(app, "New conversation")
    assert not app.chat_message and offered(app)
    app.chat_input[0].set_value("Hello").run()
    assert open_one(app) != first
    back = opened_by(app.session_state["visitor"])
    earlier = [button.label for button in back.button if str(button.key).startswith("earlier-")]
    assert [label.partition(" · ")[0] for label in earlier] == [
        "Hello",
        "How long are the boilers of the Heron 320 covered against leaks?",
    ]
    press(back, earlier[1])
    assert open_one(back) == first
    assert len(back.chat_message) == 2 and "<mark" in shown(back)
    assert back.expander[0].label.startswith("[1] ")
    back.chat_input[0].set_value("And the Dunlin 400?").run()
    assert not back.exception and len(back.chat_message) == 4
    assert "Asked as: How long are the boilers of the Dunlin 400 covered against leaks?" in shown(back)
    again = opened_by(app.session_state["visitor"], first)
    assert len(again.chat_message) == 4


def test_what_became_of_a_document_stands_at_its_citation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = create_home(tmp_path / "home")
    names = ("Avocet", "Plover", "Dunlin")
    for name in names:
        (home.documents / f"{name}.md").write_text(f"# {name}\n\nThe {name} weighs 9 kilograms.\n", encoding="utf-8")
    open_assistant(home.root).library.sync()
    monkeypatch.setattr(sys, "argv", ["app.py", str(home.root)])
    app = AppTest.from_file(str(APP), default_timeout=60).run()
    for name in names:
        app.chat_input[0].set_value(f"How much does the {name} weigh?").run()
    assert len(app.expander) == 3
    (home.documents / "Avocet.md").write_text("# Avocet\n\nThe Avocet weighs 8 kilograms.\n", encoding="utf-8")
    (home.documents / "Plover.md").unlink()
    (home.documents / "Dunlin.md").unlink()
    library = open_whole(home.root).library
    library.sync()
    library.purge(["Dunlin.md"])
    back = opened_by(app.session_state["visitor"], open_one(app))
    assert not back.exception
    assert [one.label.rpartition(" · ")[2] for one in back.expander] == ["superseded", "deleted"]
    text = shown(back)
    assert "A newer version took the place of this document" in text and "This document was deleted" in text
    assert text.count("The Avocet weighs 9 kilograms.") >= 1
    assert "Dunlin" not in text and "Erased, with the document" in text


def test_a_question_that_is_markup_is_only_text(app: AppTest) -> None:
    app.chat_input[0].set_value("<img src=x onerror=alert(1)> ![x](http://localhost/x.png)").run()
    assert "<img" not in shown(app)
