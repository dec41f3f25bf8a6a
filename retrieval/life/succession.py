"""Which document took the place of which: said by the documents themselves, or by the owner in the Spec.

Only what is said by name is heeded. What merely looks so is suggested (candidates.py), for a guess could hide a
document that holds.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from posixpath import dirname, normpath

from retrieval.access import Audience, inside, may_read, plain
from retrieval.catalogue import HELD, Catalogue
from retrieval.database import Connection
from retrieval.home import Home
from retrieval.nouns import Principal
from retrieval.rows import read
from retrieval.spec import RetrievalSpec, read_section, read_toml

# What a document may say, and the index of those that say it: without, every document's text would be passed by.
RELATIONS = {"supersedes": "naming_an_earlier", "superseded_by": "naming_a_later"}
Successors = dict[str, str | None]  # id of a superseded document → what took its place, where that is said


@dataclass(frozen=True)
class Held:
    """What a file holds now, as far as it matters who succeeds whom."""

    key: int
    id: str
    file: str
    audience: Audience


@dataclass(frozen=True)
class Claim:
    """What a document says of itself and another one."""

    stating: Held
    relation: str
    named: str  # id, file, or the file's name as seen from the stating one's folder

    def __str__(self) -> str:
        return f"{self.stating.id} says `{self.relation}: {self.named}`"


@dataclass(frozen=True)
class Succession:
    successors: Successors
    unheeded: list[str]  # what was said and could not be followed, and why


def owners_word(home: Home) -> tuple[str, ...]:
    """The files and folders that the Spec calls superseded at this moment."""
    table = read_toml(home.spec).get("retrieval", {})
    return tuple(map(plain, read_section(RetrievalSpec, table, home.spec, "retrieval").superseded))


def settle(catalogue: Catalogue, stated: Sequence[str]) -> tuple[Succession, Successors]:
    """Put today's succession in the place of the last one; also returned is what is new in it."""
    documents = held(catalogue)
    found = succession(documents, claims(catalogue, documents), stated)
    keys = {each.id: each.key for each in documents}
    before = {row["document"]: row["successor"] for row in catalogue.database.rows("SELECT * FROM successions")}
    after = {keys[id]: successor for id, successor in found.successors.items()}
    if before != after:
        with catalogue.database.transaction() as connection:
            _write(connection, before, after)
    new = {id: successor for id, successor in found.successors.items() if keys[id] not in before}
    return found, new


def _write(connection: Connection, before: Mapping[int, str | None], after: Mapping[int, str | None]) -> None:
    """One that stays superseded keeps the date on which that came about."""
    connection.executemany("DELETE FROM successions WHERE document = ?", [(key,) for key in before if key not in after])
    connection.executemany(
        "INSERT INTO successions (document, successor) VALUES (?, ?)"
        " ON CONFLICT (document) DO UPDATE SET successor = excluded.successor",
        after.items(),
    )


def superseded(catalogue: Catalogue, principal: Principal) -> Successors:
    """What this principal may know of it: a successor that is not theirs to read is not named."""
    rows = catalogue.database.rows(
        "SELECT d.id, d.audience, n.id AS successor, n.audience AS theirs FROM successions s"
        " JOIN documents d ON d.key = s.document LEFT JOIN documents n ON n.id = s.successor AND n.state = 'live'"
        " ORDER BY d.id"
    )
    mine = [row for row in rows if may_read(principal, read(row["audience"]))]
    shown = {row["id"]: row["successor"] and may_read(principal, read(row["theirs"])) for row in mine}
    return {row["id"]: row["successor"] if shown[row["id"]] else None for row in mine}


def held(catalogue: Catalogue) -> list[Held]:
    rows = catalogue.database.rows(f"SELECT key, id, file, audience FROM documents d WHERE {HELD} ORDER BY key")
    return [Held(row["key"], row["id"], row["file"], read(row["audience"])) for row in rows]


def claims(catalogue: Catalogue, documents: Iterable[Held]) -> list[Claim]:
    """What came by mail speaks for its sender, and is not asked."""
    by_key = {each.key: each for each in documents}
    found = []
    for relation, index in RELATIONS.items():
        rows = catalogue.database.rows(
            f"SELECT d.key, json_extract(metadata, '$.{relation}') AS said FROM documents d INDEXED BY {index}"
            f" WHERE {HELD} AND json_extract(metadata, '$.{relation}') IS NOT NULL"
            " AND d.media <> 'eml' AND json_extract(metadata, '$.attached_to') IS NULL ORDER BY d.id"
        )
        found += [Claim(by_key[row["key"]], relation, name) for row in rows for name in _names(row["said"])]
    return found


def _names(said: object) -> list[str]:
    """A list as JSON has it; or one name or several, between commas and maybe in quotes, as a front matter has them."""
    try:
        given = json.loads(str(said))
    except ValueError:
        given = None
    names = given if isinstance(given, list) else str(said).split(",")
    return [name for each in names if (name := str(each).strip(" \"'"))]


def succession(documents: Sequence[Held], claims: Iterable[Claim], stated: Sequence[str]) -> Succession:
    """The owner has the last word; what documents say holds unless it contradicts itself or would tell of secrets."""
    unheeded: list[str] = []
    followed: dict[str, set[str]] = defaultdict(set)
    named = _by_name(documents)
    for claim in claims:
        earlier, later = _pairs(claim, named)
        if not earlier or not later:
            unheeded.append(f"{claim}, and there is no such document: mend the name, or take the line out.")
        for old in earlier:
            for new in later:
                if why := _refused(old, new):
                    unheeded.append(f"{claim}, {why}.")
                else:
                    followed[old.id].add(new.id)
    unheeded += _break_circles(followed)
    last = {id: _last(id, followed) for id in sorted(followed)}
    owners: Successors = {each.id: None for each in documents if _is_stated(each, stated)}
    unheeded += [f"[retrieval] superseded names {name!r}, where no document lies." for name in _idle(documents, stated)]
    return Succession({**owners, **last}, unheeded)


def _by_name(documents: Iterable[Held]) -> dict[str, list[Held]]:
    found: dict[str, list[Held]] = defaultdict(list)
    for each in documents:
        for name in {each.id, each.file}:
            found[name].append(each)
    return dict(found)


def _pairs(claim: Claim, known: Mapping[str, list[Held]]) -> tuple[list[Held], list[Held]]:
    """The earlier ones and the later ones of a claim."""
    beside = normpath(f"{dirname(claim.stating.file)}/{claim.named}".lstrip("/"))
    named = known.get(claim.named) or known.get(beside) or []
    return (named, [claim.stating]) if claim.relation == "supersedes" else ([claim.stating], named)


def _refused(old: Held, new: Held) -> str:
    """Who may not read the later one would else see the earlier one vanish, and know of a document not theirs."""
    if old.id == new.id:
        return "which is itself"
    if new.audience and not (old.audience and old.audience <= new.audience):
        return f"but not everyone who may read {old.id} may read {new.id}"
    return ""


def _break_circles(followed: dict[str, set[str]]) -> list[str]:
    """Documents that supersede one another, by whatever way round, all stay."""
    round_about = sorted(id for id in followed if id in _after(id, followed))
    for id in round_about:
        del followed[id]
    return [f"{', '.join(round_about)} supersede one another."] if round_about else []


def _after(id: str, followed: Mapping[str, set[str]]) -> set[str]:
    """All that came after a document, however far."""
    seen: set[str] = set()
    waiting = list(followed.get(id, ()))
    while waiting:
        later = waiting.pop()
        if later not in seen:
            seen.add(later)
            waiting += followed.get(later, ())
    return seen


def _last(id: str, followed: Mapping[str, set[str]]) -> str:
    """What is in force in the end; of several, the one whose id is last."""
    return max(later for later in _after(id, followed) if later not in followed)


def _is_stated(document: Held, stated: Iterable[str]) -> bool:
    return any(inside(document.file, name) or document.id == name for name in stated)


def _idle(documents: Sequence[Held], stated: Iterable[str]) -> list[str]:
    return [name for name in stated if not any(_is_stated(each, [name]) for each in documents)]
