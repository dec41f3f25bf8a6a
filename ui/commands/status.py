"""groundsmith status HOME: what it holds, for the eyes of the one who asks."""

from __future__ import annotations

import argparse
import json
from typing import Any

from assistant import Assistant, open_assistant
from retrieval import Principal
from ui.terminal import principal, printable


def run(options: argparse.Namespace) -> int:
    assistant = open_assistant(options.home)
    state = describe(assistant, principal(options))
    print(json.dumps(state, ensure_ascii=False, indent=2) if options.json else _text(state))
    return 0


def describe(assistant: Assistant, asker: Principal) -> dict[str, Any]:
    """What may be told to this asker: documents that they may not read are not even counted."""
    library = assistant.library
    counts = library.catalogue.counts(asker)
    return {
        "home": str(library.home.root),
        "name": assistant.spec.assistant.name,
        "reader": assistant.reader.name,
        "model": assistant.reader.model,
        "adapter": assistant.reader.adapter,
        "threshold": assistant.threshold,
        "encoder": library.encoder.identity,
        "documents": counts.documents,
        "passages": counts.passages,
        "in_step": library.in_step(),
        "not_read": [problem for _, problem in library.catalogue.problems(library.access, asker)],
        "thumbs": assistant.memory.ratings(),
    }


def _text(state: dict[str, Any]) -> str:
    step = "in step" if state["in_step"] else f"not in step: run groundsmith sync {state['home']}"
    reader = state["reader"]
    if reader == "extractive":
        reader += " (no adapter is adopted: retrieval decides, the best unit is the answer)"
    lines = [
        f"{state['name']} in {state['home']}",
        f"reader:     {reader}",
        f"threshold:  {state['threshold']:.2f}",
        f"encoder:    {state['encoder']}",
        f"documents:  {state['documents']}, in {state['passages']} passages",
        f"index:      {step}",
    ]
    thumbs = state["thumbs"]
    lines += [f"thumbs:     {thumbs.get('up', 0)} up, {thumbs.get('down', 0)} down"] if thumbs else []
    lines += [f"not read:   {problem}" for problem in state["not_read"]]
    return printable("\n".join(lines))
