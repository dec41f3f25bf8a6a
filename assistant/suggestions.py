"""Questions offered before the first one: the owner's, else headings that are questions, of what the asker may read."""

from __future__ import annotations

from assistant.assistant import Assistant
from retrieval import Principal

MOST = 4


def suggestions(assistant: Assistant, principal: Principal) -> list[str]:
    chosen = assistant.spec.assistant.suggestions
    return list(chosen[:MOST]) if chosen else assistant.library.catalogue.questions(principal, MOST)
