"""groundsmith gaps HOME [--since DATE] [--all] [--dismiss ID] [--json]: what was asked and nobody could answer."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence

from retrieval import Principal
from tuning.feedback.gaps import dismiss, gaps
from tuning.feedback.nouns import GapGroup
from tuning.opening import open_whole
from ui.commands.feedback import day
from ui.terminal import many, principal, printable

WORDED = 3  # wordings of a gap that are shown


def run(options: argparse.Namespace) -> int:
    since = day(options.since) if options.since else ""
    assistant = open_whole(options.home)
    found = gaps(assistant, _reader(options), since)
    if options.dismiss:
        gone = dismiss(assistant.library.database, found, options.dismiss)
        print(printable(f"Dismissed, in {many(len(gone.wordings), 'wording')}: {gone.question}"))
        return 0
    shown = [group for group in found if options.all or not group.closed]
    if options.json:
        print(json.dumps([group.to_json() for group in shown], ensure_ascii=False, indent=2))
    else:
        print(printable(_text(shown, len(found) - len(shown))))
    return 0


def _reader(options: argparse.Namespace) -> Principal | None:
    """Whoever looks after the Home, unless a principal is named."""
    return principal(options) if options.user is not None or options.groups else None


def _text(shown: Sequence[GapGroup], closed: int) -> str:
    lines = ["\n\n".join(map(_group, shown)) or "No gaps."]
    if closed:
        what = "gap is" if closed == 1 else "gaps are"
        lines.append(f"{closed} more {what} answered by now, by documents that came since: --all")
    return "\n\n".join(lines)


def _group(group: GapGroup) -> str:
    who = f"{many(group.times, 'time')}, by {group.people} {'person' if group.people == 1 else 'people'}"
    lines = [f"{group.id[:8]}  {group.question}", f"  asked:    {who}, last on {group.last[:10]}"]
    lines += [f"  also as:  {each}" for each in group.wordings[1 : WORDED + 1]]
    more = len(group.wordings) - 1 - WORDED
    lines += [f"            … and in {more} more wordings"] if more > 0 else []
    lines.append(f"  why:      {'; '.join(_counted(reason, times) for reason, times in group.reasons.items())}")
    if group.closed:
        return "\n".join([*lines, f"  answered: {group.answered_by}"])
    lines += [f"  nearest:  {group.nearest}"] if group.nearest else []
    return "\n".join([*lines, *([f"  for now:  {group.meanwhile}"] if group.meanwhile else [])])


def _counted(reason: str, times: int) -> str:
    words = reason.replace("_", " ")
    return words if times == 1 else f"{words} ({times})"
