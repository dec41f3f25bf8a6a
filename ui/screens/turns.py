"""One turn of a conversation: what was asked, what was answered, and on what, as far as that may be read today."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from assistant import Answer, Assistant, Quote
from assistant.memory import PURGED, WITHHELD, Turn
from retrieval import Principal
from ui.markup import answered, label, marked, plain, quoted, small, spoken
from ui.screens.thumbs import draw_thumbs

GONE = {
    WITHHELD: "This stands in a document that you may not read any more.",
    PURGED: "The document that said this has been erased.",
}
ERASED = "Erased, with the document that this was about."
SILENT = "This answer is in the words of a document that you may not read any more."


def draw_turn(assistant: Assistant, turn: Turn, asker: Principal, given: Answer | None) -> None:
    """`given` is the answer as it was given, where that was in this session."""
    condensed = given.trace.get("condensed", {}).get("question") if given else None
    with st.chat_message("user"):
        asked_as = f"<br>{small(f'Asked as: {condensed}')}" if condensed else ""
        st.html((plain(turn.question) or small(ERASED)) + asked_as)
    with st.chat_message("assistant"):
        _draw_words(turn.answer, given)
        for citation in turn.answer["citations"]:
            _draw_citation(assistant, citation, asker)
        if given and given.note and not given.abstention:
            st.html(small(given.note))
        if turn.answer.get("kind", "answer") == "answer" and turn.question:
            draw_thumbs(assistant.memory, turn, asker)


def _draw_words(answer: Mapping[str, Any], given: Answer | None) -> None:
    if answer.get("purged") or answer.get("withheld"):
        st.html(small(ERASED if answer.get("purged") else SILENT))
    elif answer.get("kind", "answer") != "answer":
        st.html(plain(_spoken(answer)))
    elif given and given.said:
        apart = "parts" in given.trace or given.conflict
        for said in [[one] for one in given.said] if apart else [given.said]:
            st.html(answered(said))
    elif answer["abstained"]:
        st.html(f"<p>{plain(_spoken(answer))}</p>" + small(f"Reason: {answer['reason']}"))
    else:
        st.html(spoken(_spoken(answer), answer["answer"]))


def _spoken(answer: Mapping[str, Any]) -> str:
    return str(answer.get("spoken") or answer["answer"])


def _draw_citation(assistant: Assistant, citation: Mapping[str, Any], asker: Principal) -> None:
    number, state = citation["number"], citation["state"]
    if state in GONE:
        st.html(small(f"[{number}] {GONE[state]}"))
        return
    became = "" if state == "live" else f" · {state}"
    with st.expander(f"[{number}] {label(citation['place'] + became)}", icon=":material/format_quote:"):
        if became:
            st.html(small(_became(citation)))
        kept = assistant.library.catalogue.open_passage(citation["passage"], asker)
        quote = Quote(citation["quote"], citation["start"], citation["end"])
        st.html(marked(kept.passage, quote) if kept and kept.passage.text else quoted(quote.text))
        st.html(small(citation["document"]))


def _became(citation: Mapping[str, Any]) -> str:
    since = f" on {citation['since'][:10]}" if citation.get("since") else ""
    if citation["state"] == "deleted":
        return f"This document was deleted{since}."
    newer = f": {citation['successor']}" if citation.get("successor") else ""
    return f"A newer version took the place of this document{since}{newer}."
