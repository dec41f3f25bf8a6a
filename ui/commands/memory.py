"""groundsmith memory HOME [--export USER [--out FILE] | --delete USER [--yes]]: what is remembered, and of whom."""

from __future__ import annotations

import argparse
import json
import sys

from assistant import Assistant
from assistant.remembered import Remembered, exported, forget, remembered
from retrieval import Principal, UsageError, storing
from tuning.opening import open_whole
from ui.terminal import groups, many, printable


def run(options: argparse.Namespace) -> int:
    if options.export is None and (options.out or options.groups):
        raise UsageError("--out and --groups belong to --export, which is not there.", "Add --export USER.")
    assistant = open_whole(options.home)
    if options.export is not None:
        return _export(assistant, Principal(options.export, groups(options.groups)), options)
    if options.delete is not None:
        return _delete(assistant, options.delete, options.yes)
    print(printable(_text(remembered(assistant.memory.database), assistant)))
    return 0


def _export(assistant: Assistant, user: Principal, options: argparse.Namespace) -> int:
    records = list(exported(assistant.memory.database, user))
    if not records:
        raise UsageError(f"Nothing is stored about {user.user!r}.", "Name them as the doors do, in the same case.")
    lines = "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records)
    if options.out is None:
        sys.stdout.write(lines)
    else:
        with storing(options.out):
            options.out.write_text(lines, encoding="utf-8")
    withheld = sum(record["kind"] == "answer" and record["answer"]["withheld"] for record in records)
    told = f"{many(len(records), 'record')} of {user.user}."
    told += f" Of {many(withheld, 'answer')} the text is withheld: name --groups, if they may read it." * bool(withheld)
    print(printable(told), file=sys.stderr)
    return 0


def _delete(assistant: Assistant, user: str, agreed: bool) -> int:
    found = {each.user: each for each in remembered(assistant.memory.database)}.get(user)
    if found is None:
        print(printable(f"Nothing is stored about {user}."))
        return 0
    if not agreed and not _agreed(found):
        print("Nothing was erased.")
        return 1
    print(printable(f"Erased {many(forget(assistant.library, user), 'answer')} to {user}, and all about them."))
    return 0


def _agreed(found: Remembered) -> bool:
    if not sys.stdin.isatty():
        raise UsageError("Erasing can't be undone, and there is nobody to be asked.", "Add --yes.")
    what = f"{many(found.conversations, 'conversation')} with {many(found.answers, 'answer')}"
    return input(printable(f"Erase {what} of {found.user} for good? [y/N] ")).strip().lower() in ("y", "yes")


def _text(found: list[Remembered], assistant: Assistant) -> str:
    days = assistant.memory.retention_days
    kept = f"for {many(days, 'day')}" if days else "until somebody erases them"
    stored = "with personal data masked in what people ask" if assistant.memory.masks else "as people write them"
    lines = [f"Conversations are kept {kept}, {stored}."]
    lines += [
        f"{'somebody without a name' if each.user is None else each.user}: {many(each.conversations, 'conversation')},"
        f" {many(each.answers, 'answer')}, {each.thumbs} with feedback, since {each.since}"
        for each in found
    ]
    return "\n".join(lines)
