"""What this visitor asked before, and which conversation is open. The address names it: a reload stays there."""

from __future__ import annotations

import streamlit as st

from assistant import Memory
from retrieval import Principal, UsageError
from ui.markup import label

NAMED = "conversation"  # in the address
LONGEST = 70  # characters of a question in the list


def opened(memory: Memory, asker: Principal) -> str:
    """The conversation that the address names; empty where that is none of theirs."""
    named = st.query_params.get(NAMED, "")
    try:
        if named:
            memory.check(named, asker)
    except UsageError:
        go_to("")
        return ""
    return named


def go_to(conversation: str) -> None:
    if conversation:
        st.query_params[NAMED] = conversation
    elif NAMED in st.query_params:
        del st.query_params[NAMED]


def draw_earlier(memory: Memory, asker: Principal) -> None:
    found = memory.conversations(asker)
    if found:
        st.caption("Earlier conversations")
    for each in found:
        first = each.first or "Erased"
        shown = first if len(first) <= LONGEST else f"{first[:LONGEST].rstrip()} …"
        told = f"{label(shown)} · {each.last[:10]}"
        if st.button(told, key=f"earlier-{each.id}", type="tertiary", icon=":material/history:"):
            go_to(each.id)
            st.rerun()
