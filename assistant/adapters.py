"""Adopted adapters: which one serves whom, what was adopted before it, and what each needs to serve."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from assistant.card import CARD, WEIGHTS, Card, read_card, read_object, write_object
from assistant.format import FORMAT_VERSION
from retrieval import Home, ModelError, storing

SERVING = "serving.json"  # names the adopted adapters; written last, by renaming
LOG = "log.jsonl"  # what was adopted, when, and why; only ever added to
NOT_TAKEN_UP = "not taken up"  # in the log: a process that serves went on with what served before
GROUND = "ground"  # the adapter that ships; a Home may have one of its own of that name
SHIPPED = Path(__file__).parent / "language" / GROUND
ALL = ""  # in the place of a group: the slot of everyone
_NAME = re.compile(r"\w[\w .-]*")  # of a folder in adapters/, never a way out of it


@dataclass(frozen=True)
class Adapter:
    """What serving needs of an adapter. `weights`: the digests that its card carries, by file.

    `worth`: what it counts beside a pointer, which is named there; beside another one it counts what `ground` does.
    """

    name: str
    folder: Path
    base: str
    answering: str
    format: int
    threshold: float
    domain: str | None = None
    documents: tuple[str, ...] = ()
    weights: Mapping[str, str] = field(default_factory=dict, hash=False)
    worth: Mapping[str, Any] | None = field(default=None, hash=False)


@dataclass(frozen=True)
class Slot:
    """The adapter that serves, and those that served before it, the last one last. None: none did."""

    adapter: str | None = None
    before: tuple[str | None, ...] = ()


@dataclass(frozen=True)
class Serving:
    """A slot for everyone, and one for each group that an adapter was made for."""

    slots: Mapping[str, Slot] = field(default_factory=dict)

    def slot(self, group: str | None) -> Slot:
        return self.slots.get(group or ALL, Slot())

    def changed(self, group: str | None, slot: Slot) -> Serving:
        return Serving(dict(self.slots) | {group or ALL: slot})

    @property
    def names(self) -> list[str]:
        return [slot.adapter for slot in self.slots.values() if slot.adapter is not None]


# ------------------------------------------------------------------------------------- which one serves


def serving(home: Home) -> Adapter | None:
    """The adapter that this Home has adopted for everyone, if any."""
    name = read_serving(home).slot(None).adapter
    return None if name is None else read_adapter(place(home, name))


def read_serving(home: Home) -> Serving:
    pointer = home.adapters / SERVING
    if not pointer.is_file():
        return Serving()
    table = read_object(pointer)
    domains = table.get("domains", {})
    if not isinstance(domains, dict) or not all(isinstance(one, dict) for one in domains.values()):
        raise ModelError(f"{pointer}: domains = {domains!r} is wrong.", "Restore it, or roll back.")
    return Serving({group: _slot(one, pointer) for group, one in ({ALL: table} | domains).items()})


def write_serving(home: Home, found: Serving) -> None:
    """The next question, in whatever process, is answered by what stands there."""
    slots = {group: {"adapter": one.adapter, "before": list(one.before)} for group, one in found.slots.items()}
    public = slots.pop(ALL, {"adapter": None, "before": []})
    write_object(home.adapters / SERVING, public | {"domains": slots})


def _slot(table: Mapping[str, Any], pointer: Path) -> Slot:
    before = table.get("before", [])
    for name in [table.get("adapter", ""), *(before if isinstance(before, list) else [before])]:
        if name is not None and not (isinstance(name, str) and _NAME.fullmatch(name)):
            raise ModelError(f"{pointer} names {name!r}, which is no adapter's name.", "Restore it, or roll back.")
    return Slot(table["adapter"], tuple(before))


# ------------------------------------------------------------------------------------- adapters by name


def named(home: Home) -> list[str]:
    """Every adapter that has a card, adopted or not."""
    return sorted(card.parent.name for card in home.adapters.glob(f"*/{CARD}"))


def called(home: Home, name: str) -> Adapter:
    """The adapter of that name, adopted or not."""
    return read_adapter(folder_of(home, name))


def shipped(base: str) -> Adapter | None:
    """The adapter that ships, where it belongs to this model."""
    found = read_adapter(SHIPPED)
    return found if found.base == base else None


def place(home: Home, name: str) -> Path:
    """Where an adapter of this name lies, or would."""
    own = home.adapters / name
    return SHIPPED if name == GROUND and not (own / CARD).is_file() else own


def folder_of(home: Home, name: str) -> Path:
    known = named(home)
    if name not in (*known, GROUND):
        there = f"There are {', '.join(known)}." if known else "This Home has none yet."
        raise ModelError(f"There is no adapter {name!r} in {home.adapters}.", there)
    return place(home, name)


def read_adapter(folder: Path) -> Adapter:
    """An adapter by its card; one made for another format version is refused, for it would misread the frame."""
    adapter = _by_card(folder, read_card(folder))
    if adapter.format != FORMAT_VERSION:
        raise ModelError(
            f"The adapter {adapter.name} was trained for format {adapter.format}, this is format {FORMAT_VERSION}.",
            "Train it again, or roll back to one of this format.",
        )
    for name in WEIGHTS:
        if not (folder / name).is_file():
            raise ModelError(f"{folder} holds no {name}.", "Restore the file, or roll back.")
    return adapter


def carried(home: Home, name: str) -> object:
    """The calibration that an adapter's card brings along, as it stands there; None where it brings none."""
    card = place(home, name) / CARD
    return read_object(card).get("calibration") if card.is_file() else None


def _by_card(folder: Path, card: Card) -> Adapter:
    return Adapter(
        folder.name,
        folder,
        card.base,
        card.answering,
        card.format,
        card.threshold,
        card.domain,
        card.documents,
        card.weights,
        card.worth,
    )


# ------------------------------------------------------------------------------------- the log


def note(home: Home, what: str, adapter: str | None, **told: object) -> None:
    """A line of the log."""
    now = datetime.now(UTC).isoformat(timespec="seconds")
    said = {"when": now, "what": what, "adapter": adapter} | {key: one for key, one in told.items() if one}
    path = home.adapters / LOG
    with storing(path):
        path.parent.mkdir(exist_ok=True)
        with path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(said, ensure_ascii=False) + "\n")


def noted(home: Home) -> list[dict[str, Any]]:
    """The log, the first line first; what was torn by an interruption is passed over."""
    path = home.adapters / LOG
    text = path.read_bytes().decode("utf-8", errors="replace") if path.is_file() else ""
    found = []
    for line in text.splitlines():
        try:
            found.append(json.loads(line))
        except ValueError:
            continue
    return [line for line in found if isinstance(line, dict)]
