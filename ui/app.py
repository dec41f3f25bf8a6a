"""The app's door: which Home, which screens. Run by `groundsmith app HOME`."""

from __future__ import annotations

import sys
from pathlib import Path

import streamlit as st

from ui.screens import chat
from ui.serving import assistant_of

ICON = Path(__file__).with_name("icon.png")  # a named icon would be fetched from elsewhere

home = Path(sys.argv[1])
name = assistant_of(home).spec.assistant.name
st.set_page_config(page_title=name, page_icon=str(ICON))
st.navigation([st.Page(lambda: chat.draw(home), title="Chat", icon=":material/forum:", url_path="chat")]).run()
