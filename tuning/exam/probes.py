"""Probes of general ability: closed questions with options, a JSON line each, a file for each set."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from retrieval import ReadError, UsageError
from tuning.exam.questions import Problem
from tuning.exam.rows import BadRow, Row, read_rows, shown

TYPES = ("mc", "yesno")
YES_NO = ("yes", "no")
EXAMPLE = '{"id": "1", "type": "mc", "question": "…", "choices": ["…", "…"], "answer": 0}'


@dataclass(frozen=True)
class Probe:
    """One row: what is asked, what may be chosen, and the place of what is right. `slice` is any label."""

    file: str
    id: str
    question: str
    choices: tuple[str, ...]
    gold: int
    slice: str | None = None

    @property
    def yes_no(self) -> bool:
        return self.choices == YES_NO

    @property
    def group(self) -> str:
        """Rows among which what was forgotten may hide: those of one slice, or with the same one of yes and no."""
        part = self.slice or (self.choices[self.gold] if self.yes_no else None)
        return f"{self.file}: {part}" if part else self.file


@dataclass
class Probes:
    """What a folder holds: what can be asked, what is of another kind, and what is broken."""

    probes: list[Probe] = field(default_factory=list)
    skipped: dict[str, int] = field(default_factory=dict)  # why → how many rows
    problems: list[Problem] = field(default_factory=list)
    sha256: dict[str, str] = field(default_factory=dict)  # file → of its bytes


def read_probes(folder: Path) -> Probes:
    if not folder.is_dir():
        problem = "is a file, not a folder" if folder.exists() else "is not there"
        raise ReadError(f"{folder} {problem}.", "Name a folder that holds a *.jsonl file for each set of questions.")
    files = sorted(folder.glob("*.jsonl"))
    if not files:
        raise ReadError(f"{folder} holds no *.jsonl file.", f"Put one there, with rows such as {EXAMPLE}")
    found = Probes()
    for path in files:
        _read(path, found)
    if not found.probes and not found.problems:
        raise ReadError(f"No row in {folder} is of a type that can be examined.", f"Write rows such as {EXAMPLE}")
    return found


def drawn(probes: Sequence[Probe], limit: int | None, seed: int) -> list[Probe]:
    """So many of each file, its groups in their proportion. The same seed draws the same, and more holds less."""
    if limit is None:
        return list(probes)
    if limit < 1:
        raise UsageError(f"A limit of {limit} leaves nothing to ask.", "Give 1 or more.")
    groups: dict[str, list[Probe]] = defaultdict(list)
    for probe in probes:
        groups[probe.group].append(probe)
    share: dict[Probe, float] = {}
    for group in groups.values():
        shuffled = sorted(group, key=lambda probe: _chance(probe, seed))
        share |= {probe: (place + 0.5) / len(group) for place, probe in enumerate(shuffled)}
    kept: set[Probe] = set()
    for file in {probe.file for probe in probes}:
        inside = [probe for probe in probes if probe.file == file]
        kept.update(sorted(inside, key=lambda probe: (share[probe], _chance(probe, seed)))[:limit])
    return [probe for probe in probes if probe in kept]


def _chance(probe: Probe, seed: int) -> str:
    return hashlib.sha256(f"{seed} {probe.file} {probe.id}".encode()).hexdigest()


def _read(path: Path, found: Probes) -> None:
    seen: dict[str, int] = {}
    lines = list(read_rows(path))
    found.sha256[path.name] = hashlib.sha256(path.read_bytes()).hexdigest()
    for line, parse in lines:
        try:
            row = parse()
            kind = _text(row, "type")
            if kind not in TYPES:
                why = f"{path.name}: rows of the type {shown(kind)} have no options to choose from"
                found.skipped[why] = found.skipped.get(why, 0) + 1
                continue
            probe = _probe(path.stem, row, kind)
            if probe.id in seen:
                raise BadRow(f"id {shown(probe.id)} is already in line {seen[probe.id]}")
        except BadRow as bad:
            found.problems.append(Problem(path, line, str(bad)))
        else:
            seen[probe.id] = line
            found.probes.append(probe)


def _probe(file: str, row: Row, kind: str) -> Probe:
    id, question = _text(row, "id"), _text(row, "question")
    slice = _text(row, "slice") if row.get("slice") is not None else None
    if kind == "yesno":
        return Probe(file, id, question, YES_NO, _polarity(row), slice)
    choices = _choices(row)
    return Probe(file, id, question, choices, _place(row, choices), slice)


def _polarity(row: Row) -> int:
    answer = row.get("answer")
    if answer not in YES_NO:
        raise BadRow(f"answer is {shown(answer)}; it must be yes or no")
    return YES_NO.index(answer)


def _choices(row: Row) -> tuple[str, ...]:
    choices = row.get("choices")
    if not isinstance(choices, list) or len(choices) < 2:
        raise BadRow(f"choices is {shown(choices)}; it must be a list of two or more")
    for choice in choices:
        if not isinstance(choice, str) or not choice.strip():
            raise BadRow(f"choices holds {shown(choice)}; each must be a text, and not empty")
    return tuple(choice.strip() for choice in choices)


def _place(row: Row, choices: Sequence[str]) -> int:
    answer = row.get("answer")
    if not isinstance(answer, int) or isinstance(answer, bool) or not 0 <= answer < len(choices):
        raise BadRow(f"answer is {shown(answer)}; it must be the place of a choice, 0 to {len(choices) - 1}")
    return answer


def _text(row: Row, key: str) -> str:
    found = row.get(key)
    if not isinstance(found, str) or not found.strip():
        raise BadRow(f"{key} is {shown(found)}; it must be a text" if key in row else f"{key} is missing")
    return found.strip()
