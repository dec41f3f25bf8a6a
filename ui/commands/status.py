"""groundsmith status HOME: what it holds, for the eyes of the one who asks."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from typing import Any

from assistant import Assistant, Reader
from assistant.adapters import NOT_TAKEN_UP, noted
from assistant.language.remote import RemoteModel
from assistant.opening import language_in
from retrieval import Principal
from retrieval.index.generation import explained
from retrieval.life.candidates import Candidate
from tuning.opening import open_whole
from ui.terminal import principal, printable

UNFINISHED = "not finished; the next command goes on, unless another process has the Home open"
SUGGESTED = 5  # documents that look superseded, named one by one
WAYS = {
    "pointing": "a small model points at the words that answer",
    "extractive": "retrieval decides, the best unit is the answer",
}


def run(options: argparse.Namespace) -> int:
    assistant = open_whole(options.home)
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
        **_answering(assistant.reader),
        "adapter": assistant.reader.adapter,
        "not_taken_up": _not_taken_up(assistant),
        **_bar(assistant),
        "encoder": library.encoder.identity,
        "documents": counts.documents,
        "passages": counts.passages,
        "in_step": library.in_step(),
        "search": explained(library.home, asker, library.spec.quality),
        "not_read": [problem for _, problem in library.catalogue.problems(library.access, asker)],
        "purging": library.purging,
        "superseded": library.superseded(asker),
        "suggested": [_suggested(candidate) for candidate in library.candidates(asker)],
        "thumbs": assistant.memory.ratings(),
    }


def _not_taken_up(assistant: Assistant) -> list[str]:
    """Why what was adopted last does not serve: here, or in a process that went on with what served before."""
    here = list(assistant.adoption.problems.values()) if assistant.adoption else []
    last = noted(assistant.library.home)[-1:]
    return here or [line["why"] for line in last if line.get("what") == NOT_TAKEN_UP]


def _bar(assistant: Assistant) -> dict[str, Any]:
    bar = assistant.gate.bar
    return {"threshold": bar.threshold, "certified": bar.certified, "uncertified_because": bar.why or None}


def _answering(reader: Reader) -> dict[str, bool | str | None]:
    """Whether a server's model answers, and what keeps it; one on this machine is looked at when it is asked."""
    language = language_in(reader)
    if not isinstance(language, RemoteModel):
        return {"model_answers": None, "model_problem": None}
    problem = language.problem()
    return {"model_answers": problem is None, "model_problem": problem}


def _suggested(candidate: Candidate) -> dict[str, str | None]:
    earlier, later = candidate.earlier, candidate.later
    said = {"earlier_says": earlier.date or earlier.version, "later_says": later.date or later.version}
    return {"earlier": earlier.id, "later": later.id, **said}


def _model(state: dict[str, Any]) -> str:
    served = {True: ", which answers", False: f": {state['model_problem']}", None: ""}
    return f"{state['model']}{served[state['model_answers']]}"


def _certified(state: dict[str, Any]) -> str:
    return "certified" if state["certified"] else f"uncertified: {state['uncertified_because']}"


def _text(state: dict[str, Any]) -> str:
    step = "in step" if state["in_step"] else f"not in step: run groundsmith sync {state['home']}"
    reader = state["reader"]
    reader += f" ({WAYS[reader]})" if reader in WAYS else ""
    lines = [
        f"{state['name']} in {state['home']}",
        f"reader:     {reader}",
        *([f"model:      {_model(state)}"] if state["model"] != "none" else []),
        *([f"adapter:    {state['adapter']}"] if state["adapter"] else []),
        f"threshold:  {state['threshold']:.2f}, {_certified(state)}",
        f"encoder:    {state['encoder']}",
        f"documents:  {state['documents']}, in {state['passages']} passages",
        f"index:      {step}",
        *([f"search:     {state['search']}"] if state["search"] else []),
    ]
    thumbs = state["thumbs"]
    lines += [f"thumbs:     {thumbs.get('up', 0)} up, {thumbs.get('down', 0)} down"] if thumbs else []
    lines += [f"adapter:    not taken up: {problem}" for problem in state["not_taken_up"]]
    lines += [f"not read:   {problem}" for problem in state["not_read"]]
    lines += [f"purge:      {UNFINISHED}"] if state["purging"] else []
    lines += [f"superseded: {id}{f', by {later}' if later else ''}" for id, later in state["superseded"].items()]
    lines += _suggestions(state["suggested"])
    return printable("\n".join(lines))


def _suggestions(found: Sequence[Mapping[str, str]]) -> list[str]:
    """Nothing is superseded by its looks: a person says so, in the later document or in the Spec."""
    lines = [
        f"superseded? {each['earlier']} ({each['earlier_says']}), by {each['later']} ({each['later_says']})"
        for each in found[:SUGGESTED]
    ]
    lines += [f"            … and {len(found) - SUGGESTED} more: --json"] if len(found) > SUGGESTED else []
    how = "            If so, write `supersedes: FILE` into the later one, or name the earlier one in assistant.toml,"
    return [*lines, f"{how} [retrieval] superseded."] if lines else []
