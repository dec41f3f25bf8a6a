"""A calibration on disk: HOME/calibration/<backend>.json, written aside and renamed, believed as far as it adds up."""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, fields
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from assistant.calibration.bounds import Counts
from assistant.calibration.nouns import Backend, Calibration, Confidence, Feature, Level
from assistant.calibration.walk import holds
from retrieval import Home, ModelError
from retrieval.whole import write_whole

T = TypeVar("T")
REMEDY = "Calibrate again: groundsmith calibrate HOME --questions FILE"
ROUNDING = 1e-9
# The least and the most that a number may be. Whole ones are counts.
RANGES = {"risk": (0.0, 1.0), "unanswerable": (0.0, 1.0), "coverage": (0.0, 1.0), "threshold": (0.0, 1.0)}


class Unreadable(Exception):
    """What is wrong with it, as the end of a sentence that begins with where it stands."""


def path_of(home: Home, backend: Backend) -> Path:
    name = "-".join(re.sub(r"[^\w.]+", "-", part) for part in (backend.reader, backend.adapter))
    digest = hashlib.sha256(json.dumps(asdict(backend)).encode()).hexdigest()[:12]
    return home.root / "calibration" / f"{name}-{digest}.json"


def save(home: Home, calibration: Calibration) -> Path:
    """Readers see the old file or the new one, never half of either."""
    path = path_of(home, calibration.backend)
    write_whole(path, json.dumps(asdict(calibration), ensure_ascii=False, indent=1, allow_nan=False) + "\n")
    return path


def load(home: Home, backend: Backend) -> Calibration | None:
    """The calibration of this very backend, if it has one."""
    path = path_of(home, backend)
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise ModelError(f"{path} cannot be read: {error}.", REMEDY) from error
    return belonging(_parsed(str(path), text), backend, str(path))


def belonging(calibration: Calibration, backend: Backend, where: str) -> Calibration:
    if calibration.backend != backend:
        raise ModelError(
            f"{where} was made for another backend ({calibration.backend}); what serves is ({backend}).", REMEDY
        )
    return calibration


@lru_cache(maxsize=16)
def _parsed(where: str, text: str) -> Calibration:
    try:
        table = json.loads(text)
    except ValueError as error:
        raise ModelError(f"{where} is no JSON: {error}.", REMEDY) from error
    return read_calibration(table, where)


def read_calibration(table: object, where: str) -> Calibration:
    try:
        calibration = _calibration(table)
    except Unreadable as error:
        raise ModelError(f"{where}: {error}.", REMEDY) from error
    return calibration


def _calibration(table: object) -> Calibration:
    levels = _several(_level)
    found = _built(Calibration, table, backend=_plain(Backend), confidence=_confidence, levels=levels)
    held = [level for level in found.levels if level.bound <= found.risk]
    if found.certified != bool(held) or (held and found.confidence is None):
        raise Unreadable("it is called certified, and its levels do not say so" if found.certified else "levels hold")
    for level in held:
        if not holds(level.counts, found.risk + ROUNDING, found.unanswerable):
            raise Unreadable(f"a risk of {found.risk} does not follow from {level.counts}")
    return found


def _confidence(table: object) -> Confidence | None:
    if table is None:
        return None
    found = _built(Confidence, table, features=_several(_plain(Feature)))
    if any(one.scale <= 0 for one in found.features):
        raise Unreadable("a feature has a scale that is not above 0")
    return found


def _level(table: object) -> Level:
    level = _built(Level, table, counts=_plain(Counts))
    counts = level.counts
    if not (counts.wrong <= counts.answered <= counts.answerable and counts.misled <= counts.unanswerable):
        raise Unreadable(f"{counts} can't be")
    return level


def _plain(cls: type[T]) -> Callable[[object], T]:
    return lambda table: _built(cls, table)


def _several(one: Callable[[object], T]) -> Callable[[object], tuple[T, ...]]:
    def read(table: object) -> tuple[T, ...]:
        if not isinstance(table, list):
            raise Unreadable(f"{str(table)[:40]} is no list")
        return tuple(map(one, table))

    return read


def _built(cls: type[T], table: object, **parts: Callable[[object], object]) -> T:
    """The noun, each of its fields there and of its type, and no other."""
    wanted = {field.name: str(field.type) for field in fields(cls)}  # type: ignore[arg-type]
    if not isinstance(table, dict) or set(table) != set(wanted):
        odd = sorted(set(table) ^ set(wanted)) if isinstance(table, dict) else [str(table)[:40]]
        raise Unreadable(f"{cls.__name__} lacks or does not know {', '.join(map(str, odd))}")
    return cls(**{name: _value(table, name, kind, parts) for name, kind in wanted.items()})


def _value(table: Mapping[str, Any], name: str, kind: str, parts: Mapping[str, Callable[[object], object]]) -> object:
    if name in parts:
        return parts[name](table[name])
    value: Any = table[name]
    if value is None and "None" in kind:
        return None
    if not _fits(value, kind.split(" ")[0], name):
        raise Unreadable(f"{name} = {value!r} is wrong")
    return value


def _fits(value: Any, kind: str, name: str) -> bool:
    if kind in ("str", "bool"):
        return type(value).__name__ == kind
    if type(value).__name__ not in (kind, "int"):
        return False
    low, high = (0, math.inf) if kind == "int" else RANGES.get(name, (-math.inf, math.inf))
    return low <= value <= high and math.isfinite(value)
