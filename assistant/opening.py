"""From a folder to an assistant that answers: the Home, its Spec, its library, and the reader that serves."""

from __future__ import annotations

from pathlib import Path

from assistant.adapters import Adapter, serving
from assistant.assistant import Assistant
from assistant.language import LanguageModel
from assistant.language.embedded import READER
from assistant.memory import MIGRATIONS, Memory
from assistant.reading import Reader
from assistant.reading.extractive import ExtractiveReader
from assistant.reading.model import UNCALIBRATED, ModelReader
from assistant.spec import Spec, read_spec, write_spec
from retrieval import Encoder, Home, Library, ModelError, create, open_home, open_library, resolve

ANSWERING = ("span",)


def create_home(root: Path, spec: Spec | None = None) -> Home:
    return create(root, write_spec(spec or Spec()))


def open_assistant(root: Path, encoder: Encoder | None = None) -> Assistant:
    home = open_home(root)
    spec = read_spec(home.spec)
    library = open_library(home, spec.retrieval, spec.access, encoder, {"assistant": MIGRATIONS})
    return Assistant(spec, library, choose_reader(home, spec, library), Memory(library.database))


def choose_reader(home: Home, spec: Spec, library: Library) -> Reader:
    """The adopted adapter reads; while there is none, retrieval decides and the best unit is the answer."""
    adapter = None if spec.model.reader == "extractive" else serving(home)
    if spec.model.reader == "extractive" or (spec.model.reader == "auto" and adapter is None):
        return ExtractiveReader(lambda: library.encoder)
    return model_reader(spec, adapter)


def model_reader(spec: Spec, adapter: Adapter | None) -> ModelReader:
    """The Spec's language model with an adapter, or as it comes."""
    name, threshold = (adapter.name, adapter.threshold) if adapter else (None, UNCALIBRATED)
    return ModelReader(language_of(spec, adapter), introduced(spec), spec.model.context_tokens, name, threshold)


def introduced(spec: Spec) -> str:
    return f"You are {spec.assistant.name}, the assistant of {spec.assistant.organisation}."


def language_of(spec: Spec, adapter: Adapter | None = None) -> LanguageModel:
    from assistant.language.local import LocalModel

    if adapter is not None and adapter.base != spec.model.base:
        raise ModelError(
            f"The adapter {adapter.name} belongs to {adapter.base}, the Spec names {spec.model.base}.",
            "Set [model] base back, or train an adapter for the new one.",
        )
    if adapter is not None and adapter.answering not in ANSWERING:
        raise ModelError(
            f"The adapter {adapter.name} answers in {adapter.answering!r}, this serves {', '.join(ANSWERING)}.",
            "Train it again, or roll back.",
        )
    return LocalModel(spec.model.base, resolve(spec.model.base, [READER]), adapter)
