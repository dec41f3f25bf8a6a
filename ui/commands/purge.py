"""groundsmith purge HOME DOCUMENT… [--yes]: erase documents wherever the Home keeps something of them."""

from __future__ import annotations

import argparse
import sys

from assistant import Assistant
from retrieval import UsageError
from retrieval.life.planned import Planned
from tuning.feedback.erasing import resting_on
from tuning.opening import open_whole
from ui.terminal import many, printable

NAMED = 20  # documents named one by one


def run(options: argparse.Namespace) -> int:
    assistant = open_whole(options.home)
    planned = assistant.library.plan_purge(options.documents)
    print(printable(_text(planned, assistant)))
    if not options.yes and not _agreed():
        print("Nothing was erased.")
        return 1
    named = assistant.library.purge(options.documents)
    print("Erased, with its traces in the database, the index and the answers.")
    if named:
        print("Still named in files that only you can judge:")
        print(printable("\n".join(f"  {path}" for path in named[:NAMED])))
    return 0


def _text(planned: Planned, assistant: Assistant) -> str:
    shown = sorted(planned.versions)[:NAMED]
    lines = [f"{id}: {many(planned.versions[id], 'version')}" for id in shown]
    lines += [f"… and {len(planned.versions) - NAMED} more"] if len(planned.versions) > NAMED else []
    lines += [f"{file}: was never read" for file in sorted(planned.purge.files) if not planned.versions]
    quoting = assistant.memory.quoting(planned.purge)
    lines.append(f"In all {many(planned.passages, 'passage')}, and {many(quoting, 'answer')} about them.")
    lines += [f"Of {path}: {many(planned.lines[path], 'line')}." for path in planned.lines]
    lines += [f"{id} says the same in one of its versions. It stays." for id in planned.copies]
    lines += [f"{id} rests on it and goes too." for id in resting_on(assistant.library.database, planned.purge)]
    return "\n".join(lines)


def _agreed() -> bool:
    if not sys.stdin.isatty():
        raise UsageError("Purging can't be undone, and there is nobody to be asked.", "Add --yes.")
    return input("Erase all of this for good? [y/N] ").strip().lower() in ("y", "yes")
