"""assistant answers: from evidence, in its very words, or not at all."""

from assistant.adapters import Adapter, read_adapter, serving
from assistant.assistant import Assistant
from assistant.format import FORMAT_VERSION
from assistant.memory import Memory, Turn
from assistant.nouns import (
    REASONS,
    Abstention,
    Answer,
    Citation,
    Claim,
    Decision,
    Ended,
    Event,
    Evidence,
    Finding,
    Quote,
    Reason,
    Removed,
    Said,
    Searched,
    Withdrawn,
)
from assistant.opening import create_home, open_assistant
from assistant.reading import Reader
from assistant.spec import PersonaSpec, Spec, read_spec, write_spec

__all__ = [
    "FORMAT_VERSION",
    "REASONS",
    "Abstention",
    "Adapter",
    "Answer",
    "Assistant",
    "Citation",
    "Claim",
    "Decision",
    "Ended",
    "Event",
    "Evidence",
    "Finding",
    "Memory",
    "PersonaSpec",
    "Quote",
    "Reader",
    "Reason",
    "Removed",
    "Said",
    "Searched",
    "Spec",
    "Turn",
    "Withdrawn",
    "create_home",
    "open_assistant",
    "read_adapter",
    "read_spec",
    "serving",
    "write_spec",
]
