"""groundsmith sync HOME [FILE or FOLDER …]"""

from __future__ import annotations

import argparse
import sys

from assistant import open_assistant
from retrieval import SyncReport
from ui.terminal import Progress, printable

NAMED = 20  # problems named one by one


def run(options: argparse.Namespace) -> int:
    library = open_assistant(options.home).library
    report = library.sync(options.brought, Progress())
    for name, problem in report.problems[:NAMED]:
        print(printable(f"Not read: {problem if name in problem else f'{name}: {problem}'}"), file=sys.stderr)
    if len(report.problems) > NAMED:
        print(f"… and {len(report.problems) - NAMED} more: groundsmith status {options.home}", file=sys.stderr)
    for folder in report.idle_rules:
        print(
            printable(f"No file lies in `{folder}`, which [access] names: is it spelled as the folder is?"),
            file=sys.stderr,
        )
    print(summary(report))
    if not library.catalogue.live_keys():
        print(f"There is nothing to answer from yet: put documents into {library.home.documents} and sync again.")
    return 0


def summary(report: SyncReport) -> str:
    parts = [
        (len(report.added), "added"),
        (len(report.changed), "changed"),
        (len(report.deleted), "deleted"),
        (report.unchanged, "unchanged"),
        (len(report.problems), "not read"),
    ]
    files = ", ".join(f"{many} {what}" for many, what in parts if many) or "none"
    return f"Files: {files}. Passages encoded: {report.encoded}."
