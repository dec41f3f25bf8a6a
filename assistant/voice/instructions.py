"""The voice of prose: a model that writes sentences of its own is told who it is and how it is to sound.

A reader of spans is told who it is and nothing more: its sentences come from templates, and adapters learned that text.
"""

from __future__ import annotations

from collections.abc import Iterator

from assistant.spec import Spec
from assistant.voice.sentences import NAMES
from assistant.voice.settings import AUTO


def introduced(spec: Spec) -> str:
    return f"You are {spec.assistant.name}, the assistant of {spec.assistant.organisation}."


def in_voice(spec: Spec) -> str:
    return " ".join(" ".join((introduced(spec), *_manners(spec))).split())


def _manners(spec: Spec) -> Iterator[str]:
    voice = spec.voice
    if voice.tone:
        yield f"Your tone is {voice.tone.rstrip('. ')}."
    if voice.audience:
        yield f"You write for {voice.audience.rstrip('. ')}."
    if voice.language == AUTO:
        yield "Answer in the language of the question."
    else:
        yield f"Answer in {NAMES.get(voice.language, f'the language with the tag {voice.language}')}."
    for avoided, used in spec.words.items():
        yield f"Write “{used}”, not “{avoided}”." if used else f"Do not write “{avoided}”."
    if spec.words:
        yield "Names, numbers and quotations stay as the sources have them."
