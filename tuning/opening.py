"""A Home with all that its rooms keep: what every door opens, so that whatever is purged is purged everywhere."""

from __future__ import annotations

from pathlib import Path

from assistant import Assistant, open_assistant
from assistant.language import ProseModel
from assistant.opening import Room
from retrieval import Encoder
from tuning.feedback.following import keep_within
from tuning.records import MIGRATIONS, erase

ROOMS = {"tuning": Room(MIGRATIONS, erase)}


def open_whole(root: Path, encoder: Encoder | None = None, language: ProseModel | None = None) -> Assistant:
    assistant = open_assistant(root, encoder, language, ROOMS)
    keep_within(assistant.library)
    return assistant
