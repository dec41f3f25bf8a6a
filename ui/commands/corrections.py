"""groundsmith corrections HOME [list | show | accept | reject | undo] [ID]: what people would have had instead."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
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


def run(options: argparse.Namespace) -> int:
    _sound(options)
    assistant = open_whole(options.home)
    if options.action == "list":
        found = corrections(assistant.library.database)
        _print(options, [_told(assistant, each) for each in found], _listed(assistant, found))
    elif options.action == "show":
        correction = named(assistant.library.database, options.id)
        _print(options, _told(assistant, correction), _text(assistant, correction))
    else:
        _decide(assistant, options)
    return 0


def _sound(options: argparse.Namespace) -> None:
    if options.action != "list" and not options.id:
        raise UsageError(f"Which correction to {options.action}?", "Name its ID, as `list` shows it.")
    for name, actions in {
        "text": ["accept"],
        "groups": ["accept"],
        "anyway": ["accept"],
        "why": ["accept", "reject"],
    }.items():
        if getattr(options, name) and options.action not in actions:
            raise UsageError(f"--{name} belongs to {' and '.join(actions)}.", "Leave it out.")


def _decide(assistant: Assistant, options: argparse.Namespace) -> None:
    by = options.user or ""
    told: dict[str, Any] = {"id": named(assistant.library.database, options.id).id}
    if options.action == "accept":
        answer = accept(
            assistant,
            options.id,
            by=by,
            text=options.text,
            groups=_groups(options.groups),
            anyway=options.anyway,
            why=options.why or "",
        )
        lines = [_accepted(answer, named(assistant.library.database, told["id"]))]
        told |= {"state": "accepted", "document": answer.id if answer else None}
    elif options.action == "reject":
        reject(assistant, options.id, by=by, why=options.why or "")
        lines, told = ["Rejected. Nothing comes of it."], told | {"state": "rejected"}
    else:
        before = undo(assistant, options.id)
        left = f" {before.document} is gone, and" if before.document else ""
        lines, told = [f"Taken back:{left} it waits again."], told | {"state": "waiting"}
    kept = kept_in_step(assistant)
    _print(options, told | {"rows": kept.rows}, "\n".join([*lines, _rows(kept)]))


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


def _told(assistant: Assistant, correction: Correction) -> dict[str, Any]:
    found = checked(assistant, correction) if correction.state == "waiting" else None
    return correction.to_json() | ({"checked": found.to_json()} if found else {})


def _listed(assistant: Assistant, found: Sequence[Correction]) -> str:
    return "\n\n".join(_text(assistant, each) for each in found) or "No corrections."


def _text(assistant: Assistant, correction: Correction) -> str:
    answered = correction.answer.replace("\n", " ") or "(no answer)"
    now = checked(assistant, correction) if correction.state == "waiting" else None
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
