"""The chat: suggestions, then question after question, each answer with its evidence and its thumbs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import streamlit as st

from assistant import Answer, Assistant, Ended, Event, Evidence, Said, Withdrawn
from assistant.assistant import LONGEST_QUESTION
from assistant.suggestions import suggestions
from retrieval import EVERYONE, GroundsmithError
from ui.markup import answered, marked, plain
from ui.screens.thumbs import draw_thumbs
from ui.serving import assistant_of

VISITOR = EVERYONE  # until people sign in, every visitor reads what everyone may read


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
    question = _suggested(visit.answers[-1].suggestions if visit.answers else suggestions(assistant, VISITOR))
    question = st.chat_input("Your question", max_chars=LONGEST_QUESTION) or question
    if question:
        _reply(assistant, visit, question)


def _visit() -> Visit:
    if "visit" not in st.session_state:
        st.session_state["visit"] = Visit()
    visit: Visit = st.session_state["visit"]
    return visit


def _suggested(questions: Sequence[str]) -> str | None:
    """The suggestion that was pressed, if any. The buttons go as soon as something was asked."""
    place = st.empty()
    pressed = None
    with place.container():
        for number, question in enumerate(questions):
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
    evidence, said, sentences = st.empty(), st.empty(), list[Said]()
    evidence.caption("Searching …")
    for event in events:
        if isinstance(event, Evidence):
            evidence.html(f"<small>Reading [{event.number}] {plain(event.passage.place)}</small>")
        elif isinstance(event, Said):
            sentences.append(event)
            said.html(answered(sentences))
        elif isinstance(event, Withdrawn):
            evidence.empty()
        elif isinstance(event, Ended):
            return event.answer
    raise AssertionError("a stream ends with its answer")


def _draw_turn(assistant: Assistant, answer: Answer) -> None:
    condensed = answer.trace.get("condensed", {}).get("question")
    with st.chat_message("user"):
        st.html(plain(answer.question) + (f"<br><small>Asked as: {plain(condensed)}</small>" if condensed else ""))
    with st.chat_message("assistant"):
        if answer.kind != "answer":
            st.html(plain(answer.text))
            return
        _draw_refusal(answer) if answer.abstention else _draw_answer(answer)
        draw_thumbs(assistant.memory, answer, VISITOR)


def _draw_answer(answer: Answer) -> None:
    parted = [[one] for one in answer.said] if "parts" in answer.trace or answer.conflict else [answer.said]
    for said in parted:
        st.html(answered(said))
    for citation in answer.citations:
        with st.expander(f"[{citation.number}] {_label(citation.passage.place)}", icon=":material/format_quote:"):
            st.html(marked(citation.passage, citation.quote))
            st.html(f"<small>{plain(citation.passage.document)}</small>")
    if answer.note:
        st.html(f"<small>{plain(answer.note)}</small>")


def _draw_refusal(answer: Answer) -> None:
    assert answer.abstention is not None
    said = "".join(f"<p>{plain(each)}</p>" for each in (answer.abstention.message, answer.note) if each)
    st.html(f"{said}<small>Reason: {answer.abstention.reason}</small>")


def _label(text: str) -> str:
    """A label is Markdown whatever we do: letters that mean something there lose their meaning."""
    return "".join(f"\\{letter}" if letter in r"\`*_{}[]()#+-!<>|~:$" else letter for letter in text)
