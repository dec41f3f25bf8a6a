"""Who sits at the browser. Nobody signs in: a cookie that nobody can guess tells one browser from all others."""

from __future__ import annotations

import re
from hashlib import sha256
from secrets import token_hex

import streamlit as st

from retrieval import Principal

COOKIE = "groundsmith"
KEPT = 365 * 24 * 60 * 60  # seconds
_SECRET = re.compile(r"[0-9a-f]{32}")


def visitor() -> Principal:
    """Reads what everyone may. Stored is a name made from the cookie, which doesn't tell the cookie."""
    if "visitor" not in st.session_state:
        known = str(st.context.cookies.get(COOKIE, ""))
        st.session_state["visitor"] = known if _SECRET.fullmatch(known) else token_hex(16)
    secret: str = st.session_state["visitor"]
    return Principal(f"browser-{sha256(secret.encode()).hexdigest()[:16]}")


def leave_cookie() -> None:
    """For the next visit. The script is ours to the last letter: nothing that anybody wrote is in it."""
    said = f"{COOKIE}={st.session_state['visitor']}; path=/; max-age={KEPT}; samesite=strict"
    script = f'document.cookie = "{said}" + (location.protocol === "https:" ? "; secure" : "")'
    st.html(f"<script>{script}</script>", unsafe_allow_javascript=True)
