"""The whole Spec, composed: retrieval's section, and what makes an assistant this one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from assistant.nouns import Reason
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
        "auto: the adopted adapter, or extractive while there is none. extractive: retrieval decides, the best"
        " unit is the answer. model: the language model decides, adapter or not.",
        among=("auto", "extractive", "model"),
    )
    base: str = setting("SmolLM2-135M-Instruct", "Language model: an embedded name, a local folder or a hub id.")
    answering: str = setting("span", "How the model answers when no adapter's card says it.", among=("span",))
    context_tokens: int = setting(2048, "Longest prompt; passages beyond it are dropped whole.", least=512, most=131072)


@dataclass(frozen=True)
class DecisionSpec:
    """When it would rather say that it does not know."""

    threshold: float = setting(
        -1.0,
        "Confidence below which it abstains, 0 to 1; -1 takes the reader's own default.",
        least=-1,
        most=1,
    )


@dataclass(frozen=True)
class RefusalSpec:
    """What it says when it does not answer, a sentence a reason."""

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
class Spec:
    assistant: PersonaSpec = field(default_factory=PersonaSpec)
    model: ModelSpec = field(default_factory=ModelSpec)
    decision: DecisionSpec = field(default_factory=DecisionSpec)
    refusals: RefusalSpec = field(default_factory=RefusalSpec)
    retrieval: RetrievalSpec = field(default_factory=RetrievalSpec)
    access: Access = field(default_factory=lambda: Access({}))


SECTIONS: Mapping[str, type[Any]] = {
    "assistant": PersonaSpec,
    "model": ModelSpec,
    "decision": DecisionSpec,
    "refusals": RefusalSpec,
    "retrieval": RetrievalSpec,
}
ACCESS_COMMENT = """# Who may read what: a folder, and the groups of which one is needed. All else is for everyone.
[access]
"""


def read_spec(path: Path) -> Spec:
    found = read_toml(path)
    check_names(path, found, [*SECTIONS, "access"], "section")
    for name, table in found.items():
        if not isinstance(table, dict):
            raise SpecError(f"{path}: `{name}` stands outside a section.", f"Write it below a line [{name}].")
    sections = {name: read_section(cls, found.get(name, {}), path, name) for name, cls in SECTIONS.items()}
    return Spec(**sections, access=read_access(found.get("access", {}), path))


def write_spec(spec: Spec) -> str:
    """A new `assistant.toml`: every key is there, with its default and a comment."""
    sections = [write_section(name, getattr(spec, name)) for name in SECTIONS]
    rules = [f"{toml_value(folder)} = {toml_value(sorted(groups))}" for folder, groups in spec.access.folders.items()]
    example = '# "hr" = ["HR"]'
    return "\n".join([*sections, ACCESS_COMMENT + "\n".join(rules or [example]) + "\n"])
