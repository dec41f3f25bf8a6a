"""The thumbs below an answer; below a thumb down, what was wrong and what would be right."""

from __future__ import annotations

import streamlit as st

from assistant import Memory
from assistant.memory import LONGEST_COMMENT, Thumb, Turn
from retrieval import GroundsmithError, Principal

THUMBS: tuple[Thumb, Thumb] = ("down", "up")  # as st.feedback counts them


def draw_thumbs(memory: Memory, turn: Turn, asker: Principal) -> None:
    key = f"thumbs-{turn.id}"

    def keep() -> None:
        thumb = st.session_state[key]
        if thumb is not None:
            st.session_state[f"rated-{turn.id}"] = True
            _keep(memory, turn, asker, THUMBS[thumb])

    before = THUMBS.index(turn.thumb) if turn.thumb else None
    given = st.feedback("thumbs", key=key, default=before, on_change=keep)
    if given is not None and THUMBS[given] == "down" and f"rated-{turn.id}" in st.session_state:
        _draw_box(memory, turn, asker)


def _draw_box(memory: Memory, turn: Turn, asker: Principal) -> None:
    told = f"told-{turn.id}"
    if told not in st.session_state:
        with st.form(f"correction-{turn.id}", border=False):
            comment = st.text_input("What was wrong?", max_chars=LONGEST_COMMENT)
            correction = st.text_area("What would be right?", max_chars=LONGEST_COMMENT, height=80)
            sent = st.form_submit_button("Send")
        if not sent or not _keep(memory, turn, asker, "down", comment, correction):
            return
        st.session_state[told] = True
        st.rerun()
    st.caption("Thank you.")


def _keep(memory: Memory, turn: Turn, asker: Principal, thumb: Thumb, *said: str) -> bool:
    """Whether it was kept: an answer may have been erased since it was given."""
    try:
        memory.rate(turn.id, asker, thumb, *said)
    except GroundsmithError as error:
        st.toast(str(error))
        return False
    return True
