"""What all visitors of one app share: the assistant, opened once. Nothing of any one visitor is kept here."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from assistant import Assistant
from tuning.opening import open_whole


@st.cache_resource(show_spinner="Opening the assistant …", max_entries=4)
def assistant_of(home: Path) -> Assistant:
    return open_whole(home)
