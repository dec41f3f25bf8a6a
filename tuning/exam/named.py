"""Systems by name: what a Home serves, its adapters, and the baselines that stand beside every model."""

from __future__ import annotations

from dataclasses import replace

from assistant import Assistant, Reader
from assistant.adapters import called
from assistant.opening import language_in, language_of, pointing_reader, reader_with
from assistant.reading.extractive import ExtractiveReader
from retrieval import ModelError
from tuning.exam.prompted import prompted_reader
from tuning.exam.systems import AlwaysAbstain, Examined, System

BUILT_IN = {
    "abstain": "never answers",
    "extractive": "retrieval decides",
    "pointing": "the reader that points, alone",
    "prompt": "the base with the best prompt",
    "none": "the base in our format",
}
ABSTAIN, EXTRACTIVE, PROMPTED, BASE = "always abstain", "extractive only", "base, best prompt", "base, our format"
POINTING = "pointing alone"


def with_adapter(assistant: Assistant, name: str | None) -> Assistant:
    """The assistant as it serves, with another of its adapters, or with the model as it comes (`none`)."""
    if name is None:
        return assistant
    adapter = None if name == "none" else called(assistant.library.home, name)
    return replace(assistant, reader=reader_with(assistant.spec, adapter))


def served(assistant: Assistant) -> Examined:
    return Examined(_name(assistant.reader), assistant)


def _name(reader: Reader) -> str:
    alone = {"extractive": EXTRACTIVE, "pointing": POINTING}
    if reader.name in alone:
        return alone[reader.name]
    beside = " and pointing" if reader.name == "paired" else ""
    return f"adapter {reader.adapter}{beside}" if reader.adapter else BASE


def named(assistant: Assistant, name: str) -> System:
    """One of those built in, or an adapter of the Home."""
    if name == "abstain":
        return AlwaysAbstain()
    if name == "extractive":
        return _read_by(assistant, EXTRACTIVE, ExtractiveReader(lambda: assistant.library.encoder))
    if name == "pointing":
        return _read_by(assistant, POINTING, pointing_reader())
    if name == "prompt":
        language = language_of(assistant.spec)
        return _read_by(assistant, PROMPTED, prompted_reader(assistant.spec, language))
    if name not in BUILT_IN:
        return _adapted(assistant, name)
    return served(with_adapter(assistant, name))


def _adapted(assistant: Assistant, name: str) -> System:
    try:
        return served(with_adapter(assistant, name))
    except ModelError as error:
        known = ", ".join(f"`{each}` ({what})" for each, what in BUILT_IN.items())
        raise ModelError(error.problem, f"{error.remedy} Built in are {known}.") from error


def _read_by(assistant: Assistant, name: str, reader: Reader) -> Examined:
    """With the threshold that the reader brings along: the owner's was set for what is served."""
    spec = assistant.spec
    own = replace(spec, decision=replace(spec.decision, threshold=-1.0))
    return Examined(name, replace(assistant, reader=reader, spec=own))


def baselines(assistant: Assistant) -> list[System]:
    """Those that stand beside what is examined, itself left out; the prompted one where a language model reads."""
    reads = language_in(assistant.reader) is not None
    names = [
        "abstain",
        *(["extractive"] if assistant.reader.name != "extractive" else []),
        *(["prompt"] if reads else []),
    ]
    return [named(assistant, name) for name in names]
