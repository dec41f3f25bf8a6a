"""The chat: suggestions, then question after question, each answer with its evidence and its thumbs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import streamlit as st

from assistant import Answer, Assistant, Ended, Event, Evidence, Said, Withdrawn
from assistant.assistant import LONGEST_QUESTION
from assistant.memory import Turn
from assistant.suggestions import suggestions
from retrieval import GroundsmithError, Principal
from ui.markup import answered, label, plain, small
from ui.screens.earlier import draw_earlier, go_to, opened
from ui.screens.turns import draw_turn
from ui.screens.visitor import leave_cookie, visitor
from ui.serving import assistant_of


def draw(home: Path) -> None:
    assistant, asker = assistant_of(home), visitor()
    st.title(assistant.spec.assistant.name)
    st.html(plain(assistant.spec.assistant.greeting))
    conversation = opened(assistant.memory, asker)
    turns = assistant.memory.turns(conversation, asker) if conversation else []
    if turns and st.button("New conversation", icon=":material/add:"):
        go_to("")
        st.rerun()
    for turn in turns:
        draw_turn(assistant, turn, asker, _given().get(turn.id))
    place = st.empty()
    with place.container():
        pressed = _offered(assistant, turns, asker)
    question = st.chat_input("Your question", max_chars=LONGEST_QUESTION) or pressed
    if question:
        place.empty()
        _reply(assistant, asker, conversation, question)
    leave_cookie()


def _given() -> dict[str, Answer]:
    """The answers of this visitor's session, and nobody else's."""
    found: dict[str, Answer] = st.session_state.setdefault("given", {})
    return found


def _offered(assistant: Assistant, turns: Sequence[Turn], asker: Principal) -> str | None:
    """What may be pressed in place of asking: what the last answer asks back; first of all, what might be asked."""
    if turns:
        return _pressed(turns[-1].answer.get("suggestions", ()))
    pressed = _pressed(suggestions(assistant, asker))
    draw_earlier(assistant.memory, asker)
    return pressed


def _pressed(questions: Sequence[str]) -> str | None:
    pressed = None
    for number, question in enumerate(questions):
        if st.button(label(question), key=f"suggestion-{number}", icon=":material/chat_bubble_outline:"):
            pressed = question
    return pressed


def _reply(assistant: Assistant, asker: Principal, conversation: str, question: str) -> None:
    conversation = conversation or assistant.memory.begin(asker)
    go_to(conversation)
    with st.chat_message("user"):
        st.html(plain(question))
    with st.chat_message("assistant"):
        try:
            answer = _show(assistant.stream(question, asker, conversation=conversation))
        except GroundsmithError as error:
            st.error(label(str(error)))
            return
    _given()[answer.id] = answer
    st.rerun()


def _show(events: Iterable[Event]) -> Answer:
    """Evidence first, then what it says, each as it comes."""
    evidence, said, sentences = st.empty(), st.empty(), list[Said]()
    evidence.caption("Searching …")
    for event in events:
        if isinstance(event, Evidence):
            evidence.html(small(f"Reading [{event.number}] {event.passage.place}"))
        elif isinstance(event, Said):
            sentences.append(event)
            said.html(answered(sentences))
        elif isinstance(event, Withdrawn):
            evidence.empty()
        elif isinstance(event, Ended):
            return event.answer
    raise AssertionError("a stream ends with its answer")
