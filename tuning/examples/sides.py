"""Which documents teach, which set thresholds, and which examine: decided once for each family, and kept for good."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from retrieval import EVERYONE, Database, Library, Passage, Principal
from retrieval.access import may_read
from tuning.examples.families import Families, families

Side = Literal["train", "calibrate", "exam"]
# In this order a side is given to what belongs to several: what was learned from can't be examined on any more.
SIDES: tuple[Side, ...] = ("train", "calibrate", "exam")
SHARES: Mapping[Side, float] = {"train": 0.7, "calibrate": 0.15, "exam": 0.15}  # of the passages
FEW = 12  # families; of so few the largest are assigned first, so that they teach
WHOLE = ""  # in place of a section: all of the document


@dataclass(frozen=True, order=True)
class Group:
    """What stays together: a family of documents, or where there are too few of them one section of such a family."""

    family: str
    section: str = WHOLE


@dataclass(frozen=True)
class Sides:
    """The passages of one domain, and the side of each."""

    passages: Sequence[Passage]
    groups: Mapping[str, Group]  # passage id → what it belongs to
    assigned: Mapping[Group, Side]

    def of(self, passage: Passage) -> Side | None:
        """None for what is not of this domain."""
        group = self.groups.get(passage.id)
        return self.assigned[group] if group else None

    def on(self, side: Side) -> list[Passage]:
        return [passage for passage in self.passages if self.of(passage) == side]

    @cached_property
    def documents(self) -> Mapping[str, frozenset[Side]]:
        """Document id → its side; of one that is parted by its sections, several."""
        found: dict[str, set[Side]] = {}
        for passage in self.passages:
            found.setdefault(passage.document, set()).add(self.assigned[self.groups[passage.id]])
        return {id: frozenset(some) for id, some in found.items()}

    @property
    def parted(self) -> list[str]:
        """Documents of which sections were assigned, for there were too few documents."""
        return sorted(id for id, some in self.documents.items() if len(some) > 1)

    @property
    def missing(self) -> list[Side]:
        held = set(self.assigned.values())
        return [side for side in SIDES if side not in held]


def reader_of(domain: str | None) -> Principal:
    """Who may read what an adapter of this domain learns from: everyone, or one group."""
    return Principal(groups=frozenset([domain])) if domain else EVERYONE


def sides(library: Library, domain: str | None = None) -> Sides:
    """Documents that have no side yet are given one, and keep it."""
    passages = readable(library, reader_of(domain))
    together = families(library.database)
    known = _known(library.database, together)
    sectioned = {group.family for group in known if group.section != WHOLE}
    if len({together.of(passage.document) for passage in passages}) < len(SIDES):
        whole = {group.family for group in known} - sectioned
        sectioned |= {together.of(passage.document) for passage in passages} - whole
    groups = {one.id: _group(one, together, sectioned) for one in passages}
    known |= _stated(library, groups.values(), together, known)
    weights = Counter(groups.values())
    assigned = {group: side for group, side in known.items() if group in weights}
    assigned |= _assigned(weights, assigned)
    _record(library.database, passages, groups, assigned)
    return Sides(passages, groups, assigned)


def readable(library: Library, principal: Principal) -> list[Passage]:
    catalogue = library.catalogue
    return [
        kept.passage
        for audience in catalogue.audiences()
        if may_read(principal, audience)
        for kept in catalogue.passages(audience)
    ]


def _group(passage: Passage, together: Families, sectioned: Iterable[str]) -> Group:
    family = together.of(passage.document)
    if family not in sectioned:
        return Group(family)
    return Group(family, passage.heading[0] if passage.heading else passage.title)


def _known(database: Database, together: Families) -> dict[Group, Side]:
    """What was assigned before, families that have since become one included."""
    found: dict[Group, Side] = {}
    for row in database.rows("SELECT document, section, side FROM sides"):
        group = Group(together.of(row["document"]), row["section"])
        found[group] = min(found.get(group, row["side"]), row["side"], key=SIDES.index)
    return found


def _stated(
    library: Library, groups: Iterable[Group], together: Families, known: Mapping[Group, Side]
) -> dict[Group, Side]:
    """What the catalogue says of documents that have no side yet; of several the strictest."""
    wanted = {group for group in groups if group.section == WHOLE and group not in known}
    found: dict[Group, Side] = {}
    for document, part in library.catalogue.parts().items():
        group = Group(together.of(document))
        side = next(side for side in SIDES if side == part)
        if group in wanted:
            found[group] = max(found.get(group, side), side, key=SIDES.index)
    return found


def _assigned(weights: Mapping[Group, int], known: Mapping[Group, Side]) -> dict[Group, Side]:
    """Each new one goes where most is wanting. When they run out, a side that has nothing comes first."""
    have: Counter[Side] = Counter()
    for group, side in known.items():
        have[side] += weights[group]
    new = sorted(
        (group for group in weights if group not in known),
        key=lambda group: (-weights[group] if len(weights) < FEW else 0, _drawn(group)),
    )
    whole = sum(weights.values())
    found: dict[Group, Side] = {}
    for left, group in zip(range(len(new), 0, -1), new, strict=True):
        empty = [side for side in SIDES if not have[side]]
        open_to = empty if 0 < left <= len(empty) else SIDES
        side = max(open_to, key=lambda side: SHARES[side] * whole - have[side])
        found[group] = side
        have[side] += weights[group]
    return found


def _drawn(group: Group) -> str:
    return hashlib.sha256(f"{group.family}\n{group.section}".encode()).hexdigest()


def _record(
    database: Database, passages: Iterable[Passage], groups: Mapping[str, Group], assigned: Mapping[Group, Side]
) -> None:
    """Under each document's own name: a family may lose any of its members."""
    rows = {(one.document, groups[one.id].section): assigned[groups[one.id]] for one in passages}
    kept = {(row["document"], row["section"]): row["side"] for row in database.rows("SELECT * FROM sides")}
    changed = [(*name, side) for name, side in rows.items() if kept.get(name) != side]
    if changed:
        with database.transaction() as connection:
            connection.executemany("INSERT OR REPLACE INTO sides (document, section, side) VALUES (?, ?, ?)", changed)
