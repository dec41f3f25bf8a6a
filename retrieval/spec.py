"""The Spec: `assistant.toml`. A section is a frozen dataclass; its fields carry their own comments and limits."""

from __future__ import annotations

import dataclasses
import difflib
import json
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar, cast

from retrieval.errors import SpecError

T = TypeVar("T")

KINDS = {
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    str: "a text in quotes",
    tuple: "a list of texts",
    list: "a list",
    dict: "a table",
}
_HEADER = re.compile(r"^\s*\[\s*[\"']?([^\"'\[\].]+?)[\"']?\s*\]")


def setting(
    default: Any, comment: str, *, least: float | None = None, most: float | None = None, among: Iterable[str] = ()
) -> Any:
    """A field of a section: its default, the comment written above it, and what it may be."""
    limits = {"comment": comment, "least": least, "most": most, "among": tuple(among)}
    return field(default=default, metadata=limits)


@dataclass(frozen=True)
class RetrievalSpec:
    """How passages are made and found."""

    encoder: str = setting(
        "all-MiniLM-L6-v2", "Model that finds passages: an embedded name, a local folder or a hub id."
    )
    reranker: str = setting(
        "",
        "Model that reads question and passage together to put the best first: pointer, which ships, or one named like "
        "the encoder; empty: none.",
    )
    passage_tokens: int = setting(160, "About how long a passage is, in the encoder's tokens.", least=40, most=400)
    passages: int = setting(6, "How many passages are read to answer a question.", least=1, most=9)
    candidates: int = setting(50, "How many passages each search proposes before they are fused.", least=5, most=1000)
    quality: str = setting(
        "balanced",
        "Where very many passages are searched: fast, balanced, or exact, which compares every one of them.",
        among=("fast", "balanced", "exact"),
    )
    largest_file_mb: int = setting(64, "Files larger than this are named and left out.", least=1, most=4096)
    deletions: float = setting(
        0.5, "Share of a source's documents that one sync may delete without being told to.", least=0, most=1
    )
    superseded: tuple[str, ...] = setting(
        (), "Files and folders that something else took the place of: kept for old citations, no longer searched."
    )


def read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(_text(path))
    except UnicodeDecodeError as error:
        raise SpecError(f"{path} is not UTF-8 text (byte {error.start}).", "Save it as UTF-8.") from error
    except tomllib.TOMLDecodeError as error:
        raise SpecError(f"{path} is not valid TOML: {_at_line(path, str(error))}", "Mend that line.") from error
    except OSError as error:
        raise SpecError(f"{path} cannot be read: {error.strerror}.", "Check that it is there and yours.") from error


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8-sig")  # editors of Windows put a mark before the first letter


def _at_line(path: Path, complaint: str) -> str:
    found = re.search(r"at line (\d+)", complaint)
    if not found:
        return complaint + "."
    line = _text(path).split("\n")[int(found[1]) - 1 :][:1]
    return f"{complaint}: `{line[0].strip()[:80]}`." if line else complaint + "."


def check_names(path: Path, given: Iterable[str], known: Iterable[str], where: str, section: str = "") -> None:
    """Refuse a name that nobody knows, and say which one was probably meant."""
    allowed = sorted(known)
    for name in given:
        if name in allowed:
            continue
        close = difflib.get_close_matches(name, allowed, n=1)
        remedy = f"Did you mean `{close[0]}`?" if close else f"Known: {', '.join(allowed)}."
        raise SpecError(f"{path}, {line_of(path, name, section)}: unknown {where} `{name}`.", remedy)


def line_of(path: Path, name: str, section: str = "") -> str:
    """Where a key of a section stands; without a section, where a section or a key outside of any does."""
    key = re.compile(rf"^\s*\[?\s*[\"']?{re.escape(name)}[\"']?\s*[=\].]")
    current = ""
    for number, line in enumerate(_text(path).split("\n"), 1):
        header = _HEADER.match(line)
        current = header[1] if header else current
        if key.match(line) and (not section or (current == section and not header)):
            return f"line {number}"
    return line_of(path, section) if section else "somewhere"


def read_section(cls: type[T], table: Mapping[str, Any], path: Path, section: str) -> T:
    """The section as its dataclass, each value checked against the field's type and limits."""
    fields = {item.name: item for item in dataclasses.fields(cast(Any, cls))}
    check_names(path, table, fields, f"key in [{section}]", section)
    values = {name: _checked(fields[name], value, path, section) for name, value in table.items()}
    return cls(**values)


def _checked(item: dataclasses.Field[Any], value: Any, path: Path, section: str) -> Any:
    wanted = type(item.default)
    where = f"{path}, {line_of(path, item.name, section)}: [{section}] {item.name} = {value!r}"
    if wanted is float and type(value) is int:
        value = float(value)
    if wanted is tuple and isinstance(value, list) and all(isinstance(each, str) for each in value):
        value = tuple(value)
    if type(value) is not wanted:
        found = KINDS.get(type(value), f"a {type(value).__name__}")
        raise SpecError(f"{where} is {found}.", f"It must be {KINDS[wanted]}.")
    limits = item.metadata
    if limits["among"] and value not in limits["among"]:
        raise SpecError(f"{where} is not known.", f"Choose one of: {', '.join(limits['among'])}.")
    if limits["least"] is not None and not limits["least"] <= value <= limits["most"]:
        raise SpecError(f"{where} is out of range.", f"Choose from {limits['least']} to {limits['most']}.")
    return value


def write_section(section: str, values: Any) -> str:
    """The section as TOML, with a comment above every key."""
    about = (type(values).__doc__ or "").strip()
    lines = [f"# {about}", f"[{section}]"]
    for item in dataclasses.fields(values):
        lines += [f"# {item.metadata['comment']}", f"{item.name} = {toml_value(getattr(values, item.name))}"]
    return "\n".join(lines) + "\n"


def toml_value(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")  # JSON's escapes are TOML's too
    if isinstance(value, tuple | list):
        return "[" + ", ".join(toml_value(item) for item in value) + "]"
    return repr(value)
