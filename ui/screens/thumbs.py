"""The thumbs below an answer; below a thumb down, what was wrong and what would be right."""

from __future__ import annotations

import streamlit as st

from assistant import Answer, Memory
from assistant.memory import LONGEST_COMMENT, Thumb
from retrieval import GroundsmithError, Principal

THUMBS: tuple[Thumb, Thumb] = ("down", "up")  # as st.feedback counts them


def draw_thumbs(memory: Memory, answer: Answer, asker: Principal) -> None:
    key = f"thumbs-{answer.id}"

    def keep() -> None:
        thumb = st.session_state[key]
        if thumb is not None:
            _keep(memory, answer, asker, THUMBS[thumb])

    given = st.feedback("thumbs", key=key, on_change=keep)
    if given is not None and THUMBS[given] == "down":
        _draw_box(memory, answer, asker)


def _draw_box(memory: Memory, answer: Answer, asker: Principal) -> None:
    told = f"told-{answer.id}"
    if told not in st.session_state:
        with st.form(f"correction-{answer.id}", border=False):
            comment = st.text_input("What was wrong?", max_chars=LONGEST_COMMENT)
            correction = st.text_area("What would be right?", max_chars=LONGEST_COMMENT, height=80)
            sent = st.form_submit_button("Send")
        if not sent or not _keep(memory, answer, asker, "down", comment, correction):
            return
        st.session_state[told] = True
        st.rerun()
    st.caption("Thank you.")


def _keep(memory: Memory, answer: Answer, asker: Principal, thumb: Thumb, *said: str) -> bool:
    """Whether it was kept: an answer may have been erased since it was given."""
    try:
        memory.rate(answer.id, asker, thumb, *said)
    except GroundsmithError as error:
        st.toast(str(error))
        return False
    return True
