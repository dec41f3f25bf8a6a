"""The whole Spec, composed: retrieval's section, and what makes an assistant this one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from assistant.nouns import Reason
from assistant.voice.checks import check, check_words, read_words
from assistant.voice.settings import PolicySpec, VoiceSpec
from assistant.voice.translations import TRANSLATED, Translations, parted, read_translations, write_translations
from retrieval import (
    Access,
    RetrievalSpec,
    SpecError,
    check_names,
    read_access,
    read_section,
    read_toml,
    setting,
    toml_value,
    write_section,
)


@dataclass(frozen=True)
class PersonaSpec:
    """Who the assistant is."""

    name: str = setting("Assistant", "What it calls itself.")
    organisation: str = setting("our organisation", "Whose documents it answers from.")
    greeting: str = setting("Ask me anything that our documents answer.", "What it says before the first question.")
    suggestions: tuple[str, ...] = setting((), "Questions offered before the first one; left empty, headings serve.")


@dataclass(frozen=True)
class ModelSpec:
    """What reads the passages and decides."""

    reader: str = setting(
        "auto",
        "auto: a small model points at the words that answer; an adopted adapter decides beside it, and a server that"
        " base names in its place. pointing: that small model alone. extractive: retrieval decides, the best unit is"
        " the answer. model: the language model decides alone, adapter or not.",
        among=("auto", "extractive", "pointing", "model"),
    )
    base: str = setting(
        "SmolLM2-135M-Instruct",
        "Language model: an embedded name, a local folder, a hub id, or the address of a server, as https://host/v1.",
    )
    remote_model: str = setting("", "Where base is an address: what the model is called there.")
    key_from: str = setting("", "Environment variable that holds the server's key; the key never stands in this file.")
    patience_seconds: float = setting(60.0, "Longest wait for a server, all attempts together.", least=1, most=3600)
    retries: int = setting(2, "How often a server that is busy or breaks off is asked again.", least=0, most=10)
    answering: str = setting(
        "span",
        "How the model answers when no adapter's card says it. span: in the words of one passage. prose: in sentences"
        " of its own, each checked.",
        among=("span", "prose"),
    )
    context_tokens: int = setting(2048, "Longest prompt; passages beyond it are dropped whole.", least=512, most=131072)


@dataclass(frozen=True)
class DecisionSpec:
    """When it would rather say that it does not know."""

    threshold: float = setting(
        -1.0,
        "Confidence below which it abstains, 0 to 1; -1 takes the calibrated one, or the reader's own default.",
        least=-1,
        most=1,
    )
    risk: float = setting(
        0.1, "Share of answers that may be wrong, for `groundsmith calibrate` to keep.", least=0.01, most=0.5
    )
    unanswerable: float = setting(
        0.2, "Share of the questions people ask that the documents do not answer, as you expect it.", least=0, most=0.95
    )


@dataclass(frozen=True)
class RefusalSpec:
    """What it says when it does not answer, a sentence a reason. [refusals.de] and the like: the same in German."""

    nothing_found: str = setting("I found nothing about this in the documents.", "No passage was found at all.")
    insufficient: str = setting(
        "I don't know: the documents come near this question, but do not answer it.", "Near passages, no answer."
    )
    off_topic: str = setting("I don't know: this is not a subject of the documents.", "Nothing near was found.")
    withdrawn: str = setting(
        "I don't know: what I read did not hold up when I checked it.", "The answer failed its check."
    )
    malformed: str = setting("I could not read an answer out of the documents.", "The model broke the format.")
    unavailable: str = setting("I can't answer just now: the model is not available.", "The model could not be used.")

    def sentence(self, reason: Reason) -> str:
        return str(getattr(self, reason))


@dataclass(frozen=True)
class MemorySpec:
    """What it remembers of its conversations."""

    retention_days: int = setting(
        0, "Conversations and feedback older than this many days are erased; 0: they are kept.", least=0, most=36500
    )


@dataclass(frozen=True)
class Spec:
    assistant: PersonaSpec = field(default_factory=PersonaSpec)
    voice: VoiceSpec = field(default_factory=VoiceSpec)
    policy: PolicySpec = field(default_factory=PolicySpec)
    model: ModelSpec = field(default_factory=ModelSpec)
    decision: DecisionSpec = field(default_factory=DecisionSpec)
    refusals: RefusalSpec = field(default_factory=RefusalSpec)
    memory: MemorySpec = field(default_factory=MemorySpec)
    retrieval: RetrievalSpec = field(default_factory=RetrievalSpec)
    access: Access = field(default_factory=lambda: Access({}))
    words: Mapping[str, str] = field(default_factory=dict)  # to avoid → to use
    translations: Translations = field(default_factory=dict)


SECTIONS: Mapping[str, type[Any]] = {
    "assistant": PersonaSpec,
    "voice": VoiceSpec,
    "policy": PolicySpec,
    "model": ModelSpec,
    "decision": DecisionSpec,
    "refusals": RefusalSpec,
    "memory": MemorySpec,
    "retrieval": RetrievalSpec,
}
WORDS_COMMENT = """# Words that it avoids, and those that it uses instead; with "" there is none. Quotes stay.
[words]
"""
ACCESS_COMMENT = """# Who may read what: a folder, and the groups of which one is needed. All else is for everyone.
[access]
"""


def read_spec(path: Path) -> Spec:
    found = read_toml(path)
    check_names(path, found, [*SECTIONS, "words", "access"], "section")
    for name, table in found.items():
        if not isinstance(table, dict):
            raise SpecError(f"{path}: `{name}` stands outside a section.", f"Write it below a line [{name}].")
    sections, translations = _read_sections(path, found)
    words = read_words(path, found.get("words", {}))
    check(path, sections["voice"], sections["policy"], translations)
    check_words(path, words, sections, translations)
    access = read_access(found.get("access", {}), path)
    return Spec(**sections, access=access, words=words, translations=translations)


def _read_sections(path: Path, found: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    sections: dict[str, Any] = {}
    translations: dict[str, Any] = {}
    for name, cls in SECTIONS.items():
        own, tables = parted(found.get(name, {})) if name in TRANSLATED else (found.get(name, {}), {})
        sections[name] = read_section(cls, own, path, name)
        if tables:
            translations[name] = read_translations(cls, tables, path, name)
    return sections, translations


def write_spec(spec: Spec) -> str:
    """A new `assistant.toml`: every key is there, with its default and a comment."""
    sections = [
        write_section(name, getattr(spec, name)) + write_translations(name, spec.translations.get(name, {}))
        for name in SECTIONS
    ]
    words = [f"{toml_value(avoided)} = {toml_value(used)}" for avoided, used in spec.words.items()]
    rules = [f"{toml_value(folder)} = {toml_value(sorted(groups))}" for folder, groups in spec.access.folders.items()]
    sections.append(WORDS_COMMENT + "\n".join(words or ['# "cheap" = "affordable"']) + "\n")
    sections.append(ACCESS_COMMENT + "\n".join(rules or ['# "hr" = ["HR"]']) + "\n")
    return "\n".join(sections)
