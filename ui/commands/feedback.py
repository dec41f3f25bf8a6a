"""groundsmith feedback HOME [--thumb up|down] [--corrected] [--since DATE] [--json]: what people thought of answers."""

from __future__ import annotations

import argparse
import json
from datetime import date

from assistant.feedback import Feedback, feedback
from retrieval import UsageError
from tuning.opening import open_whole
from ui.terminal import principal, printable


def run(options: argparse.Namespace) -> int:
    since = day(options.since) if options.since else ""
    assistant = open_whole(options.home)
    found = feedback(
        assistant.memory.database,
        principal(options),
        thumb=options.thumb,
        corrected=options.corrected,
        since=since,
    )
    if options.json:
        print(json.dumps([each.to_json() for each in found], ensure_ascii=False, indent=2))
    else:
        print(printable("\n\n".join(map(_text, found)) or "No feedback."))
    return 0


def day(written: str) -> str:
    try:
        return date.fromisoformat(written).isoformat()
    except ValueError as error:
        raise UsageError(f"--since {written} is no day.", "Write it as 2026-11-21.") from error


def _text(each: Feedback) -> str:
    who = f" by {each.user}" if each.user is not None else ""
    said = "(withheld: name --groups)" if each.answer["withheld"] else each.answer["answer"].replace("\n", " ")
    lines = [f"{each.thumb} on {each.given_at}{who}", f"  asked:      {each.question}", f"  answered:   {said}"]
    lines += [f"  comment:    {each.comment}"] if each.comment else []
    lines += [f"  correction: {each.correction}"] if each.correction else []
    return "\n".join(lines)
