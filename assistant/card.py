"""The card of an adapter: what it is, what it learned from, how it was examined, and which bytes it speaks for."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from retrieval import ModelError
from retrieval.whole import write_whole

CARD = "card.json"
WEIGHTS = ("adapter_model.safetensors", "adapter_config.json")
REMEDY = "Train it again."
ADOPT = "adopt"  # the decision of a verdict that lets an adapter serve


@dataclass(frozen=True)
class Card:
    """The first four say how it serves, the rest where it comes from. What a later version wrote besides is kept."""

    base: str
    answering: str
    format: int
    threshold: float  # probability that some source answers, below which it abstains
    documents: tuple[str, ...] = ()  # ids of those it learned from
    domain: str | None = None  # the group that it was made for, and serves alone
    recipe: Mapping[str, Any] = field(default_factory=dict)
    data: str = ""  # SHA-256 of the rows it learned from
    licences: tuple[str, ...] = ()
    exam: Mapping[str, Any] = field(default_factory=dict)  # `before` and `after`: figures by name
    verdict: Mapping[str, Any] | None = None
    calibration: Mapping[str, Any] | None = None
    worth: Mapping[str, Any] | None = None  # what it counts beside the pointer that is named there
    continued_from: str | None = None
    made_at: str = ""
    groundsmith: str = ""  # the version that made it
    precision: str = ""
    weights: Mapping[str, str] = field(default_factory=dict)  # file → SHA-256
    retrain: Mapping[str, Any] | None = None  # what it learned from was purged: how many documents, since when
    further: Mapping[str, Any] = field(default_factory=dict)

    @property
    def passed(self) -> bool:
        return self.verdict is not None and self.verdict.get("decision") == ADOPT


KINDS: Mapping[str, tuple[type, ...]] = {
    "base": (str,),
    "answering": (str,),
    "format": (int,),
    "threshold": (int, float),
    "documents": (list,),
    "domain": (str, type(None)),
    "recipe": (dict,),
    "data": (str,),
    "licences": (list,),
    "exam": (dict,),
    "verdict": (dict, type(None)),
    "calibration": (dict, type(None)),
    "worth": (dict, type(None)),
    "continued_from": (str, type(None)),
    "made_at": (str,),
    "groundsmith": (str,),
    "precision": (str,),
    "weights": (dict,),
    "retrain": (dict, type(None)),
}
REQUIRED = ("base", "answering", "format", "threshold")


def read_card(folder: Path) -> Card:
    return card_of(read_object(folder / CARD), folder / CARD)


def card_of(table: Mapping[str, Any], where: Path) -> Card:
    """The card, each key of it there and of its kind, or an error that names the first that is not."""
    for key, kinds in KINDS.items():
        if key in table or key in REQUIRED:
            _check(key, table.get(key), kinds, where)
    if not 0 <= table["threshold"] <= 1:
        raise ModelError(f"{where}: threshold = {table['threshold']} is not in 0 to 1.", REMEDY)
    known: dict[str, Any] = {
        key: tuple(table[key]) if isinstance(table[key], list) else table[key] for key in KINDS if key in table
    }
    further = {key: value for key, value in table.items() if key not in KINDS}
    return Card(**known | {"threshold": float(table["threshold"])}, further=further)


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _check(key: str, value: object, kinds: tuple[type, ...], where: Path) -> None:
    inside = value if isinstance(value, list) else ()
    if key == "weights" and isinstance(value, dict):
        inside = list(value.values())
    if not isinstance(value, kinds) or isinstance(value, bool) or not all(isinstance(one, str) for one in inside):
        raise ModelError(f"{where}: {key} = {value!r} is missing or wrong.", REMEDY)


def table_of(card: Card) -> dict[str, Any]:
    """As it is written: what says nothing is left out."""
    found = {one.name: getattr(card, one.name) for one in fields(card) if one.name != "further"}
    known = {key: value for key, value in found.items() if key in REQUIRED or value}
    return {key: list(value) if isinstance(value, tuple) else _plain(value) for key, value in known.items()} | dict(
        card.further
    )


def _plain(value: Any) -> Any:
    return dict(value) if isinstance(value, Mapping) else value


def write_card(folder: Path, card: Card) -> Card:
    """The card with the digests of the weights that lie beside it; written aside and renamed."""
    sealed = replace(card, weights={name: sha256(folder / name) for name in WEIGHTS})
    write_object(folder / CARD, table_of(sealed))
    return sealed


def check_weights(folder: Path, weights: Mapping[str, str]) -> None:
    """A file that is not the one that the card speaks for is refused by its name."""
    for name in WEIGHTS:
        if name in weights and sha256(folder / name) != weights[name]:
            raise ModelError(
                f"{folder / name} is not the file that its card was written for.",
                "Restore the file, train the adapter again, or roll back.",
            )


def sha256(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise ModelError(f"{path} cannot be read: {error.strerror}.", "Restore the file, or roll back.") from error


# ------------------------------------------------------------------------------------- objects on disk


def read_object(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ModelError(f"{path} cannot be read: {error}.", "Restore it, or roll back.") from error
    if not isinstance(found, dict):
        raise ModelError(f"{path} holds no JSON object.", "Restore it, or roll back.")
    return found


def write_object(path: Path, table: Mapping[str, Any]) -> None:
    write_whole(path, json.dumps(table, ensure_ascii=False, indent=1, allow_nan=False) + "\n")
