"""groundsmith examples HOME: rows to learn from, made of its own documents; with --questions, of what is brought."""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Sequence

from assistant.voice.instructions import introduced
from retrieval import UsageError
from tuning.examples.filters import Filtered, Sieve, filtered
from tuning.examples.filters.found import searching
from tuning.examples.formats import write_as
from tuning.examples.formats.writing import OWN
from tuning.examples.shape import Shape
from tuning.examples.sides import reader_of
from tuning.examples.store import kept, put
from tuning.nouns import Example
from tuning.opening import open_whole
from ui.learning.gathering import Gathered, Teaching, barred, check, gathered
from ui.learning.words import Report, text
from ui.terminal import Progress, printable

MOST = 20_000  # rows
ENDINGS = {True: (".jsonl",), False: (".jsonl", ".json")}  # of our own format, and of those of others
SHARES = (0.0, 0.9)  # of rows that are to abstain
# Options that say nothing without another.
NEEDS = {"columns": "conversations", "model": "teacher", "key_from": "teacher", "budget": "teacher"}


def run(options: argparse.Namespace) -> int:
    _sound(options)
    _together(options)
    assistant = open_whole(options.home)
    shape = Shape(abstaining=options.abstaining)
    teaching = Teaching(assistant, options.domain, options.many, options.seed, shape, Progress())
    check(teaching, options.home)
    found = gathered(teaching, options)
    sifted = _sifted(teaching, found)
    database = assistant.library.database
    new = put(database, sifted.kept)
    put(database, sifted.doubtful, "waiting", sifted.why)
    for one in found:
        put(database, one.doubtful, "waiting", one.why)
    if options.out:
        write_as(options.out, sifted.kept, options.format, introduced(assistant.spec))
    left_out = sum((one.left_out for one in found), Counter[str]())
    told = [sentence for one in found for sentence in one.told]
    held = sum(bool(row.gold) for row in kept(database))
    waiting, seed = len(sifted.doubtful) + sum(len(one.doubtful) for one in found), options.seed
    report = Report(options.home, teaching.sides, sifted, left_out, told, new, held, waiting, seed, options.out)
    if options.json:
        print(json.dumps(report.to_json(), ensure_ascii=False, indent=2))
    else:
        print(printable(text(report)))
    return 0


def _sound(options: argparse.Namespace) -> None:
    """What can be refused before any work is."""
    low, high = SHARES
    if not 1 <= options.many <= MOST:
        raise UsageError(f"{options.many} examples can't be made.", f"Ask for 1 to {MOST}.")
    if not low <= options.abstaining <= high:
        raise UsageError(f"--abstaining {options.abstaining:g} is out of range.", f"Choose from {low:g} to {high:g}.")
    if options.corpus and not options.questions:
        raise UsageError(
            "--corpus is what brought questions are asked of, and there are none.", "Add --questions FILE."
        )
    if options.out and options.out.suffix.lower() not in ENDINGS[options.format == OWN]:
        raise UsageError(
            f"{options.out} does not end in {' or '.join(ENDINGS[options.format == OWN])}.",
            "Examples are written as JSON lines; for other trainers also as one JSON list.",
        )
    if options.out and not options.out.parent.is_dir():
        raise UsageError(f"{options.out.parent} is not a folder.", "Name a file in a folder that exists.")
    if options.out and options.out.exists():
        raise UsageError(f"{options.out} is already there.", "Move it away, or name another file with --out.")


def _together(options: argparse.Namespace) -> None:
    for option, needed in NEEDS.items():
        if getattr(options, option) and not getattr(options, needed):
            raise UsageError(f"--{option.replace('_', '-')} says nothing without --{needed}.", f"Add --{needed}.")


def _sifted(teaching: Teaching, found: Sequence[Gathered]) -> Filtered:
    """Through all filters. A row that was made by a search need not be searched for again."""
    library = teaching.assistant.library
    search = searching(library, reader_of(teaching.domain))
    made = {row.id for one in found if one.searched for row in one.rows}

    def finds(example: Example) -> Sequence[str] | None:
        if example.id not in made:
            return search(example)
        return [hit.passage.id for hit in teaching.shelf.find(example.question)]

    rows = [row for one in found for row in one.rows]
    return filtered(rows, Sieve(finds=finds, barred=barred(teaching, library.home)))
