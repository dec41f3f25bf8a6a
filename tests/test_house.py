"""The house holds: imports run one way, each library has its door, and public names are there."""

from __future__ import annotations

import ast
import importlib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROOMS = ("retrieval", "assistant", "tuning", "ui")  # each may import those before it
DOORS = {
    "charset_normalizer": {"retrieval/readers/decode.py"},
    "docx": {"retrieval/readers/word.py"},
    "faiss": {"retrieval/index/exact.py"},
    "filelock": {"retrieval/home.py", "retrieval/models/store.py"},
    "huggingface_hub": {"retrieval/models/hub.py"},
    "ir_measures": {"tuning/exam/ranking.py"},
    "langchain_core": {
        "assistant/langchain/asking.py",
        "assistant/langchain/messages.py",
        "assistant/langchain/model.py",
        "assistant/langchain/runnable.py",
        "assistant/langchain/speaking.py",
        "assistant/language/chat.py",
        "retrieval/langchain/asking.py",
        "retrieval/langchain/compressor.py",
        "retrieval/langchain/encoders.py",
        "retrieval/langchain/opening.py",
        "retrieval/langchain/records.py",
        "retrieval/langchain/retriever.py",
        "retrieval/langchain/searching.py",
        "retrieval/langchain/shelf.py",
        "retrieval/langchain/store.py",
    },
    "openpyxl": {"retrieval/readers/workbook.py"},
    "opentelemetry": {"assistant/tracing.py"},
    "peft": {
        "assistant/language/local.py",
        "tuning/teaching/merging.py",
        "tuning/training/fused.py",
        "tuning/training/lora.py",
    },
    "pptx": {"retrieval/readers/slides.py"},
    "pydantic": {
        "assistant/langchain/asking.py",
        "assistant/langchain/model.py",
        "retrieval/langchain/compressor.py",
        "retrieval/langchain/retriever.py",
    },
    "pypdfium2": {"retrieval/readers/pdf.py"},
    "selectolax": {"retrieval/readers/html.py"},
    "sentence_transformers": {"retrieval/encoding/sentence.py", "retrieval/reranking/cross.py"},
    "sentencex": {"retrieval/units.py"},
    "sqlite3": {"retrieval/database.py", "retrieval/catalogue.py"},
    "streamlit": {
        "ui/app.py",
        "ui/screens/chat.py",
        "ui/screens/earlier.py",
        "ui/screens/thumbs.py",
        "ui/screens/turns.py",
        "ui/screens/visitor.py",
        "ui/serving.py",
    },
    "tantivy": {"retrieval/index/lexical.py"},
    "tokenizers": {
        "retrieval/encoding/pooled.py",
        "retrieval/pointing/pairs.py",
        "assistant/language/dequantise.py",
    },
    "torch": {
        "assistant/language/dequantise.py",
        "assistant/language/forward.py",
        "assistant/language/likelihood.py",
        "assistant/language/local.py",
        "assistant/language/packing.py",
        "retrieval/encoding/bert.py",
        "retrieval/encoding/pooled.py",
        "retrieval/models/packing.py",
        "retrieval/models/precision.py",
        "retrieval/pointing/net.py",
        "retrieval/reranking/cross.py",
        "tuning/pointing/judging.py",
        "tuning/pointing/nearness.py",
        "tuning/pointing/net.py",
        "tuning/pointing/steps.py",
        "tuning/teaching/merging.py",
        "tuning/training/attention.py",
        "tuning/training/checkpoint.py",
        "tuning/training/fused.py",
        "tuning/training/held.py",
        "tuning/training/loss.py",
        "tuning/training/lora.py",
        "tuning/training/replay.py",
        "tuning/training/steps.py",
    },
    "transformers": {
        "assistant/language/dequantise.py",
        "assistant/language/forward.py",
        "assistant/language/likelihood.py",
        "assistant/language/local.py",
        "retrieval/encoding/pooled.py",
        "retrieval/reranking/cross.py",
        "tuning/pointing/net.py",
        "tuning/teaching/merging.py",
        "tuning/training/attention.py",
        "tuning/training/lora.py",
    },
}
UNWANTED = {"pickle", "marshal", "shelve"}


def sources() -> Iterator[tuple[str, ast.Module]]:
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            yield path.relative_to(ROOT).as_posix(), ast.parse(path.read_text(encoding="utf-8"))


def imported(tree: ast.Module) -> set[str]:
    """Top-level packages that a file imports, also within its functions."""
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            names.add(node.module.split(".")[0])
    return names


def test_imports_run_one_way() -> None:
    for name, tree in sources():
        later = set(ROOMS[ROOMS.index(name.split("/")[0]) + 1 :])
        assert not imported(tree) & later, f"{name} imports what is to its right: {imported(tree) & later}"


def test_no_relative_imports() -> None:
    for name, tree in sources():
        assert not [n for n in ast.walk(tree) if isinstance(n, ast.ImportFrom) and n.level], name


def test_each_library_has_its_door() -> None:
    used: dict[str, set[str]] = {library: set() for library in DOORS}
    for name, tree in sources():
        for library in imported(tree) & DOORS.keys():
            used[library].add(name)
        assert not imported(tree) & UNWANTED, f"{name} imports {imported(tree) & UNWANTED}"
    for library, files in used.items():
        assert files <= DOORS[library], f"{library} is imported outside its door: {files - DOORS[library]}"
        assert files, f"{library} has a door that nobody uses"


@pytest.mark.parametrize("room", ["retrieval", "assistant"])
def test_public_names_are_there_and_listed_once(room: str) -> None:
    module = importlib.import_module(room)
    names: list[str] = module.__all__
    assert len(names) == len(set(names))
    for name in names:
        assert getattr(module, name) is not None


def test_rooms_above_use_public_names_or_named_modules() -> None:
    """What another room imports from a package itself is in its `__all__`."""
    for name, tree in sources():
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.module in ("retrieval", "assistant"):
                public = set(importlib.import_module(node.module).__all__)
                asked = {alias.name for alias in node.names}
                assert asked <= public, f"{name} imports {asked - public} from {node.module}"


def test_functions_and_files_stay_small() -> None:
    for name, tree in sources():
        lines = (ROOT / name).read_text(encoding="utf-8").count("\n")
        assert lines <= 300, f"{name} has {lines} lines"
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                assert length <= 45, f"{name}: {node.name} has {length} lines"
