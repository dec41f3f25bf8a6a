"""groundsmith sync HOME [FILE or FOLDER …] [--dry-run | --watch] [--yes]"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from assistant import read_spec
from retrieval import GroundsmithError, Library, SyncReport, foresee, open_home
from tuning.opening import open_whole
from ui.terminal import Progress, printable
from ui.watching import watch

NAMED = 20  # problems named one by one


def run(options: argparse.Namespace) -> int:
    if options.dry_run:
        return _foresee(options)
    if options.watch:
        watch(options.home, options.brought, lambda library, brought: _sync(library, brought, options.yes))
        return 0
    library = open_whole(options.home).library
    report = _sync(library, options.brought, options.yes)
    if report.held and _agreed(len(report.held)):
        report = _sync(library, (), confirmed=True)
    if not library.catalogue.live_keys():
        print(f"There is nothing to answer from yet: put documents into {library.home.documents} and sync again.")
    return GroundsmithError.exit_code if report.held else 0


def _sync(library: Library, brought: Sequence[Path], confirmed: bool) -> SyncReport:
    report = library.sync(brought, Progress(), confirmed)
    _complain(report, library.home.root)
    print(summary(report), flush=True)
    return report


def _agreed(many: int) -> bool:
    """Whether the person at the terminal wants what is gone deleted; a script is not asked."""
    if not sys.stdin.isatty():
        return False
    files = "the file that is gone" if many == 1 else f"the {many:,} files that are gone"
    return input(f"Delete the documents of {files}? [y/N] ").strip().lower() in ("y", "yes")


def _foresee(options: argparse.Namespace) -> int:
    home = open_home(options.home)
    spec = read_spec(home.spec)
    report = foresee(
        home, spec.retrieval, spec.access, brought=options.brought, progress=Progress(), confirmed=options.yes
    )
    _complain(report, home.root)
    changes = [("add", report.added), ("change", report.changed), ("delete", report.deleted)]
    changes.append(("rename", [f"{old} → {new}" for old, new in report.renamed]))
    for what, names in changes:
        for name in names:
            print(printable(f"would {what:6} {name}"))
    print(f"{_files(report)} Nothing was read or written yet.")
    return GroundsmithError.exit_code if report.held else 0


def _complain(report: SyncReport, home: Path) -> None:
    for name, problem in report.problems[:NAMED]:
        _say(f"Not read: {problem if name in problem else f'{name}: {problem}'}")
    if len(report.problems) > NAMED:
        _say(f"… and {len(report.problems) - NAMED} more: groundsmith status {home}")
    for problem in dict.fromkeys(report.held.values()):
        _say(f"Not deleted: {problem}")
    for id, successor in report.superseded.items():
        _say(f"Superseded, and no longer searched: {id}{f', by {successor}' if successor else ''}")
    for unheeded in report.unheeded:
        _say(f"Not followed: {unheeded}")
    for folder in report.idle_rules:
        _say(f"No file lies in `{folder}`, which [access] names: is it spelled as the folder is?")


def _say(line: str) -> None:
    print(printable(line), file=sys.stderr)


def summary(report: SyncReport) -> str:
    return f"{_files(report)} Passages encoded: {report.encoded}."


def _files(report: SyncReport) -> str:
    parts = [
        (len(report.added), "added"),
        (len(report.changed), "changed"),
        (len(report.renamed), "renamed"),
        (len(report.deleted), "deleted"),
        (len(report.held), "gone but kept"),
        (report.unchanged, "unchanged"),
        (len(report.problems), "not read"),
    ]
    return f"Files: {', '.join(f'{many} {what}' for many, what in parts if many) or 'none'}."
