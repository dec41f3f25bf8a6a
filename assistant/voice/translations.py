"""Sentences in other languages: `[refusals.de]` holds what `[refusals]` holds, as far as it is said in German."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from assistant.nouns import REASONS
from assistant.voice.settings import TALK, TEMPLATES
from retrieval import SpecError, check_names, read_section, toml_value

TRANSLATED: Mapping[str, tuple[str, ...]] = {
    "refusals": REASONS,
    "voice": (*TEMPLATES, "disagree", "disagree_undated", *TALK),
    "policy": ("disclaimer", "hand_over", "off_limits_sentence"),
    "assistant": ("greeting",),
}
TAG = re.compile(r"[a-z]{2,3}")
Translations = Mapping[str, Mapping[str, Mapping[str, Any]]]  # section → language → key → value


def parted(table: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
    """A section's own keys, and its tables."""
    tables = {key: value for key, value in table.items() if isinstance(value, dict)}
    return {key: value for key, value in table.items() if key not in tables}, tables


def read_translations(cls: type[Any], tables: Mapping[str, dict[str, Any]], path: Path, section: str) -> dict[str, Any]:
    return {tag: _read(cls, tag, table, path, section) for tag, table in tables.items()}


def write_translations(section: str, tables: Mapping[str, Mapping[str, Any]]) -> str:
    written = (
        [f"# The same in another language.\n[{section}.{tag}]", *(f"{key} = {toml_value(table[key])}" for key in table)]
        for tag, table in tables.items()
    )
    return "".join("\n" + "\n".join(lines) + "\n" for lines in written)


def _read(cls: type[Any], tag: str, table: dict[str, Any], path: Path, section: str) -> dict[str, Any]:
    name = f"{section}.{tag}"
    if not TAG.fullmatch(tag):
        raise SpecError(f"{path}: [{name}] names no language.", "Write a tag of two or three letters, as `de`.")
    check_names(path, table, TRANSLATED[section], f"key in [{name}]", name)
    whole = read_section(cls, table, path, name)
    return {key: getattr(whole, key) for key in table}
