"""Homes of retrieval alone: files in, an assistant.toml with its rules, opened as a process would open them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from retrieval import (
    Document,
    Encoder,
    Home,
    Library,
    Principal,
    RetrievalSpec,
    Vectors,
    create,
    open_home,
    open_library,
    read_access,
    read_section,
    read_toml,
    write_section,
)
from retrieval.nouns import Block
from tests.fakes import WordEncoder

ROOT = Path(__file__).parents[2]
SHARE = float(os.environ.get("SOAK_SHARE", "0.1"))
SEED = int(os.environ.get("SEED", "20261121"))
HR = Principal("ada", frozenset({"HR"}))

Files = Mapping[str, str]


class CountingEncoder(WordEncoder):
    """Counts what it is asked to encode."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def encode(self, texts: Sequence[str]) -> Vectors:
        self.texts += texts
        return super().encode(texts)


def make(root: Path, files: Files, rules: str = "", dials: RetrievalSpec | None = None) -> Home:
    home = create(root, spec_text(rules, dials))
    write(home, files)
    return home


def spec_text(rules: str = "", dials: RetrievalSpec | None = None) -> str:
    return write_section("retrieval", dials or RetrievalSpec(encoder="words-1")) + f"\n[access]\n{rules}\n"


def rule(home: Home, rules: str) -> None:
    home.spec.write_text(spec_text(rules), encoding="utf-8")


def write(home: Home, files: Files) -> None:
    for name, text in files.items():
        path = home.documents / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def opened(home: Home, encoder: Encoder | None = None, **dials: int | str) -> Library:
    """A Library as a new process would have it."""
    home = open_home(home.root)
    found = read_toml(home.spec)
    spec = replace(read_section(RetrievalSpec, found["retrieval"], home.spec, "retrieval"), **dials)  # type: ignore[arg-type]
    return open_library(home, spec, read_access(found["access"], home.spec), encoder or WordEncoder())


def synced(home: Home, encoder: Encoder | None = None) -> Library:
    library = opened(home, encoder)
    assert library.sync().problems == []
    return library


def found(library: Library, question: str, principal: Principal | None = None, k: int = 6) -> list[str]:
    """The documents of the hits, the best first."""
    hits = library.searcher.search(question, k, principal or Principal())
    return [hit.passage.document for hit in hits]


def records(rows: Mapping[str, str]) -> str:
    """JSON lines, of id → text."""
    return "".join(json.dumps({"id": id, "title": id, "text": text}) + "\n" for id, text in rows.items())


def document(id: str, *sentences: str) -> Document:
    """A document of one paragraph."""
    text = " ".join(sentences)
    return Document(id, id, text, (Block("paragraph", 0, len(text)),), "text")


def python(script: str, *arguments: object) -> subprocess.Popen[str]:
    """Another process, with a pipe in and out."""
    command = [sys.executable, "-c", script, *map(str, arguments)]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, stderr=pipe, text=True)


def told(script: str, *arguments: object) -> str:
    """What another process prints before it ends well."""
    process = python(script, *arguments)
    out, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    return out.strip()
