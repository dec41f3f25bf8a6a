"""groundsmith review HOME [list | accept ID… | reject ID… | correct ID --answer TEXT] [--json]: doubtful examples."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from textwrap import fill, indent

from retrieval import Database, UsageError
from tuning.examples.review import Doubt, Shown, accept, correct, queue, reject
from tuning.examples.store import Stored, counts
from tuning.opening import open_whole
from ui.terminal import DIM, many, printable, styled

WIDTH = 100
LISTED = 20  # one by one; the others are counted
ASKED = "[a]ccept, [c]orrect, [r]eject, [s]kip, [q]uit? "
DONE = {"accepted": "Accepted", "rejected": "Rejected", "corrected": "Corrected"}


def run(options: argparse.Namespace) -> int:
    _check(options)
    database = open_whole(options.home).library.database
    if options.action in ("accept", "reject"):
        decided = (accept if options.action == "accept" else reject)(database, options.ids)
        _tell(decided, options.json)
    elif options.action == "correct":
        _tell([correct(database, options.ids[0], options.answer)], options.json)
    elif options.json:
        print(json.dumps([doubt.to_json() for doubt in queue(database)], ensure_ascii=False, indent=2))
    elif options.action is None and sys.stdin.isatty():
        _walk(database)
    else:
        print(printable(_listed(queue(database), database)))
    return 0


def _check(options: argparse.Namespace) -> None:
    """What belongs together is there, and nothing else is."""
    ids, action = len(options.ids), options.action
    if (options.answer is not None) != (action == "correct"):
        raise UsageError("--answer belongs to correct, and correct needs it.", "Write: correct ID --answer TEXT.")
    if action in ("accept", "reject") and not ids:
        raise UsageError(f"{action} names no example.", f"Write: {action} ID …; `list` shows the ids.")
    if action == "correct" and ids != 1:
        raise UsageError(f"correct names {ids} examples, the limit is 1.", "Write: correct ID --answer TEXT.")
    if action in (None, "list") and ids:
        raise UsageError(f"list takes no ids, and {ids} were given.", "Write accept or reject before them.")


def _tell(decided: Sequence[Stored], as_json: bool) -> None:
    if as_json:
        told = [{"id": one.example.id, "state": one.state, "answer": one.example.answer} for one in decided]
        print(json.dumps(told, ensure_ascii=False, indent=2))
        return
    for one in decided:
        said = f": {one.example.answer}" if one.state == "corrected" else ""
        print(printable(f"{DONE[one.state]} {one.example.id}{said}"))


# ------------------------------------------------------------------------------------- the list


def _listed(doubts: Sequence[Doubt], database: Database) -> str:
    lines = [_line(doubt) for doubt in doubts[:LISTED]]
    lines += [f"… and {len(doubts) - LISTED} more: --json"] if len(doubts) > LISTED else []
    return "\n\n".join([*lines, _counted(database)])


def _line(doubt: Doubt) -> str:
    example = doubt.example
    return f"{example.id}\n  asked:    {example.question}\n  answer:   {_answer(doubt)}\n  doubted:  {doubt.why}"


def _answer(doubt: Doubt) -> str:
    return doubt.example.answer or "none: it is to abstain"


def _counted(database: Database) -> str:
    found = counts(database)
    told = f"{found['accepted']:,} accepted, {found['corrected']:,} corrected, {found['rejected']:,} rejected"
    waits = f"{many(found['waiting'], 'example')} wait" + "s" * (found["waiting"] == 1)
    return f"{waits if found['waiting'] else 'No example waits'}; {told}."


# ------------------------------------------------------------------------------------- the walk


def _walk(database: Database) -> None:
    """One after the other. Each decision is kept at once, so leaving loses nothing."""
    doubts = queue(database)
    for number, doubt in enumerate(doubts, 1):
        print(f"\n{styled(f'{number} of {len(doubts)}', DIM, sys.stdout)}  {printable(page(doubt))}\n")
        if not _asked(database, doubt):
            break
    print(_counted(database))


def page(doubt: Doubt) -> str:
    """All that is needed to judge it. Evidence stands between arrows, gold sources have a star."""
    sources = "\n\n".join(_source(number, shown) for number, shown in enumerate(doubt.sources, 1))
    said = [f"{turn['role']}: {turn['content']}" for turn in doubt.example.history]
    asked = f"Question: {doubt.example.question}\nAnswer:   {_answer(doubt)}\nDoubted:  {doubt.why}"
    parts = [doubt.example.id, *said, sources, asked]
    return "\n\n".join(part for part in parts if part)


def _source(number: int, shown: Shown) -> str:
    marked, at = "", 0
    for start, end in sorted(shown.evidence):
        if start >= at:
            marked += f"{shown.text[at:start]}»{shown.text[start:end]}«"
            at = end
    lines = (fill(line, WIDTH) for line in f"{marked}{shown.text[at:]}".split("\n"))
    return f"[{number}]{'*' * shown.gold} {shown.title}\n" + indent("\n".join(lines), "    ")


def _asked(database: Database, doubt: Doubt) -> bool:
    """Whether to go on. A correction that no source holds is asked for again."""
    id = doubt.example.id
    deciding: dict[str, Callable[[], object]] = {
        "a": lambda: accept(database, [id]),
        "r": lambda: reject(database, [id]),
        "c": lambda: correct(database, id, input("The answer, as a source words it: ")),
        "s": lambda: None,
    }
    while True:
        try:
            said = input(ASKED).strip().lower()[:1]
            if said in deciding:
                deciding[said]()
                return True
        except UsageError as error:
            print(printable(str(error)))
            continue
        except EOFError:
            said = "q"
        if said == "q":
            print()
            return False
