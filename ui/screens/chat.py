"""The chat: suggestions, then question after question, each answer with its evidence and its thumbs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import streamlit as st

from assistant import Answer, Assistant, Ended, Event, Evidence, Said, Withdrawn
from assistant.assistant import LONGEST_QUESTION
from assistant.memory import Thumb
from assistant.suggestions import suggestions
from retrieval import EVERYONE, GroundsmithError
from ui.markup import answered, marked, plain
from ui.serving import assistant_of

VISITOR = EVERYONE  # until people sign in, every visitor reads what everyone may read
THUMBS: tuple[Thumb, Thumb] = ("down", "up")  # as st.feedback counts them


@dataclass
class Visit:
    """What one visitor's session holds, and nobody else's."""

    conversation: str = ""
    answers: list[Answer] = field(default_factory=list)


def draw(home: Path) -> None:
    assistant = assistant_of(home)
    visit = _visit()
    st.title(assistant.spec.assistant.name)
    st.html(plain(assistant.spec.assistant.greeting))
    for answer in visit.answers:
        _draw_turn(assistant, answer)
    question = _suggested(assistant) if not visit.answers else None
    question = st.chat_input("Your question", max_chars=LONGEST_QUESTION) or question
    if question:
        _reply(assistant, visit, question)


def _visit() -> Visit:
    if "visit" not in st.session_state:
        st.session_state["visit"] = Visit()
    visit: Visit = st.session_state["visit"]
    return visit


def _suggested(assistant: Assistant) -> str | None:
    """The suggestion that was pressed, if any. The buttons go as soon as something was asked."""
    place = st.empty()
    pressed = None
    with place.container():
        for number, question in enumerate(suggestions(assistant, VISITOR)):
            if st.button(question, key=f"suggestion-{number}", icon=":material/chat_bubble_outline:"):
                pressed = question
    if pressed:
        place.empty()
    return pressed


def _reply(assistant: Assistant, visit: Visit, question: str) -> None:
    visit.conversation = visit.conversation or assistant.memory.begin(VISITOR)
    with st.chat_message("user"):
        st.html(plain(question))
    with st.chat_message("assistant"):
        try:
            answer = _show(assistant.stream(question, VISITOR, conversation=visit.conversation))
        except GroundsmithError as error:
            st.error(_label(str(error)))
            return
    visit.answers.append(answer)
    st.rerun()


def _show(events: Iterable[Event]) -> Answer:
    """Evidence first, then what it says, each as it comes."""
    evidence, said = st.empty(), st.empty()
    evidence.caption("Searching …")
    for event in events:
        if isinstance(event, Evidence):
            evidence.html(f"<small>Reading [{event.number}] {plain(event.passage.place)}</small>")
        elif isinstance(event, Said):
            said.html(answered(event.text, event.citation.number))
        elif isinstance(event, Withdrawn):
            evidence.empty()
        elif isinstance(event, Ended):
            return event.answer
    raise AssertionError("a stream ends with its answer")


def _draw_turn(assistant: Assistant, answer: Answer) -> None:
    with st.chat_message("user"):
        st.html(plain(answer.question))
    with st.chat_message("assistant"):
        _draw_refusal(answer) if answer.abstention else _draw_answer(answer)
        _draw_thumbs(assistant, answer)


def _draw_answer(answer: Answer) -> None:
    for citation in answer.citations:
        st.html(answered(answer.text, citation.number))
        with st.expander(f"[{citation.number}] {_label(citation.passage.place)}", icon=":material/format_quote:"):
            st.html(marked(citation.passage, citation.quote))
            st.html(f"<small>{plain(citation.passage.document)}</small>")


def _draw_refusal(answer: Answer) -> None:
    assert answer.abstention is not None
    st.html(f"<p>{plain(answer.abstention.message)}</p><small>Reason: {answer.abstention.reason}</small>")


def _draw_thumbs(assistant: Assistant, answer: Answer) -> None:
    key = f"thumbs-{answer.id}"

    def keep() -> None:
        thumb = st.session_state[key]
        if thumb is not None:
            assistant.memory.rate(answer.id, THUMBS[thumb])

    st.feedback("thumbs", key=key, on_change=keep)


def _label(text: str) -> str:
    """A label is Markdown whatever we do: letters that mean something there lose their meaning."""
    return "".join(f"\\{letter}" if letter in r"\`*_{}[]()#+-!<>|~:$" else letter for letter in text)
