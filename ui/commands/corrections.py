"""groundsmith corrections HOME [list | show | accept | reject | undo] [ID]: what people would have had instead."""

from __future__ import annotations

import argparse
import json
from typing import Any

from assistant import Assistant
from retrieval import UsageError
from retrieval.access import PUBLIC, Audience
from tuning.feedback.deciding import accept, checked, reject, undo
from tuning.feedback.nouns import Checked, Correction, OwnerAnswer, Verdict
from tuning.feedback.queue import corrections, named
from tuning.feedback.rows import Kept, kept_in_step
from tuning.opening import open_whole
from ui.terminal import groups, many, printable

EVERYONE = "everyone"
SAID: dict[Verdict, str] = {
    "supported": "your documents say so",
    "contradicted": "your document says otherwise",
    "unsupported": "no document says so",
}
DECIDING = ("accept", "reject", "undo")
BELONGING = {"text": ("accept",), "groups": ("accept",), "anyway": ("accept",), "why": ("accept", "reject")}

Decided = tuple[str, dict[str, Any]]  # what is told, in words and as JSON


def run(options: argparse.Namespace) -> int:
    _sound(options)
    assistant = open_whole(options.home)
    database = assistant.library.database
    if options.action in DECIDING:
        _decide(assistant, options)
        return 0
    shown = corrections(database) if options.action == "list" else [named(database, options.id)]
    found = [(each, checked(assistant, each) if each.state == "waiting" else None) for each in shown]
    told = [each.to_json() | ({"checked": now.to_json()} if now else {}) for each, now in found]
    text = "\n\n".join(_text(each, now) for each, now in found) or "No corrections."
    _print(options, told if options.action == "list" else told[0], text)
    return 0


def _sound(options: argparse.Namespace) -> None:
    if options.action != "list" and not options.id:
        raise UsageError(f"Which correction to {options.action}?", "Name its ID, as `list` shows it.")
    for name, actions in BELONGING.items():
        if getattr(options, name) and options.action not in actions:
            raise UsageError(f"--{name} belongs to {' and '.join(actions)}.", "Leave it out.")


def _decide(assistant: Assistant, options: argparse.Namespace) -> None:
    """What was decided, and what there is to learn from now."""
    id = named(assistant.library.database, options.id).id
    text, told = {"accept": _accept, "reject": _reject, "undo": _undo}[options.action](assistant, options)
    kept = kept_in_step(assistant)
    _print(options, {"id": id, **told, "rows": kept.rows}, f"{text}\n{_rows(kept)}")


def _accept(assistant: Assistant, options: argparse.Namespace) -> Decided:
    correction = named(assistant.library.database, options.id)
    answer = accept(
        assistant,
        correction.id,
        by=options.user or "",
        text=options.text,
        groups=_groups(options.groups),
        anyway=options.anyway,
        why=options.why or "",
    )
    told = {"state": "accepted", "document": answer.id if answer else None}
    return _accepted(answer, named(assistant.library.database, correction.id)), told


def _reject(assistant: Assistant, options: argparse.Namespace) -> Decided:
    reject(assistant, options.id, by=options.user or "", why=options.why or "")
    return "Rejected. Nothing comes of it.", {"state": "rejected"}


def _undo(assistant: Assistant, options: argparse.Namespace) -> Decided:
    before = undo(assistant, options.id)
    left = f" {before.document} is gone, and" if before.document else ""
    return f"Taken back:{left} it waits again.", {"state": "waiting"}


def _groups(written: str | None) -> Audience | None:
    if written is None:
        return None
    if written.strip().casefold() == EVERYONE:
        return PUBLIC
    return groups(written) or None


def _accepted(answer: OwnerAnswer | None, correction: Correction) -> str:
    if answer is None:
        return "Accepted: there is no answer. It counts as a gap, and as a question to abstain from."
    who = ", ".join(sorted(answer.groups)) or EVERYONE
    lines = [f"Accepted, and answered from now on: “{answer.title}”", f"  {answer.id}, {answer.date}, for {who}"]
    lines += [f"  It takes the place of {', '.join(answer.supersedes)}."] if answer.supersedes else []
    if correction.verdict == "contradicted":
        lines.append("  Your document still says otherwise: mend it and sync. Until then nothing is learned from this.")
    if correction.verdict == "unsupported":
        lines.append("  No document says so yet: it is among the gaps, and nothing is learned from it.")
    return "\n".join(lines)


def _rows(kept: Kept) -> str:
    told = [f"Of all corrections, {many(kept.rows, 'row')} to learn from"]
    told += [f"{kept.doubtful} for you to review"] if kept.doubtful else []
    why = ", ".join(f"{reason} ({times})" for reason, times in kept.left_out.most_common())
    return ", ".join(told) + (f"; left out: {why}." if why else ".")


# ------------------------------------------------------------------------------------- how it looks


def _print(options: argparse.Namespace, told: Any, text: str) -> None:
    print(json.dumps(told, ensure_ascii=False, indent=2) if options.json else printable(text))


def _text(correction: Correction, now: Checked | None) -> str:
    """`now`: what the documents say to one that waits."""
    answered = correction.answer.replace("\n", " ") or "(no answer)"
    verdict = now.verdict if now else correction.verdict
    lines = [
        f"{correction.id[:8]}  {correction.state}{f': {SAID[verdict]}' if verdict else ''}",
        f"  asked:      {correction.question}",
        f"  answered:   {answered}",
        f"  correction: {correction.text}",
    ]
    return "\n".join([*lines, *(_evidence(now) if now else _decided(correction))])


def _evidence(found: Checked) -> list[str]:
    return [
        line
        for one in found.evidence
        for line in (f"  document:   {one.passage.place} ({one.passage.document})", f"              “{one.quote.text}”")
    ]


def _decided(correction: Correction) -> list[str]:
    by = f" by {correction.decided_by}" if correction.decided_by else ""
    lines = [f"  decided:    {correction.decided_at}{by}: {correction.why}".rstrip(": ")]
    return lines + ([f"  document:   {correction.document}"] if correction.document else [])
